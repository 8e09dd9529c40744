//! Open work of reps, and leads owed to them, as an event moves them.

use decide::Effect;
use decide::handoff::{Handoff, HandoffState};

use super::apply::Applied;
use crate::state::Desk;

impl Applied<'_> {
    /// Open work moves with the handoff. A pick has counted it for the rep it chose already.
    pub(super) fn load(&mut self, handoff: &Handoff, desk: &mut Desk) {
        let after = match handoff.state {
            HandoffState::Closed(_) => None,
            _ => handoff.owner().cloned(),
        };
        let before = self.before.handoff.owner().cloned();
        let counted = self.decision.as_ref().is_some_and(|it| it.change.is_some());
        let value = |it: Option<i64>| it.and_then(|it| u64::try_from(it).ok()).unwrap_or(0);
        if before == after && !counted {
            return;
        }
        if let Some(at) = before.and_then(|it| self.site.live.setup.find(&it))
            && let Some(state) = desk.state.reps.get_mut(at.0 as usize)
        {
            state.open = state.open.saturating_sub(1);
            state.open_value = state.open_value.saturating_sub(value(self.before.row.value));
        }
        let gained = after.filter(|_| !counted).and_then(|it| self.site.live.setup.find(&it));
        if let Some(state) = gained.and_then(|it| desk.state.reps.get_mut(it.0 as usize)) {
            state.open = state.open.saturating_add(1);
            state.open_value = state.open_value.saturating_add(value(self.row.value));
            state.assigned.day = state.assigned.day.saturating_add(1);
            state.assigned.week = state.assigned.week.saturating_add(1);
            state.assigned.month = state.assigned.month.saturating_add(1);
        }
    }

    pub(super) fn credits(&mut self, effects: &[Effect], desk: &mut Desk) {
        for effect in effects {
            let Effect::Credit { rep, pool } = effect else { continue };
            // Places of pools are those of the handoff's own policy.
            let own = self.before.own.setup.policy().pools.get(usize::from(*pool));
            let mut pools = self.site.live.setup.policy().pools.iter();
            let place = own.and_then(|own| pools.position(|it| it.id == own.id));
            if let Some(pool) = place.and_then(|it| desk.state.pools.get_mut(it)) {
                pool.add_credit(*rep);
            }
        }
    }
}
