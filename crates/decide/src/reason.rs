//! Reasons as data: why a rep was passed over or chosen, why a request was refused.
//!
//! Every reason has a stable code `D....` with a page in `docs/errors`; codes are never reused.

mod code;

use model::{RepIndex, Timestamp};

use policy::{FieldId, Span};

pub use code::Code;

/// The stages a rep passes, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is the stage file of its name in `pick`")]
pub enum Stage {
    Active,
    Excluded,
    Absent,
    Present,
    Hours,
    Caps,
    Capacity,
    Load,
    Only,
    Filter,
    Skills,
    Sticky,
    Credit,
    Strategy,
}

/// Why a rep was passed over.
#[derive(Clone, Debug, PartialEq)]
pub enum Passed {
    /// Does not work here any more.
    Inactive,
    /// Had this lead before.
    EarlierOwner,
    /// Rejected this lead.
    Rejected,
    /// Away.
    Absent {
        /// First instant back.
        until: Timestamp,
    },
    /// Switched off.
    NotPresent,
    /// Outside working hours.
    OutsideHours {
        /// When they open; `None` within the calendar's horizon never.
        opens: Option<Timestamp>,
        /// The pool's span: it asks for working hours.
        by: Span,
    },
    /// Others of the pool work now.
    OthersInHours {
        /// The pool's span.
        by: Span,
    },
    /// Enough new leads in the period.
    Cap {
        /// Which period.
        period: Period,
        /// Got in it.
        got: u32,
        /// Allowed.
        limit: u32,
    },
    /// Enough open handoffs.
    AtCapacity {
        /// Open now.
        open: u32,
        /// Allowed.
        limit: u32,
    },
    /// Enough open value.
    AtValueCapacity {
        /// Open now.
        value: u64,
        /// Allowed.
        limit: u64,
    },
    /// More of the capacity in use than the pool allows.
    LoadMax {
        /// Percent in use.
        percent: u64,
        /// Percent allowed.
        limit: u32,
        /// The pool's span.
        by: Span,
    },
    /// More of the value capacity in use than the pool allows.
    ValueMax {
        /// Percent in use.
        percent: u64,
        /// Percent allowed.
        limit: u32,
        /// The pool's span.
        by: Span,
    },
    /// A condition does not hold, or cannot be evaluated.
    Condition {
        /// Which.
        which: RepCondition,
        /// Its span.
        by: Span,
        /// Tests that failed.
        failed: Vec<Span>,
        /// Fields that are missing.
        missing: Vec<FieldId>,
    },
    /// Another rep has the earlier leads.
    OtherIsSticky {
        /// Who.
        rep: RepIndex,
    },
    /// Another rep is owed a replacement.
    OtherHasCredit {
        /// Who.
        rep: RepIndex,
    },
    /// Another rep's turn.
    NotNext {
        /// Turns taken in this epoch.
        taken: u64,
        /// Share of turns.
        weight: u32,
    },
    /// Another rep has less open work for its weight.
    MoreLoad {
        /// Own open work: handoffs or value.
        own: u64,
        /// The chosen rep's.
        least: u64,
    },
    /// Got its share of the last leads.
    ShareOfRecent {
        /// Got among the last.
        got: u32,
        /// How many are looked at.
        of: u32,
    },
}

/// The periods of caps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Period {
    Day,
    Week,
    Month,
}

/// The conditions on a rep.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum RepCondition {
    /// Of the target.
    Only,
    /// Of the pool.
    Filter,
    /// Of a skill of the pool.
    Skill,
}

/// Why a rep was chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum How {
    /// Next in the rotation.
    Turn,
    /// Least open work for its weight.
    Load,
    /// Had the earlier leads of the same kind.
    Sticky,
    /// Was owed a replacement.
    Credit,
    /// Owns the account.
    Account,
    /// Named by the rule.
    Name,
}

impl How {
    /// The stable code.
    pub const fn code(self) -> Code {
        match self {
            Self::Turn => Code::ByTurn,
            Self::Load => Code::ByLoad,
            Self::Sticky => Code::BySticky,
            Self::Credit => Code::ByCredit,
            Self::Account => Code::ByAccount,
            Self::Name => Code::ByName,
        }
    }
}

