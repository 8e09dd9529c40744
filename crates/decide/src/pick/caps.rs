//! How many new leads a rep may get per day, week and month.

use super::Candidate;
use crate::reason::{Passed, Period};

/// The first cap that is reached.
pub(super) fn reached(candidate: &Candidate<'_>) -> Option<Passed> {
    let (caps, got) = (candidate.rep.caps, candidate.state.assigned);
    [
        (Period::Day, got.day, caps.day),
        (Period::Week, got.week, caps.week),
        (Period::Month, got.month, caps.month),
    ]
    .into_iter()
    .find_map(|(period, got, limit)| {
        let limit = limit?;
        (limit <= got).then_some(Passed::Cap { period, got, limit })
    })
}
