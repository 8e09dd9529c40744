//! Every aggregate, and every statement of the crate, so that a test can prepare all of them on
//! both engines.

use crate::sql::Entry;
use crate::{Snapshot, StoreError};

macro_rules! modules {
    ($($module:ident)+) => {
        static MODULES: &[&[Entry]] = &[$(crate::$module::ENTRIES),+];
    };
}

modules! {
    migrate
    workspace
    roster
    rep
    pool
    policy
    lead
    activity
    decision
    handoff
    life
    match_lock
    node
    assignment
    timer
    outbox
    event
    audit
    chain
    touch
    outcome
    quarantine
    idempotency
    import
    user
    delivery
    notification
    template
    connection
    webhook
    preference
    push
    facts
    auditor
    gauge
}

/// Every statement, module by module.
pub fn all() -> impl Iterator<Item = Entry> {
    MODULES.iter().copied().flatten().copied()
}

/// Prepares every statement without running it; their number. The error names the first that fails.
pub fn prepare_all(db: &mut Snapshot<'_>) -> Result<usize, StoreError> {
    let mut n = 0;
    for entry in all() {
        db.prepare(entry)?;
        n += 1;
    }
    Ok(n)
}
