//! Working hours: the rep's own, else the team's, else always.

use policy::Span;

use super::{Candidate, Desk};
use crate::reason::Passed;

/// Calendars beyond this many are asked each time.
const REMEMBERED: u16 = 64;

impl Desk<'_> {
    /// Whether the rep works now.
    pub(super) fn works_now(&self, candidate: &Candidate<'_>) -> bool {
        let Some(place) = candidate.plan.calendar else { return true };
        let ask =
            || self.setup.calendar_at(place).is_none_or(|calendar| calendar.is_open(self.now));
        if REMEMBERED <= place {
            return ask();
        }
        let bit = 1_u64 << place;
        let opening = self.opening;
        if opening.asked.get() & bit == 0 {
            opening.asked.set(opening.asked.get() | bit);
            if ask() {
                opening.open.set(opening.open.get() | bit);
            }
        }
        opening.open.get() & bit != 0
    }

    /// Passed over where the rep does not work now.
    pub(super) fn outside_hours(&self, candidate: &Candidate<'_>, by: Span) -> Option<Passed> {
        (!self.works_now(candidate)).then_some(Passed::OutsideHours { opens: None, by })
    }
}
