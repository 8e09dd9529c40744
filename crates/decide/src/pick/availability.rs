//! Who works here, is not excluded, is not away and takes leads now.

use model::Timestamp;

use super::{Candidate, Desk};
use crate::lead::ExcludedBecause;
use crate::reason::Passed;

/// An inactive rep never gets a lead.
pub(super) fn active(candidate: &Candidate<'_>) -> Option<Passed> {
    (!candidate.rep.active).then_some(Passed::Inactive)
}

/// A rep who is away gets none; the absence is half open.
pub(super) fn absent(candidate: &Candidate<'_>, now: Timestamp) -> Option<Passed> {
    candidate.rep.absence_at(now).map(|it| Passed::Absent { until: it.to })
}

/// The rep's own switch.
pub(super) fn present(candidate: &Candidate<'_>) -> Option<Passed> {
    (!candidate.state.present).then_some(Passed::NotPresent)
}

impl Desk<'_> {
    /// Earlier owners of this lead and those who rejected it.
    pub(super) fn excluded(&self, candidate: &Candidate<'_>) -> Option<Passed> {
        let entry = self.lead.excluded.iter().find(|it| it.rep == candidate.rep.id)?;
        Some(match entry.why {
            ExcludedBecause::EarlierOwner => Passed::EarlierOwner,
            ExcludedBecause::Rejected => Passed::Rejected,
        })
    }
}
