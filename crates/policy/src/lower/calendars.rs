//! `calendars`: working hours by name.

use std::collections::BTreeMap;
use std::sync::Arc;

use calendar::{Calendar, CalendarSpec, Date, Weekday, Window};
use model::CalendarId;

use crate::diagnostic::Diagnostic;
use crate::lower::Context;
use crate::shape::scalar;
use crate::span::Span;
use crate::tree::{Entry, Node};

impl Context<'_> {
    /// All calendars that can be compiled.
    pub(crate) fn calendars(&mut self, root: &Node) -> BTreeMap<CalendarId, Arc<Calendar>> {
        let mut calendars = BTreeMap::new();
        for entry in root.child("calendars").map(Node::entries).unwrap_or_default() {
            let spec = self.calendar_spec(&entry.value);
            if spec.zone.is_empty() {
                continue;
            }
            match (Calendar::new(&spec), entry.key.parse()) {
                (Ok(calendar), Ok(id)) => {
                    calendars.insert(id, Arc::new(calendar));
                }
                (Err(error), _) => {
                    let span = entry.value.span_of("zone");
                    self.found.push(Diagnostic::error("P0130", error.to_string(), span));
                }
                (Ok(_), Err(_)) => {}
            }
        }
        calendars
    }

    fn calendar_spec(&mut self, node: &Node) -> CalendarSpec {
        let mut spec = CalendarSpec {
            zone: node.text("zone").unwrap_or_default().to_owned(),
            holidays: node.list("holidays").iter().filter_map(date).collect(),
            ..CalendarSpec::default()
        };
        for entry in node.child("weekly").map(Node::entries).unwrap_or_default() {
            match days(&entry.key) {
                Some(days) => {
                    for day in days {
                        if spec.weekly.insert(day, windows(entry)).is_some() {
                            let message = format!("`{}` has hours already", day.name());
                            self.found.push(Diagnostic::error("P0130", message, entry.key_span));
                        }
                    }
                }
                None => self.bad_key(entry, "a day such as `mon` or days such as `mon-fri`"),
            }
        }
        for entry in node.child("overrides").map(Node::entries).unwrap_or_default() {
            match scalar::date(&entry.key) {
                Some(date) => {
                    spec.overrides.insert(date, windows(entry));
                }
                None => self.bad_key(entry, "a date such as `2026-11-27`"),
            }
        }
        spec
    }

    fn bad_key(&mut self, entry: &Entry, expected: &str) {
        let message = format!("`{}` is not {expected}", entry.key);
        self.found.push(Diagnostic::error("P0130", message, entry.key_span));
    }

    /// Counts `name` as a calendar that is used at `span`; an unknown one is reported.
    pub(crate) fn calendar(&mut self, name: &str, span: Span) -> Option<CalendarId> {
        self.calendars.resolve(name, span, &mut self.found)?;
        name.parse().ok()
    }
}

fn date(node: &Node) -> Option<Date> {
    node.scalar().and_then(scalar::date)
}

fn windows(entry: &Entry) -> Vec<Window> {
    entry.value.items().iter().filter_map(Node::scalar).filter_map(scalar::hours).collect()
}

/// `mon`, `mon-fri`, `daily`; a range may run over the end of the week.
fn days(text: &str) -> Option<Vec<Weekday>> {
    if text == "daily" {
        return Some(Weekday::ALL.to_vec());
    }
    let (first, last) = text.split_once('-').unwrap_or((text, text));
    let (first, last): (Weekday, Weekday) = (first.parse().ok()?, last.parse().ok()?);
    let mut days: Vec<Weekday> =
        Weekday::ALL.into_iter().cycle().skip_while(|it| *it != first).take(7).collect();
    let end = days.iter().position(|it| *it == last)?;
    days.truncate(end + 1);
    Some(days)
}
