//! The sections of a checked policy, as plain values that `intake` and `decide` read.

mod contract;
mod qualify;
mod respond;
mod route;

pub use contract::*;
pub use qualify::*;
pub use respond::*;
pub use route::*;

use std::collections::BTreeMap;
use std::sync::Arc;

use calendar::Calendar;
use model::CalendarId;

use crate::field::Fields;
use crate::symbol::Symbols;

/// SHA-256 of the canonical policy text; a policy is stored and named by it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PolicyHash(pub [u8; 32]);

/// A checked policy. Nothing in it can fail to be evaluated but for missing data.
#[derive(Clone, Debug)]
pub struct Policy {
    /// As its author calls it.
    pub name: String,
    /// Its content.
    pub hash: PolicyHash,
    /// Every field a condition may name.
    pub fields: Fields,
    /// Every text the policy names.
    pub symbols: Symbols,
    /// Working hours by name.
    pub calendars: BTreeMap<CalendarId, Arc<Calendar>>,
    /// What a submission must bring.
    pub contract: Contract,
    /// Lookup tables.
    pub tables: Vec<Table>,
    /// Computed fields, in an order in which each uses only earlier ones.
    pub derived: Vec<Derived>,
    /// Leads that are not for sales, tried in order.
    pub disqualify: Vec<Exclusion>,
    /// Leads that must not be followed up twice, tried in order.
    pub suppress: Vec<Exclusion>,
    /// Points.
    pub scoring: Scoring,
    /// Criteria and tiers.
    pub qualification: Qualification,
    /// Source intelligence.
    pub sources: SourceRules,
    /// Questions before a handoff.
    pub gateway: Option<Gateway>,
    /// The express lane.
    pub fast_track: Option<FastTrack>,
    /// The routing table.
    pub routing: Routing,
    /// Pools, sorted by id.
    pub pools: Vec<Pool>,
    /// Queues, sorted by id.
    pub queues: Vec<Queue>,
    /// Times allowed.
    pub slas: Slas,
    /// Escalation chains.
    pub chains: Vec<Chain>,
    /// Who is told what.
    pub notifications: Vec<Notification>,
    /// When only urgent messages come to reps who name no hours of their own.
    pub quiet: Option<Quiet>,
    /// Handoff reason to lead source.
    pub attribution: Vec<Attribution>,
    /// The rep's verdict.
    pub dispositions: Dispositions,
    /// Health bands and goals.
    pub measures: Measures,
}
