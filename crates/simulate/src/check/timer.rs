//! Timers: each ends once, none early, and every deadline that runs has one.

use decide::effect::TimerKind;
use decide::handoff::{Handoff, HandoffState};
use model::id::HandoffId;
use model::{Seconds, Timestamp};

use super::{Checks, Committed, Found};
use crate::report::Invariant;
use crate::rows::TimerState;
use crate::tables::Tables;

/// How long a timer may be due before it counts as overdue.
const OVERDUE_AFTER: Seconds = Seconds::from_minutes(2);

impl Checks {
    /// Timers that a commit ended.
    pub(super) fn timers(&mut self, it: &Committed<'_>) -> Found {
        for (id, _) in &it.touched.ended {
            let timer = it.tables.timers.get(id)?;
            self.checked(Invariant::TimerOnce);
            if timer.ends != 1 {
                let detail = format!("timer {id} has ended {} times", timer.ends);
                return Some((Invariant::TimerOnce, detail));
            }
            self.checked(Invariant::NotEarly);
            if timer.state == TimerState::Fired && it.now < timer.due_at {
                let detail = format!("timer {id} fired, due at {}", timer.due_at);
                return Some((Invariant::NotEarly, detail));
            }
        }
        None
    }

    /// Every deadline of an open handoff that runs has its armed timer.
    pub(super) fn armed(&mut self, tables: &Tables, id: HandoffId) -> Found {
        let row = tables.handoffs.get(&id).filter(|it| it.closed_at.is_none())?;
        self.checked(Invariant::Armed);
        let armed = |kind: TimerKind, due: Option<Timestamp>| {
            let mut timers = tables.timers_of(id).filter(|it| it.state == TimerState::Armed);
            let of_kind = |it: TimerKind| match (it, kind) {
                (TimerKind::Escalation { .. }, _) => it == kind,
                _ => std::mem::discriminant(&it) == std::mem::discriminant(&kind),
            };
            timers.any(|it| of_kind(it.kind) && due.is_none_or(|due| it.due_at == due))
        };
        for (kind, due) in duties(&row.life) {
            if !armed(kind, due) {
                let detail = format!("{id} is {:?} without a timer for {kind:?}", row.life.state);
                return Some((Invariant::Armed, detail));
            }
        }
        None
    }

    /// Timers that nobody fires.
    pub(super) fn overdue(&mut self, tables: &Tables, now: Timestamp) -> Found {
        self.checked(Invariant::Fires);
        let (due, id) = tables.armed.first()?;
        let overdue = *due < now.minus(OVERDUE_AFTER);
        overdue.then(|| (Invariant::Fires, format!("timer {id} has been due since {due}")))
    }
}

/// What must be watched, with the instant where the life of the handoff says one.
fn duties(life: &Handoff) -> Vec<(TimerKind, Option<Timestamp>)> {
    let mut duties = Vec::new();
    let touch = life.deadlines.touch.filter(|_| life.touched_at.is_none());
    match life.state {
        HandoffState::Routing | HandoffState::Closed(_) => {}
        HandoffState::Paused(_) => duties.push((TimerKind::Resume, None)),
        HandoffState::Waiting => duties.push((TimerKind::Relax, None)),
        HandoffState::Queued | HandoffState::Assigned | HandoffState::Accepted => {
            duties.extend(touch.map(|it| (TimerKind::Touch, Some(it))));
        }
    }
    if matches!(life.state, HandoffState::Assigned | HandoffState::Accepted) {
        let due = &life.deadlines;
        duties.extend(due.acknowledge.map(|it| (TimerKind::Acknowledge, Some(it))));
        duties.extend(due.disposition.map(|it| (TimerKind::Disposition, Some(it))));
        let chain = life.chain;
        duties.extend(
            chain.map(|it| (TimerKind::Escalation { round: it.round, step: it.step }, None)),
        );
    }
    duties
}
