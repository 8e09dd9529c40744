//! Metric definitions and reports over facts.
//!
//! [`facts`] keeps handoffs and outcomes in packed columns, [`monthly`] counts them into a [`tally::Tally`] per group,
//! [`metric`] defines what every number means, [`text`] and [`json`] render.
//!
//! Invariants: a rate is a numerator, a denominator and what was left out, never a stored rounded number; parts add up to
//! their whole and the "unknown" group is shown; small samples say so; percent and points are never mixed up; the same
//! facts give byte-identical reports.
//!
//! Deliberately not here: reading a database (the store fills the facts), people's data, models, any clock.

pub mod compare;
pub mod dictionary;
pub mod facts;
pub mod json;
pub mod metric;
pub mod monthly;
pub mod number;
pub mod quantile;
pub mod rate;
pub mod tally;
pub mod text;

pub use dictionary::Label;
pub use facts::{Disposition, Duty, Facts, HandoffFact, OutcomeFact, OutcomeKind, Window};
pub use metric::{Measured, Metric};
pub use monthly::{Dimension, Period, Report, Settings, report};
pub use rate::Rate;
pub use tally::Tally;
