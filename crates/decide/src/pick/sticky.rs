//! The same rep for later leads of the same kind, while it is still eligible.

use model::RepIndex;
use policy::section::Pool;

use super::Desk;

impl Desk<'_> {
    /// The rep among `eligible` (sorted) who had the earlier leads.
    pub(super) fn sticky(&self, pool: &Pool, eligible: &[RepIndex]) -> Option<RepIndex> {
        let sticky = pool.sticky.as_ref()?;
        let previous = self.lead.previous_owners.iter().find(|it| it.by == sticky.by)?;
        let fresh = sticky.within.is_none_or(|within| self.now < previous.at.plus(within));
        let rep = self.setup.find(&previous.rep).filter(|_| fresh)?;
        eligible.binary_search(&rep).is_ok().then_some(rep)
    }
}