impl Passed {
    /// The stable code.
    pub const fn code(&self) -> Code {
        match self {
            Self::Inactive => Code::Inactive,
            Self::EarlierOwner => Code::EarlierOwner,
            Self::Rejected => Code::Rejected,
            Self::Absent { .. } => Code::Absent,
            Self::NotPresent => Code::NotPresent,
            Self::OutsideHours { .. } => Code::OutsideHours,
            Self::OthersInHours { .. } => Code::OthersInHours,
            Self::Cap { period: Period::Day, .. } => Code::DayCap,
            Self::Cap { period: Period::Week, .. } => Code::WeekCap,
            Self::Cap { period: Period::Month, .. } => Code::MonthCap,
            Self::AtCapacity { .. } => Code::AtCapacity,
            Self::AtValueCapacity { .. } => Code::AtValueCapacity,
            Self::LoadMax { .. } => Code::LoadMax,
            Self::ValueMax { .. } => Code::ValueMax,
            Self::Condition { which: RepCondition::Only, .. } => Code::TargetCondition,
            Self::Condition { which: RepCondition::Filter, .. } => Code::PoolFilter,
            Self::Condition { which: RepCondition::Skill, .. } => Code::SkillMissing,
            Self::OtherIsSticky { .. } => Code::OtherIsSticky,
            Self::OtherHasCredit { .. } => Code::OtherHasCredit,
            Self::NotNext { .. } => Code::NotNext,
            Self::MoreLoad { .. } => Code::MoreLoad,
            Self::ShareOfRecent { .. } => Code::ShareOfRecent,
        }
    }

    /// The stage that passed the rep over.
    pub const fn stage(&self) -> Stage {
        match self {
            Self::Inactive => Stage::Active,
            Self::EarlierOwner | Self::Rejected => Stage::Excluded,
            Self::Absent { .. } => Stage::Absent,
            Self::NotPresent => Stage::Present,
            Self::OutsideHours { .. } | Self::OthersInHours { .. } => Stage::Hours,
            Self::Cap { .. } => Stage::Caps,
            Self::AtCapacity { .. } | Self::AtValueCapacity { .. } => Stage::Capacity,
            Self::LoadMax { .. } | Self::ValueMax { .. } => Stage::Load,
            Self::Condition { which: RepCondition::Only, .. } => Stage::Only,
            Self::Condition { which: RepCondition::Filter, .. } => Stage::Filter,
            Self::Condition { which: RepCondition::Skill, .. } => Stage::Skills,
            Self::OtherIsSticky { .. } => Stage::Sticky,
            Self::OtherHasCredit { .. } => Stage::Credit,
            Self::NotNext { .. } | Self::MoreLoad { .. } | Self::ShareOfRecent { .. } => {
                Stage::Strategy
            }
        }
    }

    /// The piece of the policy that did it, beside the pool or target itself.
    pub const fn span(&self) -> Option<Span> {
        match self {
            Self::OutsideHours { by, .. }
            | Self::OthersInHours { by }
            | Self::LoadMax { by, .. }
            | Self::ValueMax { by, .. }
            | Self::Condition { by, .. } => Some(*by),
            Self::Inactive
            | Self::EarlierOwner
            | Self::Rejected
            | Self::Absent { .. }
            | Self::NotPresent
            | Self::Cap { .. }
            | Self::AtCapacity { .. }
            | Self::AtValueCapacity { .. }
            | Self::OtherIsSticky { .. }
            | Self::OtherHasCredit { .. }
            | Self::NotNext { .. }
            | Self::MoreLoad { .. }
            | Self::ShareOfRecent { .. } => None,
        }
    }
}

impl Stage {
    /// The stable name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "active",
            Self::Excluded => "excluded",
            Self::Absent => "absent",
            Self::Present => "present",
            Self::Hours => "hours",
            Self::Caps => "caps",
            Self::Capacity => "capacity",
            Self::Load => "load",
            Self::Only => "only",
            Self::Filter => "filter",
            Self::Skills => "skills",
            Self::Sticky => "sticky",
            Self::Credit => "credit",
            Self::Strategy => "strategy",
        }
    }
}
