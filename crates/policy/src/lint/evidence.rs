//! P0312: a source treated against its own evidence.
//!
//! What: a source marked `auto_submit` whose acceptance lies under `auto_submit_from`; one above it
//! that is held up all the same; one under `floor` that goes on unchecked.
//! Why: the mode was set when the numbers were others.
//! Example: `{ mode: auto_submit, accepted: 536, decided: 1160 }` with `auto_submit_from: 80%`
//! Instead: `mode: gateway`

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::section::{SourceMode, SourceRule};

/// Reports each source whose mode and evidence disagree.
pub(super) fn lint(subject: &Subject<'_>, found: &mut Diagnostics) {
    let sources = &subject.policy.sources;
    for source in &sources.sources {
        let Some((accepted, decided)) = source.evidence.filter(|it| 0 < it.1) else { continue };
        let rate = f64::from(accepted) * 100.0 / f64::from(decided);
        let from = sources.auto_submit_from.map(model::Number::get);
        let floor = sources.floor.map(model::Number::get);
        let advice = match source.mode {
            SourceMode::AutoSubmit if from.is_some_and(|it| rate < it) => {
                Some("goes straight to sales, though less is accepted than `auto_submit_from`")
            }
            SourceMode::Gateway | SourceMode::Model if from.is_some_and(|it| it <= rate) => {
                Some("is held up, though as much is accepted as `auto_submit_from` asks")
            }
            SourceMode::Standard if floor.is_some_and(|it| rate < it) => {
                Some("goes on unchecked, though less is accepted than `floor`")
            }
            _ => None,
        };
        if let Some(advice) = advice {
            let name = subject.policy.symbols.text(source.reason);
            found.push(report(source, name, rate, advice));
        }
    }
}

fn report(source: &SourceRule, name: &str, rate: f64, advice: &str) -> Diagnostic {
    let label = source
        .evidence
        .map(|(accepted, decided)| format!("accepted {accepted} of {decided}: {rate:.1}%"));
    Diagnostic::warning("P0312", format!("source `{name}` {advice}"), source.span)
        .label(label.unwrap_or_default())
        .help("change the mode, or bring the counts up to date")
}
