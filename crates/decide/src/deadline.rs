//! When what is due: the earliest of the clocks of an SLA tier, on the holder's working hours.

use calendar::{
    Calendar, Clock as Running, Course, Pause, Segment, due, earliest_due, latest_start, next_open,
};
use model::{RepIndex, Seconds, Timestamp};
use policy::section::{Clock, ClockHours, SlaTier};

use crate::decision::Outcome;
use crate::handoff::HandoffPause;
use crate::setup::Setup;

/// When what is due; `None` where the SLA has no clock for it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Deadlines {
    /// The first valid touch.
    pub touch: Option<Timestamp>,
    /// Accept or reject.
    pub acknowledge: Option<Timestamp>,
    /// The verdict.
    pub disposition: Option<Timestamp>,
    /// Reminders before the touch is due, in order; none in the past.
    pub reminders: Vec<Timestamp>,
}

/// Whose working hours count for a clock on the team's hours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// The rep who has the lead.
    Rep(RepIndex),
    /// The queue it lies in, by place in the policy.
    Queue(u16),
}

/// How the clocks of one duty go at an instant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pace {
    /// From then on a quarter of the time allowed is left, or less.
    pub at_risk: Timestamp,
    /// When they go on, where they stand still now: it is nobody's working time.
    pub resumes: Option<Timestamp>,
}

/// How `clocks`, the earliest of which is `due`, go at `now`. `None` where there are none.
pub fn pace(
    setup: &Setup,
    clocks: &[Clock],
    holder: Holder,
    due: Timestamp,
    now: Timestamp,
) -> Option<Pace> {
    let mut pace: Option<Pace> = None;
    for clock in clocks {
        let calendar = hours(setup, &clock.hours, holder, now);
        let always = Calendar::always();
        let course = Course::on(calendar.unwrap_or(&always));
        let quarter = Seconds::new(clock.within.get() / 4);
        let at_risk = latest_start(course, due, quarter);
        let resumes = next_open(course, now).filter(|it| now < *it);
        pace = Some(match pace {
            None => Pace { at_risk, resumes },
            // The clock that is due first is at risk last; any that runs is running.
            Some(other) => Pace {
                at_risk: other.at_risk.max(at_risk),
                resumes: other.resumes.zip(resumes).map(|(a, b)| a.min(b)),
            },
        });
    }
    pace
}

impl Holder {
    pub(crate) fn of(outcome: Outcome) -> Option<Self> {
        match outcome {
            Outcome::Assigned { rep, .. } => Some(Self::Rep(rep)),
            Outcome::Queued { queue } | Outcome::Waiting { queue, .. } => Some(Self::Queue(queue)),
            Outcome::Nurture
            | Outcome::SelfService
            | Outcome::Disqualified { .. }
            | Outcome::Attached { .. } => None,
        }
    }
}

/// The deadlines of an outcome that somebody answers for.
pub(crate) fn deadlines(
    setup: &Setup,
    outcome: Outcome,
    sla: Option<u16>,
    now: Timestamp,
) -> Deadlines {
    let tier = sla.and_then(|it| setup.policy().slas.tiers.get(usize::from(it)));
    match (tier, Holder::of(outcome)) {
        (Some(tier), Some(holder)) => deadlines_of(setup, tier, holder, now, &[]),
        _ => Deadlines::default(),
    }
}

/// The deadlines of `tier` for `holder` from `start` on.
pub(crate) fn deadlines_of(
    setup: &Setup,
    tier: &SlaTier,
    holder: Holder,
    start: Timestamp,
    pauses: &[HandoffPause],
) -> Deadlines {
    let holders = [(holder, start)];
    let due = |clocks| lead_clock(setup, clocks, &holders, start, pauses);
    let touch = due(&tier.touch);
    // A queue has no one to accept or to give a verdict; its clock is the touch.
    let (acknowledge, disposition) = match holder {
        Holder::Rep(_) => (due(&tier.acknowledge), due(&tier.disposition)),
        Holder::Queue(_) => (None, None),
    };
    let mut reminders: Vec<Timestamp> = tier
        .remind_before
        .iter()
        .filter_map(|before| touch.map(|it| it.minus(*before)))
        .filter(|it| start < *it)
        .collect();
    reminders.sort_unstable();
    reminders.dedup();
    Deadlines { touch, acknowledge, disposition, reminders }
}

/// The earliest of `clocks` started at `start`; `None` where there are none or none is ever due.
/// A clock on the team's hours runs on those of each holder in turn: time used stays used.
pub(crate) fn lead_clock(
    setup: &Setup,
    clocks: &[Clock],
    holders: &[(Holder, Timestamp)],
    start: Timestamp,
    pauses: &[HandoffPause],
) -> Option<Timestamp> {
    let pauses: Vec<Pause> = pauses.iter().map(|it| Pause { from: it.from, to: it.to }).collect();
    let segments: Vec<Vec<Segment>> =
        clocks.iter().map(|it| segments(setup, &it.hours, holders)).collect();
    let running: Vec<Running<'_>> = clocks
        .iter()
        .zip(&segments)
        .map(|(clock, segments)| Running {
            course: Course::on_segments(segments).paused(&pauses),
            duration: clock.within,
        })
        .collect();
    earliest_due(&running, start)
}

/// The hours of a clock as they were and are: those of each holder from when it had the lead on,
/// and of each edition of the calendars from when it held on.
fn segments(setup: &Setup, clock: &ClockHours, holders: &[(Holder, Timestamp)]) -> Vec<Segment> {
    let mut segments = Vec::with_capacity(holders.len());
    for (at, (holder, from)) in holders.iter().enumerate() {
        let until = holders.get(at + 1).map(|it| it.1);
        let edits = setup.edits().filter(|it| from < it && until.is_none_or(|end| *it < end));
        for begin in std::iter::once(*from).chain(edits) {
            let calendar = hours(setup, clock, *holder, begin).cloned();
            let first = segments.is_empty();
            segments.push(Segment {
                calendar: calendar.unwrap_or(Calendar::always()),
                from: (!first).then_some(begin),
            });
        }
    }
    segments
}

/// The instant `within` after `start` on the hours of one clock.
pub(crate) fn after(
    setup: &Setup,
    (hours, within): (&ClockHours, Seconds),
    holder: Holder,
    start: Timestamp,
) -> Option<Timestamp> {
    let segments = segments(setup, hours, &[(holder, start)]);
    due(Course::on_segments(&segments), start, within)
}

/// The hours of a clock at an instant; `None` is always open.
fn hours<'s>(
    setup: &'s Setup,
    hours: &'s ClockHours,
    holder: Holder,
    at: Timestamp,
) -> Option<&'s Calendar> {
    let (id, current) = match (hours, holder) {
        (ClockHours::Always, _) => return None,
        (ClockHours::Named(id), _) => (Some(id), setup.calendar(id)),
        (ClockHours::Team, Holder::Rep(rep)) => {
            (setup.rep_calendar_id(rep), setup.rep_calendar(rep))
        }
        (ClockHours::Team, Holder::Queue(queue)) => {
            let id = setup.policy().queues.get(usize::from(queue));
            (id.and_then(|it| it.calendar.as_ref()), setup.queue_calendar(queue))
        }
    };
    Some(setup.as_it_was(id, current?, at))
}
