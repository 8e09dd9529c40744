//! Who is disqualified or suppressed, how a lead is scored, when it is qualified and how urgent.

use model::{Number, RuleId, Seconds};

use crate::expr::Expr;
use crate::field::FieldId;
use crate::span::Span;
use crate::symbol::Sym;

/// A field computed from others.
#[derive(Clone, Debug, PartialEq)]
pub struct Derived {
    /// The field it sets.
    pub field: FieldId,
    /// How.
    pub rule: DerivedRule,
    /// Where it is declared.
    pub span: Span,
}

/// How a derived field is computed.
#[derive(Clone, Debug, PartialEq)]
pub enum DerivedRule {
    /// Yes or no.
    When(Expr),
    /// The first step whose upper bound (exclusive) is above the number, else `rest`.
    Band {
        /// The number.
        of: FieldId,
        /// Upper bounds, ascending, each with its band.
        steps: Vec<(Number, Sym)>,
        /// The band from the last bound on.
        rest: Option<Sym>,
    },
    /// A row of a table.
    Lookup {
        /// Place in `Policy::tables`.
        table: usize,
        /// The fields that make the key, in the order of the table's key columns.
        by: Vec<FieldId>,
        /// The column to read.
        column: usize,
        /// Taken where no row fits.
        default: Option<Sym>,
    },
    /// The first case that holds, else `default`.
    Cases {
        /// Conditions with their values.
        cases: Vec<(Expr, Sym)>,
        /// Taken where none holds.
        default: Option<Sym>,
    },
    /// The sum of what each case that holds adds.
    Sum(Vec<(Expr, Number)>),
}

/// A table of texts: key columns, then value columns.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    /// Its name.
    pub name: String,
    /// How many of the first columns are the key.
    pub keys: usize,
    /// Names of all columns.
    pub columns: Vec<String>,
    /// Rows sorted by key; `*` in a key column fits any value and is tried after exact ones.
    pub rows: Vec<Vec<Sym>>,
    /// Where it is declared.
    pub span: Span,
}

/// A rule that keeps a lead from sales.
#[derive(Clone, Debug, PartialEq)]
pub struct Exclusion {
    /// Unique in its section.
    pub id: RuleId,
    /// When it holds.
    pub when: Expr,
    /// The documented reason, e.g. `competitor`.
    pub reason: String,
    /// What happens where a value it needs is missing.
    pub if_unknown: IfUnknown,
    /// What becomes of the lead.
    pub then: ExclusionResult,
    /// Where it is declared.
    pub span: Span,
}

/// What an exclusion does where a value it needs is missing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum IfUnknown {
    /// It holds back: the lead goes to the fallback queue to be looked at.
    Hold,
    /// The lead goes on.
    Pass,
}

/// What becomes of an excluded lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExclusionResult {
    /// Out, with the reason.
    Disqualify,
    /// No follow-up of its own: attached to what is under way.
    Attach,
    /// Kept warm by marketing.
    Nurture,
}

/// Points and how they add up. The score is the sum of the groups, held between 0 and 100.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scoring {
    /// Groups such as fit and engagement; each is a field `score.<name>`.
    pub groups: Vec<ScoreGroup>,
    /// Budget, need, timeline and fit; each is a field `matrix.<name>`; no group may be missing
    /// where there is a matrix at all.
    pub matrix: Vec<ScoreGroup>,
}

/// Rules whose points are held between a floor and a cap.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreGroup {
    /// Its name.
    pub name: String,
    /// The field with its points.
    pub field: FieldId,
    /// The least points.
    pub floor: i32,
    /// The most points.
    pub cap: i32,
    /// The rules, in order.
    pub rules: Vec<ScoreRule>,
    /// Where it is declared.
    pub span: Span,
}

/// One rule of a group.
#[derive(Clone, Debug, PartialEq)]
pub struct ScoreRule {
    /// Unique in its group.
    pub id: RuleId,
    /// What earns points.
    pub kind: ScoreKind,
    /// Points earned, for each time where activities are counted.
    pub points: i32,
    /// Where it is declared.
    pub span: Span,
}

