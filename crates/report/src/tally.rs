//! The counts of one group of handoffs: everything a metric is computed from.

use crate::facts::Window;
use crate::quantile::Spread;
use crate::rate::Rate;

/// The counts of a group (a reason, a rep, the whole).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Handoffs made in the period.
    pub handoffs: u64,
    /// Of them, still open.
    pub open: u64,
    /// Of them, with an outreach of any kind.
    pub attempted: u64,
    /// Of them, with a valid touch.
    pub touched: u64,
    /// Their verdicts.
    pub verdicts: Verdicts,
    /// Their acknowledge clocks.
    pub acknowledge: Clocks,
    /// Their first-touch clocks.
    pub touch: Clocks,
    /// Their disposition clocks.
    pub dispose: Clocks,
    /// How far they came up to the report's instant (cohort view).
    pub reached: Reached,
    /// Their response windows, in the order of [`Window::ALL`].
    pub windows: [WindowCount; Window::ALL.len()],
    /// Only those old enough to have converted.
    pub mature: Mature,
    /// Outcomes dated in the period, whenever their handoff was made (same-window view).
    pub dated: Dated,
    /// Capture to first valid touch; `None` when nobody was touched.
    pub speed: Option<Spread>,
    /// Capture to first outreach of any kind.
    pub attempt: Option<Spread>,
    /// First capture of the lead to first valid touch.
    pub age: Option<Spread>,
    /// Handoff to first win.
    pub close: Option<Spread>,
}

/// How many handoffs got which verdict.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdicts {
    /// Accepted and submitted.
    pub submitted: u64,
    /// Rejected.
    pub rejected: u64,
    /// Pursue the account.
    pub pursue_account: u64,
    /// Bad use case.
    pub bad_use_case: u64,
    /// Recycled to nurture.
    pub recycled: u64,
    /// No verdict.
    pub silent: u64,
}

/// How the clocks of one kind stand.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Clocks {
    /// Done in time with at least half of the time left.
    pub early: u64,
    /// Done in time in the second half of the time allowed.
    pub late: u64,
    /// Done too late, or not done and overdue.
    pub missed: u64,
    /// Not done and not yet due.
    pub running: u64,
    /// Closed before the deadline without it.
    pub released: u64,
    /// No such clock.
    pub without: u64,
}

/// How many handoffs reached a stage by the report's instant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reached {
    /// At least one meeting.
    pub meeting: u64,
    /// At least one opportunity (a deal won or lost was one).
    pub opportunity: u64,
    /// Submitted and at least one opportunity.
    pub submitted_opportunity: u64,
    /// At least one deal won.
    pub won: u64,
    /// At least one deal lost and none won.
    pub lost: u64,
    /// Value of the opportunities of these handoffs, in hundredths of the currency unit.
    pub pipeline: i64,
    /// Value of the deals won from these handoffs, in hundredths of the currency unit.
    pub revenue: i64,
    /// Deals won from these handoffs that carry no value.
    pub won_without_value: u64,
}

/// Handoffs and how many of them became opportunities.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct WindowCount {
    /// Handoffs in the window.
    pub handoffs: u64,
    /// Of them, with an opportunity.
    pub opportunities: u64,
}

/// Handoffs made long enough ago, and how many converted within that time.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Mature {
    /// Handoffs at least one horizon old.
    pub handoffs: u64,
    /// Of them, with an opportunity within the horizon.
    pub opportunities: u64,
}

/// Outcomes by their own date.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Dated {
    /// Opportunities created.
    pub opportunities: u64,
    /// Of them, with a lead source in the CRM.
    pub sourced: u64,
    /// Of them, without one but with a handoff whose reason maps to one.
    pub repairable: u64,
    /// Deals won.
    pub won: u64,
    /// Deals lost.
    pub lost: u64,
    /// Value of the deals won, in hundredths of the currency unit.
    pub revenue: i64,
}

impl Verdicts {
    /// Handoffs with any verdict.
    pub fn given(&self) -> u64 {
        self.submitted + self.rejected + self.pursue_account + self.bad_use_case + self.recycled
    }
}

impl Clocks {
    /// Done in time.
    pub fn kept(&self) -> u64 {
        self.early + self.late
    }

    /// Kept of kept and missed; clocks still running or released are excluded.
    pub fn compliance(&self) -> Rate {
        Rate::new(self.kept(), self.kept() + self.missed, self.running + self.released)
    }

    /// All of them: equal to the number of handoffs.
    pub fn total(&self) -> u64 {
        self.kept() + self.missed + self.running + self.released + self.without
    }
}
