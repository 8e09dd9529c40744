//! Business-hours arithmetic: when is a duty due, how much business time passed, when does a
//! calendar open.
//!
//! Rules that hold everywhere:
//! - A local wall time becomes the first instant at which the zone's wall clock shows it or
//!   later. That never goes backwards, so touching windows tile: no second is lost in a gap or
//!   counted twice in an overlap.
//! - Windows and pauses are half open. Time inside them is counted in real (UTC) time.
//! - [`due`] is the earliest instant by which the time is used up; it may lie on a closing edge.
//! - A search gives up when nothing opens within [`HORIZON_DAYS`] of the last open instant.
//!
//! Cost: a call touches the windows it crosses, and whole weeks without exception or clock
//! change are skipped at once. `next_*` and each gap inside `due` look at 400 local dates at
//! most; the worst `due` touches every exception once and each clock change up to the year 9999
//! (some 16,000) once, whatever the duration.
//!
//! Zone data is the bundled tz database ([`tz_data_version`]), never the machine's.
//! Not here: parsing of calendar files, absences of single reps, recurring on-call rotas.

mod course;
mod error;
mod hours;
mod opening;
mod spec;
mod zone;

pub use course::{
    Clock, Course, Pause, Segment, due, earliest_due, elapsed, latest_start, next_open,
};
pub use error::CalendarError;
pub use opening::{Calendar, OpenWindow, OpenWindows};
pub use spec::{CalendarSpec, Date, TimeOfDay, Weekday, Window};
pub use zone::tz_data_version;

/// A calendar that stays closed for longer than this many days of 24 hours has no next opening.
pub const HORIZON_DAYS: u32 = 400;

pub(crate) const MICROS_PER_SECOND: i64 = 1_000_000;
pub(crate) const DAY_SECONDS: i64 = 86_400;
