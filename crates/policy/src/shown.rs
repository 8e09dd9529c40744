//! Findings as short text for tests: code, place, underlined text, message, advice.

use std::fmt::Write;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::span::Sources;

/// One block per finding, in order of place.
pub(crate) fn shown(sources: &Sources, diagnostics: Diagnostics) -> String {
    shown_all(sources, &diagnostics.into_sorted())
}

/// One block per finding, in the order given.
pub(crate) fn shown_all(sources: &Sources, diagnostics: &[Diagnostic]) -> String {
    let mut text = String::new();
    for it in diagnostics {
        let place = sources.position(it.primary);
        let (line, column) = (place.line, place.column);
        let _ = writeln!(text, "{} {line}:{column} {}", it.code, it.message);
        let underlined = format!("  > {:?} {}", sources.text(it.primary), it.label);
        let _ = writeln!(text, "{}", underlined.trim_end());
        for (span, label) in &it.others {
            let _ = writeln!(text, "  & {:?} {label}", sources.text(*span));
        }
        for help in &it.help {
            let _ = writeln!(text, "  = {help}");
        }
        if let Some(fix) = &it.fix {
            let _ = writeln!(text, "  fix {:?} -> {:?}", sources.text(fix.span), fix.text);
        }
    }
    text
}
