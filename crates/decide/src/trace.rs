//! Why a decision came out as it did: typed steps with ids and numbers, no prose, no durations.
//!
//! Off on the hot path ([`NoTrace`]) and rebuilt by deciding again with [`Trace`]: the same input
//! gives the same steps. Text is made at the edge by [`crate::render`].

pub mod format;

use model::{Number, RepIndex, Timestamp, Value};
use policy::section::{Destination, Exit, GatewayResult, SourceMode};
use policy::{FieldId, Span};

pub use crate::cond::Tested;
use crate::reason::{How, Passed};

/// Where steps go.
pub trait TraceSink {
    /// Whether steps are kept. Where not, none is made.
    const ON: bool;

    /// Keeps a step.
    fn add(&mut self, step: Step);
}

/// Keeps nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoTrace;

/// The steps of one decision, in order.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Trace {
    /// In the order in which they were taken.
    pub steps: Vec<Step>,
}

/// One step. Places (`at`) count from 0 in the order of the policy.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// A derived field was computed; `None` where it is missing.
    Derived {
        /// The field.
        field: FieldId,
        /// Its value.
        value: Option<Value>,
    },
    /// A rule that disqualifies or suppresses was asked.
    Exclusion {
        /// Which list.
        list: ExclusionList,
        /// Place in the list.
        at: u16,
        /// The answer.
        tested: Tested,
    },
    /// A signal of the fast track was looked for.
    FastTrackSignal {
        /// Place among the signals.
        at: u16,
        /// The answer.
        tested: Tested,
    },
    /// The potential was compared with the least for the fast track.
    FastTrackMinimum {
        /// Place among the minimums.
        at: u16,
        /// The least potential.
        least: Number,
        /// The lead's, where known.
        potential: Option<Number>,
        /// Whether it is enough (or unknown).
        met: bool,
    },
    /// How leads of this source are treated.
    Source {
        /// How.
        mode: SourceMode,
        /// Place among the sources; `None` for one the policy does not name.
        at: Option<u16>,
    },
    /// A rule of the gateway was asked.
    GatewayRule {
        /// Place in the gateway.
        at: u16,
        /// The answer.
        tested: Tested,
    },
    /// What the gateway decided.
    Gateway {
        /// Whether any question was answered.
        answered: bool,
        /// What it decided.
        result: GatewayResult,
    },
    /// A scoring rule was asked.
    Points {
        /// Score or matrix.
        board: Board,
        /// Place of the group.
        group: u16,
        /// Place of the rule in its group.
        rule: u16,
        /// What it gave and why.
        earned: Earned,
    },
    /// A group added up.
    Group {
        /// Score or matrix.
        board: Board,
        /// Place of the group.
        group: u16,
        /// The sum of its rules.
        sum: i32,
        /// The sum held between floor and cap.
        points: i32,
    },
    /// All groups of a board added up; the score is held between 0 and 100.
    Total {
        /// Score or matrix.
        board: Board,
        /// The points.
        points: i32,
    },
    /// Marketing or sales qualification was asked.
    Criterion {
        /// Which.
        which: Criterion,
        /// The answer.
        tested: Tested,
    },
    /// A rule of a tier was asked.
    TierRule {
        /// Place among the tiers.
        at: u16,
        /// The answer.
        tested: Tested,
    },
    /// The tier; `None` below all.
    Tier {
        /// 1 is the most urgent.
        tier: Option<u8>,
    },
    /// The lead is not handed off.
    Left {
        /// By which way out.
        exit: Exit,
        /// What sent it there.
        cause: ExitCause,
    },
    /// A routing rule was asked.
    Rule {
        /// Place in the table.
        at: u16,
        /// The answer.
        tested: Tested,
    },
    /// The rule whose targets are tried; `None` for the fallback alone.
    Routed {
        /// Place in the table.
        rule: Option<u16>,
    },
    /// A rule that chooses the SLA was asked.
    SlaRule {
        /// Place among the rules.
        at: u16,
        /// The answer.
        tested: Tested,
    },
    /// The SLA; `None` where the policy has none for this lead.
    Sla {
        /// Place among the SLA tiers.
        sla: Option<u16>,
    },
    /// A target was tried.
    Target(TargetStep),
}