/// What earns points.
#[derive(Clone, Debug, PartialEq)]
pub enum ScoreKind {
    /// A condition.
    When(Expr),
    /// Each activity of a kind.
    Activity {
        /// The kind.
        kind: Sym,
        /// Only activities younger than this.
        within: Option<Seconds>,
        /// Points halve with each such age; between whole half-lives they fall in a straight line,
        /// so that the arithmetic is exact in integers.
        half_life: Option<Seconds>,
        /// The most points (least, where points are negative) this rule gives in all.
        max: Option<i32>,
    },
    /// A number field times `points`, divided by `per` (e.g. a quiz score).
    Share {
        /// The number.
        of: FieldId,
        /// What earns `points` once.
        per: Number,
    },
}

/// When a lead is qualified.
#[derive(Clone, Debug, PartialEq)]
pub struct Qualification {
    /// Marketing qualified: engagement and fit; the field `mql`.
    pub mql: Option<Expr>,
    /// Sales qualified: explicit intent; the field `sql`.
    pub sql: Option<Expr>,
    /// The first that holds gives the qualification tier; the field `tier`.
    pub tiers: Vec<TierRule>,
    /// What becomes of a lead without a tier.
    pub below: Exit,
}

/// A qualification tier, 1 is the most urgent.
#[derive(Clone, Debug, PartialEq)]
pub struct TierRule {
    /// 1 to 9.
    pub tier: u8,
    /// When it holds.
    pub when: Expr,
    /// Where it is declared.
    pub span: Span,
}

/// Ways out that are not a handoff.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Exit {
    /// Kept warm by marketing.
    Nurture,
    /// Sent to self-service resources.
    SelfService,
}

/// What is known of the sources: which may go straight to sales.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceRules {
    /// Known handoff reasons.
    pub sources: Vec<SourceRule>,
    /// For reasons not named.
    pub default: SourceMode,
    /// Acceptance from which a source may be auto-submitted, percent.
    pub auto_submit_from: Option<Number>,
    /// Acceptance under which a source must be checked first, percent.
    pub floor: Option<Number>,
}

/// One source.
#[derive(Clone, Debug, PartialEq)]
pub struct SourceRule {
    /// The handoff reason.
    pub reason: Sym,
    /// How its leads are treated; the field `source.mode`.
    pub mode: SourceMode,
    /// Accepted and decided handoffs that the mode rests on.
    pub evidence: Option<(u32, u32)>,
    /// Where it is declared.
    pub span: Span,
}

/// How a source's leads are treated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SourceMode {
    /// Straight to sales, whatever the score.
    AutoSubmit,
    /// Through the pre-qualification gateway.
    Gateway,
    /// By score and tier, with the model's probability where there is one.
    Model,
    /// By score and tier.
    Standard,
}

/// The pre-qualification gateway.
#[derive(Clone, Debug, PartialEq)]
pub struct Gateway {
    /// What is asked.
    pub asks: Vec<FieldId>,
    /// The first that holds decides.
    pub rules: Vec<GatewayRule>,
    /// Where no rule holds.
    pub otherwise: GatewayResult,
    /// Where none of the questions is answered.
    pub unanswered: GatewayResult,
}

/// One rule of the gateway.
#[derive(Clone, Debug, PartialEq)]
pub struct GatewayRule {
    /// Unique in the gateway.
    pub id: RuleId,
    /// When it holds.
    pub when: Expr,
    /// What it decides.
    pub then: GatewayResult,
    /// Where it is declared.
    pub span: Span,
}

/// What the gateway decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum GatewayResult {
    /// Straight to a rep: handed off whatever the score.
    Direct,
    /// Goes on to scoring and tiers.
    Standard,
    /// Leaves by an exit.
    Exit(Exit),
}

/// The express lane.
#[derive(Clone, Debug, PartialEq)]
pub struct FastTrack {
    /// Signals; the first that holds puts the lead on the fast track; the field `fast_track`.
    pub signals: Vec<(RuleId, Expr)>,
    /// The least monthly potential, by condition; the first that holds counts. A lead whose known
    /// potential is lower does not take the fast track.
    pub minimums: Vec<(Expr, Number)>,
    /// The potential from which an executive sponsor is named.
    pub sponsor_from: Option<Number>,
    /// Questions for the first call.
    pub questions: Vec<String>,
    /// The share of such leads that should be found, percent.
    pub identification_target: Option<Number>,
}
