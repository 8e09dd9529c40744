//! What can be wrong with a calendar before it is compiled.

use crate::spec::TimeOfDay;

/// A calendar, or a part of one, that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CalendarError {
    /// The zone is not in the bundled tz database; `nearest` is a similar name, if any.
    #[error("unknown time zone `{name}`{}", suggestion(.nearest.as_deref()))]
    UnknownZone {
        /// The name as given, cut to 60 characters.
        name: String,
        /// A zone with a similar name.
        nearest: Option<String>,
    },
    /// A window that ends before or when it starts.
    #[error(
        "window {from}-{to} does not end after it starts; write a night shift as two windows, up to 24:00 and from 00:00 of the next day"
    )]
    EmptyWindow {
        /// Opening time.
        from: TimeOfDay,
        /// Closing time.
        to: TimeOfDay,
    },
    /// Text that is not a time of day.
    #[error("`{text}` is not a time of day from 00:00 to 24:00 (HH:MM)")]
    BadTime {
        /// The text as given, cut to 60 characters.
        text: String,
    },
    /// Text that is not a date of the calendar.
    #[error("`{text}` is not a date (YYYY-MM-DD)")]
    BadDate {
        /// The text as given, cut to 60 characters.
        text: String,
    },
    /// Text that is not a weekday.
    #[error("`{text}` is not a weekday (mon, tue, wed, thu, fri, sat or sun)")]
    BadWeekday {
        /// The text as given, cut to 60 characters.
        text: String,
    },
}

fn suggestion(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!("; did you mean `{name}`?"))
}

/// The part of a user's text that a message repeats.
pub(crate) fn quoted(text: &str) -> String {
    text.chars().take(60).collect()
}
