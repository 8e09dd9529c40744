//! Who gets a lead: ordered rules, pools, queues.

use model::{CalendarId, PoolId, QueueId, RepId, RuleId, Seconds, TeamId};

use crate::expr::Expr;
use crate::field::FieldId;
use crate::index::RuleIndex;
use crate::section::Exit;
use crate::span::Span;

/// The routing table.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Routing {
    /// The first rule whose condition holds decides.
    pub rules: Vec<Rule>,
    /// The same conditions compiled: one bit mask per value of each field.
    pub index: RuleIndex,
    /// Where no rule holds, and after every rule's own targets. Ends in a queue.
    pub fallback: Vec<Target>,
}

/// One routing rule.
#[derive(Clone, Debug, PartialEq)]
pub struct Rule {
    /// Unique in the table.
    pub id: RuleId,
    /// When it holds.
    pub when: Expr,
    /// Tried in order.
    pub to: Vec<Target>,
    /// For the next admin.
    pub note: String,
    /// Where it is declared.
    pub span: Span,
}

/// One place a lead may go, with a condition on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Target {
    /// Where.
    pub to: Destination,
    /// Only then; may name fields of the rep.
    pub only: Option<Expr>,
    /// Where it is declared.
    pub span: Span,
}

/// Where a lead may go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Destination {
    /// The rep who owns the lead's account.
    AccountOwner,
    /// One rep.
    Rep(RepId),
    /// A pool, by place in `Policy::pools`.
    Pool(u16),
    /// A queue, by place in `Policy::queues`.
    Queue(u16),
    /// Not handed off.
    Exit(Exit),
}

/// Reps who share a stream of leads.
#[derive(Clone, Debug, PartialEq)]
pub struct Pool {
    /// Unique in the policy.
    pub id: PoolId,
    /// Who is next.
    pub strategy: Strategy,
    /// Who is in it.
    pub members: Vec<Member>,
    /// Which members suit this lead; names fields of lead and rep.
    pub filter: Option<Expr>,
    /// Wanted skills, given up one after another by waiting.
    pub skills: Vec<Skill>,
    /// The same rep for later leads with the same value of a field.
    pub sticky: Option<Sticky>,
    /// Whether members get leads only in their working hours.
    pub hours: Hours,
    /// The share of open capacity up to which a member gets leads, percent.
    pub load_max: Option<u32>,
    /// The share of pipeline value capacity up to which a member gets leads, percent.
    pub value_max: Option<u32>,
    /// Where it is declared.
    pub span: Span,
}

/// Who is next in a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Strategy {
    /// Each in turn.
    RoundRobin,
    /// In turn by weight (Tijdeman's rule).
    Weighted,
    /// The least open handoffs for its weight.
    LeastOpen,
    /// The least open value for its weight.
    LeastValue,
}

/// Reps of a pool.
#[derive(Clone, Debug, PartialEq)]
pub struct Member {
    /// Who.
    pub who: Who,
    /// Share of leads; 1 where not given; never 0.
    pub weight: u32,
    /// Where it is declared.
    pub span: Span,
}

/// One rep or several.
#[derive(Clone, Debug, PartialEq)]
pub enum Who {
    /// One rep.
    Rep(RepId),
    /// All reps of a team.
    Team(TeamId),
    /// All reps for whom the condition on rep fields holds.
    Where(Expr),
}

/// A skill wanted of the rep.
#[derive(Clone, Debug, PartialEq)]
pub struct Skill {
    /// When it is wanted and met: a condition on lead and rep fields.
    pub want: Expr,
    /// Given up after the lead has waited this long; never where absent.
    pub relax_after: Option<Seconds>,
    /// Where it is declared.
    pub span: Span,
}

/// The same rep again.
#[derive(Clone, Debug, PartialEq)]
pub struct Sticky {
    /// Leads with the same value of this field belong together, e.g. the company.
    pub by: FieldId,
    /// For this long after the last one; for ever where absent.
    pub within: Option<Seconds>,
}

/// Whether working hours count.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hours {
    /// Only in working hours.
    Required,
    /// At any time.
    Ignored,
    /// In working hours; where nobody of the pool works now, anyone.
    Preferred,
}

/// Unassigned work with a named keeper.
#[derive(Clone, Debug, PartialEq)]
pub struct Queue {
    /// Unique in the policy.
    pub id: QueueId,
    /// Who answers for what lies in it.
    pub keeper: RepId,
    /// Teams whose reps may take from it.
    pub teams: Vec<TeamId>,
    /// Pools whose members may take from it, by place in `Policy::pools`.
    pub pools: Vec<u16>,
    /// Working hours of its clock; always open where absent.
    pub calendar: Option<CalendarId>,
    /// Where it is declared.
    pub span: Span,
}
