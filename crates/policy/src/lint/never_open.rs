//! P0307: a calendar that stays closed for more than 400 days.
//!
//! What: no weekly hours, or holidays without end.
//! Why: a duty on it is never due, so nobody is ever asked for it.
//! Example: `weekly: { mon-fri: [] }`
//! Instead: `weekly: { mon-fri: ["09:00-17:00"] }`, or a clock of hours `always`

use calendar::{Calendar, HORIZON_DAYS};
use model::Timestamp;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lint::Subject;
use crate::shape::scalar;
use crate::tree::{Entry, Node};

/// Looks from the start of every exception on: between them the weeks are all alike.
pub(super) fn lint(subject: &Subject<'_>, found: &mut Diagnostics) {
    for entry in subject.root.child("calendars").map(Node::entries).unwrap_or_default() {
        let id = entry.key.parse();
        let Some(calendar) = id.ok().and_then(|it| subject.policy.calendars.get(&it)) else {
            continue;
        };
        if !hours_are_sound(&entry.value) {
            continue;
        }
        if let Some(from) = closed_from(entry, calendar) {
            let message = format!("calendar `{}` never opens", entry.key);
            found.push(
                Diagnostic::error("P0307", message, entry.key_span)
                    .label(format!("closed for {HORIZON_DAYS} days from {from} on"))
                    .help("give it weekly hours"),
            );
        }
    }
}

/// Whether no opening was lost to an error.
fn hours_are_sound(calendar: &Node) -> bool {
    let parts = ["weekly", "overrides"].into_iter().filter_map(|it| calendar.child(it));
    let mut windows = parts.flat_map(Node::entries).flat_map(|it| it.value.items());
    windows.all(|it| it.scalar().and_then(scalar::hours).is_some())
}

fn closed_from<'a>(entry: &'a Entry, calendar: &Calendar) -> Option<&'a str> {
    let holidays = entry.value.list("holidays").iter().filter_map(Node::scalar);
    let overrides = entry.value.child("overrides").map(Node::entries).unwrap_or_default();
    let mut dates: Vec<&str> = holidays.chain(overrides.iter().map(|it| it.key.as_str())).collect();
    dates.push("2026-01-01");
    dates.into_iter().find(|date| {
        let start: Option<Timestamp> = format!("{date}T00:00:00Z").parse().ok();
        start.is_some_and(|it| {
            // Two days later the date is over in every zone.
            let over = it.plus(model::Seconds::from_days(2));
            !calendar.opens_within_horizon(it) || !calendar.opens_within_horizon(over)
        })
    })
}
