//! When what is due: the earliest of the clocks of an SLA tier, on the holder's working hours.

use calendar::{Calendar, Clock as Running, Course, Pause, Segment, earliest_due};
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
pub(crate) enum Holder {
    Rep(RepIndex),
    Queue(u16),
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
    let segments: Vec<Vec<Segment>> = clocks
        .iter()
        .map(|clock| {
            holders
                .iter()
                .enumerate()
                .map(|(at, (holder, from))| Segment {
                    calendar: hours(setup, &clock.hours, *holder)
                        .cloned()
                        .unwrap_or(Calendar::always()),
                    from: (at != 0).then_some(*from),
                })
                .collect()
        })
        .collect();
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

/// The instant `within` after `start` on the hours of one clock.
pub(crate) fn after(
    setup: &Setup,
    clock: (&ClockHours, Seconds),
    holder: Holder,
    start: Timestamp,
) -> Option<Timestamp> {
    let always = Calendar::always();
    let calendar = hours(setup, clock.0, holder).unwrap_or(&always);
    calendar.due(start, clock.1)
}

/// `None` is always open.
fn hours<'s>(setup: &'s Setup, hours: &ClockHours, holder: Holder) -> Option<&'s Calendar> {
    match (hours, holder) {
        (ClockHours::Always, _) => None,
        (ClockHours::Named(id), _) => setup.calendar(id),
        (ClockHours::Team, Holder::Rep(rep)) => setup.rep_calendar(rep),
        (ClockHours::Team, Holder::Queue(queue)) => setup.queue_calendar(queue),
    }
}
