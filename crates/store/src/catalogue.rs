//! Every statement of the crate, so that a test can prepare all of them on both engines.

use crate::sql::Entry;
use crate::{Snapshot, StoreError, migrate};

/// Every statement, module by module.
pub fn all() -> impl Iterator<Item = Entry> {
    [migrate::ENTRIES].into_iter().flatten().copied()
}

/// Prepares every statement without running it; the name of the first that fails is in the error.
pub fn prepare_all(db: &mut Snapshot<'_>) -> Result<usize, StoreError> {
    let mut n = 0;
    for entry in all() {
        db.prepare(entry)?;
        n += 1;
    }
    Ok(n)
}
