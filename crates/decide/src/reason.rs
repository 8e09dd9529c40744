//! Reasons as data: why a rep was passed over or chosen, why a request was refused.
//!
//! Every reason has a stable code `D....` with a page in `docs/errors`; codes are never reused.

use model::{RepIndex, Timestamp};
use policy::{FieldId, Span};

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident $text:literal;)+) => {
        /// Stable codes of decisions.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[$doc])* $name,)+
        }

        impl Code {
            /// All codes, in order.
            pub const ALL: &'static [Self] = &[$(Self::$name,)+];

            /// The code as text, e.g. `D0103`.
            pub const fn text(self) -> &'static str {
                match self { $(Self::$name => $text,)+ }
            }
        }
    };
}

codes! {
    /// The rep does not work here any more.
    Inactive "D0101";
    /// The rep had this lead before.
    EarlierOwner "D0102";
    /// As many open handoffs as allowed.
    AtCapacity "D0103";
    /// The rep rejected this lead.
    Rejected "D0104";
    /// The rep is away.
    Absent "D0105";
    /// The rep has switched off.
    NotPresent "D0106";
    /// Outside the rep's working hours.
    OutsideHours "D0107";
    /// As many new leads today as allowed.
    DayCap "D0108";
    /// As many new leads this week as allowed.
    WeekCap "D0109";
    /// As many new leads this month as allowed.
    MonthCap "D0110";
    /// As much open value as allowed.
    AtValueCapacity "D0111";
    /// More of the capacity in use than the pool allows.
    LoadMax "D0112";
    /// More of the value capacity in use than the pool allows.
    ValueMax "D0113";
    /// The target's condition does not hold for the rep.
    TargetCondition "D0114";
    /// The pool's filter does not hold for the rep.
    PoolFilter "D0115";
    /// A wanted skill is missing.
    SkillMissing "D0116";
    /// Others of the pool are in their working hours.
    OthersInHours "D0117";
    /// Another rep has the earlier leads of the same kind.
    OtherIsSticky "D0118";
    /// Another rep's turn.
    NotNext "D0119";
    /// Another rep has less open work for its weight.
    MoreLoad "D0120";
    /// Another rep is owed a replacement.
    OtherHasCredit "D0121";
    /// Got its share of the last leads already.
    ShareOfRecent "D0122";
    /// A rule disqualified the lead.
    Disqualified "D0201";
    /// A rule suppressed the lead.
    Suppressed "D0202";
    /// An exclusion could not be evaluated and holds the lead back.
    Held "D0203";
    /// A rule could not be evaluated and was skipped.
    RuleUnknown "D0204";
    /// The lead reached no tier.
    BelowTiers "D0205";
    /// The gateway sent the lead out.
    GatewayExit "D0206";
    /// No routing rule holds.
    NoRule "D0207";
    /// The target's condition does not hold.
    TargetNotWanted "D0301";
    /// Nobody could take the lead.
    Nobody "D0302";
    /// The account has no owner, or the rep is not on the roster.
    NoSuchRep "D0303";
    /// The lead waits for a skill to be given up.
    WaitingForSkill "D0304";
    /// Next in the rotation.
    ByTurn "D0401";
    /// The least open work for its weight.
    ByLoad "D0402";
    /// Had the earlier leads of the same kind.
    BySticky "D0403";
    /// Was owed a replacement.
    ByCredit "D0404";
    /// Owns the account.
    ByAccount "D0405";
    /// Named by the rule.
    ByName "D0406";
    /// The handoff changed since it was read.
    StaleVersion "D0501";
    /// The handoff's state does not allow it.
    WrongState "D0502";
    /// A reason must be given.
    ReasonMissing "D0503";
    /// The policy does not know the reason.
    ReasonUnknown "D0504";
    /// This reason needs a note.
    NoteMissing "D0505";
    /// Only the owner may.
    NotTheOwner "D0506";
    /// The pause is too long.
    PauseTooLong "D0507";
    /// The rep is not on the roster or does not work here.
    UnknownRep "D0508";
    /// The touch is too old or in the future.
    TouchTime "D0509";
    /// There is no such queue.
    UnknownQueue "D0510";
}

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
