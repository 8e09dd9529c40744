//! The progress bar of an import, on a terminal.

use engine::import::Progress;
use indicatif::{ProgressBar, ProgressStyle};

use super::is_watched;

const KNOWN: &str = "{wide_bar} {human_pos}/{human_len} rows  {per_sec}  {eta} left{msg}";
const UNKNOWN: &str = "{spinner} {human_pos} rows  {per_sec}{msg}";

/// A bar that is drawn on a terminal and nowhere else.
pub(super) struct Bar {
    bar: ProgressBar,
}

impl Bar {
    pub(super) fn new() -> Self {
        let bar = if is_watched() { ProgressBar::new_spinner() } else { ProgressBar::hidden() };
        Self { bar }
    }

    pub(super) fn show(&self, progress: Progress) {
        if self.bar.is_hidden() {
            return;
        }
        let known = 0 < progress.of;
        if known && self.bar.length() != Some(progress.of) {
            self.bar.set_length(progress.of);
        }
        let style = ProgressStyle::with_template(if known { KNOWN } else { UNKNOWN });
        if self.bar.position() == 0
            && let Ok(style) = style
        {
            self.bar.set_style(style);
        }
        self.bar.set_position(progress.rows);
        if 0 < progress.rejected {
            self.bar.set_message(format!("  {} rejected", progress.rejected));
        }
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.bar.finish_and_clear();
    }
}
