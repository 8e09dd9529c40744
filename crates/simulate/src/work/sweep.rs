//! The sweeper: fires timers that are due, each once, with everything that follows from it.

use std::collections::BTreeSet;

use decide::Event;
use decide::effect::Timer;
use model::Timestamp;
use model::id::{LeadId, TimerId};

use super::Work;
use super::step::Stepped;
use crate::rows::TimerState;
use crate::tables::{Tables, Write};

/// The most timers of one transaction.
const BATCH_MAX: usize = 100;

/// The timers that a batch takes at `now`: in the order they were due in, one a lead, without those
/// of leads that somebody else has.
pub(crate) fn due(
    tables: &Tables,
    now: Timestamp,
    is_taken: impl Fn(LeadId) -> bool,
) -> Vec<TimerId> {
    let mut leads = BTreeSet::new();
    let due = tables.armed.iter().take_while(|(due_at, _)| *due_at <= now);
    let due = due.filter_map(|(_, id)| tables.timers.get(id)).filter(|it| !is_taken(it.lead));
    let due = due.take(BATCH_MAX).filter(|it| leads.insert(it.lead));
    due.map(|it| it.id).collect()
}

impl Work<'_> {
    /// Fires a batch; how many were open duties.
    pub(crate) fn sweep(&mut self, timers: &[TimerId]) -> usize {
        let mut fired = 0;
        for id in timers {
            let Some(timer) = self.tables.timers.get(id) else { continue };
            let end = |state| Write::TimerEnd { id: *id, state, at: self.now };
            let (fire, cancel) = (end(TimerState::Fired), end(TimerState::Cancelled));
            let event = Event::Fired(Timer { kind: timer.kind, due_at: timer.due_at });
            let row = self.tables.handoffs.get(&timer.handoff);
            match row.map(|row| self.step(row, None, &event, Some(fire))) {
                Some(Stepped::Moved) => fired += 1,
                Some(Stepped::Ignored | Stepped::Refused(_)) | None => {
                    self.made.writes.push(cancel);
                }
            }
        }
        fired
    }
}
