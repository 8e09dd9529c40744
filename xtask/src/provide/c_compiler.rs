//! The C compiler: SQLite is built from its source.
//!
//! Rust needs one to link, so it is missing only where cargo is told to use another linker.

use super::{debian, find, search_path};
use crate::Outcome;

/// Makes sure that there is a `cc`.
pub(crate) fn c_compiler() -> Outcome<()> {
    if find("cc", &search_path()).is_some() {
        return Ok(());
    }
    debian::install("a C compiler (cc)", &["gcc", "libc6-dev"])
}