/// What became of one target. Every rep of a pool is in `reps` exactly once.
#[derive(Clone, Debug, PartialEq)]
pub struct TargetStep {
    /// Which.
    pub place: TargetPlace,
    /// Where it leads.
    pub to: Destination,
    /// What became of it.
    pub result: TargetResult,
    /// The pool's state before and after; only where a pool was entered.
    pub pool: Option<PoolStep>,
    /// Those who could have got the lead, in order of their ids.
    pub reps: Vec<RepStep>,
}

/// Which target of the chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TargetPlace {
    /// The rule it belongs to; `None` for the table's fallback.
    pub rule: Option<u16>,
    /// Place among its targets.
    pub at: u16,
    /// Where it is written.
    pub span: Span,
}

/// Where a pool stood.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PoolStep {
    /// Number of the pick, if one was made.
    pub sequence: Option<u64>,
    /// Epoch of the rotation.
    pub epoch: u64,
}

/// One rep in a target.
#[derive(Clone, Debug, PartialEq)]
pub struct RepStep {
    /// Who.
    pub rep: RepIndex,
    /// What brought the rep here: the pool's member or the target.
    pub span: Span,
    /// Chosen or passed over.
    pub verdict: Verdict,
}

/// Chosen or passed over.
#[derive(Clone, Debug, PartialEq)]
pub enum Verdict {
    /// Got the lead.
    Chosen(How),
    /// Did not.
    Passed(Passed),
}

/// What became of a target.
#[derive(Clone, Debug, PartialEq)]
pub enum TargetResult {
    /// A rep got the lead.
    Assigned(RepIndex),
    /// The lead went to the queue.
    Queued,
    /// The lead left.
    Left,
    /// The lead waits for skills to be given up.
    Waiting {
        /// Until then.
        until: Timestamp,
    },
    /// The target's own condition does not hold.
    NotWanted(Tested),
    /// Nobody could take it.
    Nobody,
    /// The account has no owner, or nobody of that name is on the roster.
    NoSuchRep,
}

/// What sent a lead out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExitCause {
    /// It reached no tier.
    BelowTiers,
    /// The gateway.
    Gateway,
    /// A target of the routing table.
    Target,
    /// A suppressing rule.
    Suppressed,
}

/// The two lists of exclusions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExclusionList {
    /// Not for sales.
    Disqualify,
    /// Not twice.
    Suppress,
}

/// What points are counted on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Board {
    /// The score.
    Score,
    /// The matrix of budget, need, timeline and fit.
    Matrix,
}

/// A qualification.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Criterion {
    /// Marketing qualified.
    Mql,
    /// Sales qualified.
    Sql,
}

/// What a scoring rule gave.
#[derive(Clone, Debug, PartialEq)]
pub struct Earned {
    /// Points given.
    pub points: i32,
    /// Why.
    pub why: EarnedBy,
}

/// Why a scoring rule gave points.
#[derive(Clone, Debug, PartialEq)]
pub enum EarnedBy {
    /// A condition.
    Condition(Tested),
    /// Activities of a kind.
    Activities {
        /// How many counted.
        counted: u32,
        /// How many were too old.
        too_old: u32,
        /// Points without decay and without the rule's limit.
        undecayed: i32,
        /// Points after decay, before the rule's limit.
        decayed: i32,
    },
    /// A share of a number; `None` where it is missing.
    Share {
        /// The number.
        of: Option<Number>,
    },
}

impl TraceSink for NoTrace {
    const ON: bool = false;

    fn add(&mut self, _: Step) {}
}

impl TraceSink for Trace {
    const ON: bool = true;

    fn add(&mut self, step: Step) {
        self.steps.push(step);
    }
}
