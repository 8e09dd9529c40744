//! Reps: told of a handoff, they accept, reject, reach out, give a verdict, or do nothing.

use decide::handoff::Closing;
use model::id::{HandoffId, OutboxId};
use model::{RepIndex, Seconds};

use super::call::What;
use super::{Happening, World};
use crate::rows::HandoffRow;
use crate::work::Action;

/// Milliseconds of a minute.
const MINUTE: usize = 60_000;

/// Reject reasons of the policies, and one that they do not have.
const REASONS: [&str; 5] = ["not_mine", "wrong_persona", "spam", "other", "mood"];

impl World<'_> {
    /// A message has come: whoever it tells may look at the handoff.
    pub(super) fn react(&mut self, message: OutboxId) {
        let Some(row) = self.tables.messages.get(&message) else { return };
        let rep = row.recipient.strip_prefix("rep:").and_then(|it| it.parse().ok());
        let rep = rep.and_then(|it| self.live.setup.find(&it));
        let looks = matches!(row.template.as_str(), "assigned" | "queued" | "reminder");
        if let (Some(rep), Some(handoff), true) = (rep, row.handoff, looks) {
            let millis = self.random.behaviour.below(25 * MINUTE);
            self.after(millis, Happening::Act { rep, handoff });
        }
    }

    /// A rep looks at a handoff and does something about it, from what was seen.
    pub(super) fn act(&mut self, rep: RepIndex, handoff: HandoffId) {
        if self.quiet || self.leavers.contains(&rep) {
            return;
        }
        let Some(row) = self.tables.handoffs.get(&handoff).filter(|it| it.closed_at.is_none())
        else {
            return;
        };
        let (row, name) = (row.clone(), self.live.setup.roster().rep(rep).map(|it| it.id.clone()));
        let Some(name) = name else { return };
        let owns = row.owner.as_ref() == Some(&name);
        let (action, by) = match (row.state, owns) {
            ("offered", true) => (self.on_offer(&row), Some(name)),
            ("accepted", true) => (self.on_accepted(&row), Some(name)),
            ("paused", true) => (self.one_in(3).then_some(Action::Resume), Some(name)),
            ("queued" | "waiting", _) => (Some(Action::Accept), self.anybody()),
            // What was told is not so any more: some try all the same.
            _ => (self.one_in(8).then_some(Action::Accept), Some(name)),
        };
        if let (Some(action), Some(by)) = (action, by) {
            let version = (!self.one_in(6)).then_some(row.life.version);
            let think = self.random.behaviour.below(90_000);
            self.call_after(think, What::Deal { handoff, version, by, action });
        }
        let millis = MINUTE + self.random.behaviour.below(100 * MINUTE);
        if !self.one_in(4) {
            self.after(millis, Happening::Act { rep, handoff });
        }
    }

    fn on_offer(&mut self, row: &HandoffRow) -> Option<Action> {
        match self.random.behaviour.below(100) {
            0..45 => Some(Action::Accept),
            45..62 => self.random.behaviour.pick(&REASONS).copied().map(Action::Reject),
            62..72 => Some(self.touch(row)),
            72..76 => Some(Action::Dispose(Closing::Submitted)),
            76..79 => Some(Action::Flip),
            79..82 => self.other().map(Action::Give),
            82..85 => Some(Action::Pause(self.some_minutes(200))),
            _ => None,
        }
    }

    fn on_accepted(&mut self, row: &HandoffRow) -> Option<Action> {
        let verdicts = [
            Closing::Submitted,
            Closing::Submitted,
            Closing::PursueAccount,
            Closing::BadUseCase,
            Closing::Recycled,
        ];
        match self.random.behaviour.below(100) {
            0..35 => Some(self.touch(row)),
            35..65 => self.random.behaviour.pick(&verdicts).copied().map(Action::Dispose),
            65..70 => self.random.behaviour.pick(&REASONS).copied().map(Action::Reject),
            70..76 => Some(Action::Pause(self.some_minutes(400))),
            76..80 => self.other().map(Action::Give),
            80..84 => Some(Action::Flip),
            _ => None,
        }
    }

    /// An outreach, sometimes reported later than it was.
    fn touch(&mut self, row: &HandoffRow) -> Action {
        let ago = match self.one_in(3) {
            true => self.random.behaviour.below(40 * 60) as u32,
            false => 0,
        };
        // Nobody reports what was before the handoff, unless by mistake.
        let age = self.now.micros_since(row.life.started_at) / 1_000_000;
        let age = u32::try_from(age).unwrap_or(0);
        let ago = if self.one_in(20) { ago } else { ago.min(age) };
        Action::Touch { ago: Seconds::new(ago) }
    }

    fn some_minutes(&mut self, most: usize) -> Seconds {
        Seconds::from_minutes(1 + self.random.behaviour.below(most) as u32)
    }

    fn one_in(&mut self, count: usize) -> bool {
        self.random.behaviour.below(count) == 0
    }

    fn anybody(&mut self) -> Option<model::RepId> {
        let reps = self.live.setup.roster().reps();
        self.random.behaviour.pick(reps).map(|it| it.id.clone())
    }

    fn other(&mut self) -> Option<model::RepId> {
        self.anybody()
    }
}
