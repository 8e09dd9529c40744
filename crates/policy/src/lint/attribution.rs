//! P0311: attribution of a handoff reason that no submission can bring.
//!
//! What: a reason under `attribution` that is neither a value of the reason field nor a source;
//! where the reason field is free text, one that `sources` does not name though it names others.
//! Why: a mistyped reason leaves its opportunities without a lead source.
//! Example: `"Product - Voic": "Voice Product Interest"`
//! Instead: the reason as it is sent: `"Product - Voice"`

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::nearest::nearest;

/// Reports unknown reasons.
pub(super) fn lint(subject: &Subject<'_>, found: &mut Diagnostics) {
    let policy = subject.policy;
    let Some(field) = policy.contract.reason_field.and_then(|it| policy.fields.get(it)) else {
        return;
    };
    let symbols = match field.values.as_slice() {
        values @ [_, ..] => values.to_vec(),
        [] => policy.sources.sources.iter().map(|it| it.reason).collect(),
    };
    if symbols.is_empty() {
        return;
    }
    let reasons: Vec<&str> = symbols.iter().map(|it| policy.symbols.text(*it)).collect();
    for it in policy.attribution.iter().filter(|it| !reasons.contains(&it.reason.as_str())) {
        let message = format!("no submission brings the reason `{}`", it.reason);
        let mut diagnostic = Diagnostic::warning("P0311", message, it.span);
        diagnostic = match nearest(&it.reason, reasons.iter().copied()) {
            Some(near) => diagnostic.help(format!("did you mean `{near}`?")),
            None => diagnostic.help("name it under `sources`, or take it out"),
        };
        found.push(diagnostic);
    }
}
