//! P0310: names that nothing refers to.
//!
//! What: a pool, list, table, calendar, escalation, derived field or rep field that is declared and
//! never used; a queue to which no rule, fallback or escalation leads.
//! Why: usually a rule that was meant to use it says something else.
//! Example: a pool `emea` and no rule with `{ pool: emea }`
//! Instead: use it or take it out

use crate::diagnostic::Diagnostic;
use crate::field::FieldOrigin;
use crate::lower::Context;

/// Reports names without use. Calendars may be used by the roster, so they are left out.
pub(crate) fn unused(context: &mut Context<'_>) {
    let mut all = Vec::new();
    let names = [&context.list_names, &context.tables, &context.pools, &context.queues];
    for (what, name, span) in names.into_iter().chain([&context.chains]).flat_map(|it| it.unused())
    {
        all.push(Diagnostic::warning("P0310", format!("nothing uses {what} `{name}`"), span));
    }
    for (id, field) in context.fields.iter() {
        let Some(span) = context.declared_at.get(&id) else { continue };
        let ours = matches!(field.origin, FieldOrigin::Derived | FieldOrigin::Rep);
        if ours && !context.used_fields.contains(&id) {
            let message = format!("nothing uses field `{}`", field.name);
            all.push(Diagnostic::warning("P0310", message, *span));
        }
    }
    all.into_iter().for_each(|it| context.found.push(it.help("use it or take it out")));
}
