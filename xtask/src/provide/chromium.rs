//! Chromium, in which the journeys through the web app are tested.

use std::path::PathBuf;

use super::{debian, find, search_path};
use crate::{Failure, Outcome};

const NAMES: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// A Chromium on `PATH`.
pub(crate) fn chromium() -> Outcome<PathBuf> {
    if let Some(found) = found() {
        return Ok(found);
    }
    debian::install("Chromium", &["chromium"])?;
    found().ok_or_else(|| Failure::new("chromium was installed, but is not on PATH"))
}

fn found() -> Option<PathBuf> {
    NAMES.iter().find_map(|name| find(name, &search_path()))
}
