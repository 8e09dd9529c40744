//! How much open work a rep may hold, and how much of it the pool allows to be in use.

use policy::section::Pool;

use super::Candidate;
use crate::reason::Passed;

/// The rep's own limit of handoffs or value. A rep without a limit is never full.
pub(super) fn reached(candidate: &Candidate<'_>) -> Option<Passed> {
    let (capacity, state) = (candidate.rep.capacity, candidate.state);
    let open = capacity.open.filter(|limit| *limit <= state.open);
    let value = capacity.value.filter(|limit| *limit <= state.open_value);
    open.map(|limit| Passed::AtCapacity { open: state.open, limit })
        .or(value.map(|limit| Passed::AtValueCapacity { value: state.open_value, limit }))
}

/// The pool's limits in percent of the rep's own: a rep at the limit gets no more.
pub(super) fn above_pool_limit(candidate: &Candidate<'_>, pool: &Pool) -> Option<Passed> {
    let over = |percent: Option<u64>, limit: Option<u32>| match (percent, limit) {
        (Some(percent), Some(limit)) if u64::from(limit) <= percent => Some((percent, limit)),
        _ => None,
    };
    let load = over(candidate.rep.load_percent(&candidate.state), pool.load_max);
    let value = over(candidate.rep.value_percent(&candidate.state), pool.value_max);
    load.map(|(percent, limit)| Passed::LoadMax { percent, limit, by: pool.span })
        .or(value.map(|(percent, limit)| Passed::ValueMax { percent, limit, by: pool.span }))
}
