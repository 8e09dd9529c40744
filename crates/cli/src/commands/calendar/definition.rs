//! The `calendars` of a case file.

use std::collections::BTreeMap;

use calendar::{Calendar, CalendarSpec, Date, Window};
use policy::nearest::nearest;
use serde_json::Value;

use crate::json::Object;
use crate::outcome::say;

/// Calendars by id; one that cannot be used has its fault instead.
pub(super) type Definitions = BTreeMap<String, Result<Calendar, String>>;

const FIELDS: [&str; 5] = ["always", "tz", "weekly", "holidays", "overrides"];

/// Reads all calendars of a file.
pub(super) fn read(root: &Object<'_>) -> Result<Definitions, String> {
    let calendars = root.object("calendars")?.ok_or("field `calendars` is missing")?;
    let mut found = Definitions::new();
    for id in calendars.names() {
        let definition = Object::new(calendars.required(id)?, "");
        found.insert(id.to_owned(), definition.and_then(|it| compiled(id, &it)));
    }
    Ok(found)
}

fn compiled(id: &str, definition: &Object<'_>) -> Result<Calendar, String> {
    warn_of_unknown_fields(id, definition);
    match definition.optional("always") {
        None | Some(Value::Bool(false)) => {}
        Some(Value::Bool(true)) => return Ok(Calendar::always()),
        Some(other) => return Err(definition.expected("always", "true or false", other)),
    }
    let mut spec =
        CalendarSpec { zone: definition.text("tz")?.to_owned(), ..CalendarSpec::default() };
    if let Some(weekly) = definition.object("weekly")? {
        for day in weekly.names() {
            let weekday = day.parse().map_err(|error| format!("field `weekly`: {error}"))?;
            spec.weekly.insert(weekday, windows(&weekly, day)?);
        }
    }
    for (item, path) in definition.items("holidays")? {
        let text = item.as_str().ok_or_else(|| format!("field `{path}`: expected a date"))?;
        spec.holidays.push(date(text, &path)?);
    }
    if let Some(overrides) = definition.object("overrides")? {
        for day in overrides.names() {
            let windows = windows(&overrides, day)?;
            spec.overrides.insert(date(day, "overrides")?, windows);
        }
    }
    Calendar::new(&spec).map_err(|error| format!("field `tz`: {error}"))
}

fn date(text: &str, path: &str) -> Result<Date, String> {
    text.parse().map_err(|error| format!("field `{path}`: {error}"))
}

/// A list of `["09:00", "17:00"]`.
fn windows(days: &Object<'_>, day: &str) -> Result<Vec<Window>, String> {
    let window = |(item, path): (&Value, String)| {
        let edges: Option<Vec<&str>> =
            item.as_array().and_then(|edges| edges.iter().map(Value::as_str).collect());
        match edges.as_deref() {
            Some([from, to]) => {
                Window::parse(from, to).map_err(|error| format!("field `{path}`: {error}"))
            }
            Some(_) | None => {
                Err(format!("field `{path}`: expected a window like [\"09:00\", \"17:00\"]"))
            }
        }
    };
    days.items(day)?.into_iter().map(window).collect()
}

/// A field nobody reads is often a mistyped one.
fn warn_of_unknown_fields(id: &str, definition: &Object<'_>) {
    for name in definition.names().filter(|name| !FIELDS.contains(name)) {
        let meant = nearest(name, FIELDS)
            .map_or_else(String::new, |meant| format!("; did you mean `{meant}`?"));
        say("warning", &format!("calendar `{id}`: field `{name}` is not used{meant}"));
    }
}
