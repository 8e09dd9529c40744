//! The state of a handoff in 22 bits, so that a report reads one word for most of its numbers.
//!
//! ```text
//! bit 0..3 verdict   3..6 acknowledge   6..9 touch   9..12 dispose   12..16 outcomes
//!     16 open   17 touched   18 attempted   19..22 response window
//! ```

use super::fact::{Disposition, OutcomeKind};

/// How a clock stands. `Running` turns into `Missed` when the report's instant is past the deadline.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ClockState {
    None = 0,
    Kept = 1,
    KeptLate = 2,
    Missed = 3,
    Running = 4,
    Released = 5,
}

/// The time from capture to the first valid touch, as a class.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Window {
    /// At most 5 minutes.
    FiveMinutes = 0,
    /// Over 5 and at most 15 minutes.
    QuarterHour = 1,
    /// Over 15 minutes and at most 1 hour.
    Hour = 2,
    /// Over 1 and at most 24 hours.
    Day = 3,
    /// Over 24 hours.
    Later = 4,
    /// No valid touch so far.
    Never = 5,
    /// The touch is dated before the capture: the data are wrong and no time can be told.
    Untold = 6,
}

impl Window {
    /// All windows, fastest first.
    pub const ALL: [Self; 7] = [
        Self::FiveMinutes,
        Self::QuarterHour,
        Self::Hour,
        Self::Day,
        Self::Later,
        Self::Never,
        Self::Untold,
    ];

    /// The window's name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::FiveMinutes => "<= 5 min",
            Self::QuarterHour => "<= 15 min",
            Self::Hour => "<= 1 h",
            Self::Day => "<= 24 h",
            Self::Later => "> 24 h",
            Self::Never => "never touched",
            Self::Untold => "touch before capture",
        }
    }

    /// The window's name for machines.
    pub const fn id(self) -> &'static str {
        match self {
            Self::FiveMinutes => "within_5_min",
            Self::QuarterHour => "within_15_min",
            Self::Hour => "within_1_h",
            Self::Day => "within_24_h",
            Self::Later => "after_24_h",
            Self::Never => "never",
            Self::Untold => "touch_before_capture",
        }
    }

    /// The window of a delay in seconds, rounded up: 300 s is still "at most 5 minutes", 300.1 s is not.
    pub(crate) const fn of(seconds: u32) -> Self {
        match seconds {
            0..=300 => Self::FiveMinutes,
            301..=900 => Self::QuarterHour,
            901..=3_600 => Self::Hour,
            3_601..=86_400 => Self::Day,
            86_401.. => Self::Later,
        }
    }
}

pub(crate) const ACKNOWLEDGE: u32 = 3;
pub(crate) const TOUCH: u32 = 6;
pub(crate) const DISPOSE: u32 = 9;
pub(crate) const OUTCOMES: u32 = 12;
pub(crate) const OPEN: u32 = 1 << 16;
pub(crate) const TOUCHED: u32 = 1 << 17;
pub(crate) const ATTEMPTED: u32 = 1 << 18;
pub(crate) const WINDOW: u32 = 19;
/// All outcome bits: what an amended handoff keeps.
pub(crate) const OUTCOME_BITS: u32 = 0b1111 << OUTCOMES;

pub(crate) const MEETING: u32 = 1;
pub(crate) const OPPORTUNITY: u32 = 2;
pub(crate) const WON: u32 = 4;
pub(crate) const LOST: u32 = 8;

/// The verdict's three bits; 0 is silence.
pub(crate) const fn verdict_bits(disposition: Option<Disposition>) -> u32 {
    match disposition {
        None => 0,
        Some(Disposition::Submitted) => 1,
        Some(Disposition::Rejected) => 2,
        Some(Disposition::PursueAccount) => 3,
        Some(Disposition::BadUseCase) => 4,
        Some(Disposition::Recycled) => 5,
    }
}

/// The outcome bits that `kind` sets. A deal that ended was an opportunity, also where only its end was reported.
pub(crate) const fn outcome_bits(kind: OutcomeKind) -> u32 {
    match kind {
        OutcomeKind::Meeting => MEETING,
        OutcomeKind::Opportunity => OPPORTUNITY,
        OutcomeKind::Won => OPPORTUNITY | WON,
        OutcomeKind::Lost => OPPORTUNITY | LOST,
    }
}
