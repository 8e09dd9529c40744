//! What is known of a lead when it is decided on.

use std::sync::Arc;

use model::id::LeadId;
use model::{Number, RepId, Timestamp};
use policy::{Fact, Facts, FieldId, Symbols, SystemField, Word};

use crate::setup::Setup;

/// Something the lead did, as conditions and scoring count it.
pub use policy::expr::ActivityFact;

/// A lead as the decision sees it: values only, nothing to look up.
#[derive(Clone, Debug, PartialEq)]
pub struct LeadView {
    /// Which lead.
    pub id: LeadId,
    /// Which state of it: grows with each change, names the decision's input.
    pub version: u64,
    /// Contract, normalised and `consent.<purpose>` fields, by field of the policy.
    pub facts: Facts,
    /// What the system remembers of the lead and its account.
    pub history: History,
    /// What the lead did, in any order.
    pub activities: Vec<ActivityFact>,
    /// When the lead was captured.
    pub captured_at: Timestamp,
    /// Since when it waits for a rep; waiting for a skill counts from here.
    pub waiting_since: Timestamp,
    /// The way in, e.g. `form`.
    pub channel: Option<Arc<str>>,
    /// Reps who must not get this lead.
    pub excluded: Vec<ExcludedRep>,
    /// Who had earlier leads with the same value of a field, for sticky pools.
    pub previous_owners: Vec<PreviousOwner>,
    /// Score of a scorecard quiz.
    pub quiz_score: Option<Number>,
}

/// What the system remembers; `None` where it does not know.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct History {
    /// Whether a handoff of this lead is under way.
    pub open_handoff: Option<bool>,
    /// Whether its account has an open deal.
    pub active_deal: Option<bool>,
    /// Whether it is in an outreach sequence.
    pub active_sequence: Option<bool>,
    /// When sales last spoke or wrote to it.
    pub last_contact_at: Option<Timestamp>,
    /// Whether its account is a customer.
    pub customer: Option<bool>,
    /// Who owns its account.
    pub account_owner: Option<RepId>,
    /// How many handoffs of it are closed.
    pub closed_handoffs: Option<u32>,
}

/// A rep who must not get this lead, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExcludedRep {
    /// Who.
    pub rep: RepId,
    /// Why.
    pub why: ExcludedBecause,
}

/// Why a rep must not get a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ExcludedBecause {
    /// Had this lead before.
    EarlierOwner,
    /// Rejected this lead.
    Rejected,
}

/// Who got the last lead with the same value of a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PreviousOwner {
    /// The field whose value is the same.
    pub by: FieldId,
    /// Who.
    pub rep: RepId,
    /// When the last such lead was assigned.
    pub at: Timestamp,
}

impl LeadView {
    /// A lead of which nothing is known yet.
    pub fn new(id: LeadId, captured_at: Timestamp) -> Self {
        Self {
            id,
            version: 0,
            facts: Facts::default(),
            history: History::default(),
            activities: Vec::new(),
            captured_at,
            waiting_since: captured_at,
            channel: None,
            excluded: Vec::new(),
            previous_owners: Vec::new(),
            quiz_score: None,
        }
    }

    /// The facts a decision starts from: those given and what the system knows.
    pub(crate) fn starting_facts(&self, setup: &Setup) -> Facts {
        let mut facts = self.facts.clone();
        let symbols = &setup.policy().symbols;
        let history = &self.history;
        let owner = history.account_owner.as_ref();
        // In the order of `STARTING_FIELDS`.
        let known = [
            history.open_handoff.map(Fact::Bool),
            history.active_deal.map(Fact::Bool),
            history.active_sequence.map(Fact::Bool),
            history.last_contact_at.map(Fact::Time),
            history.customer.map(Fact::Bool),
            owner.map(|it| text(it.as_str(), symbols)),
            history.closed_handoffs.map(|it| Fact::Number(Number::from(it))),
            self.channel.as_ref().map(|it| text(it, symbols)),
            Some(Fact::Time(self.captured_at)),
            self.quiz_score.map(Fact::Number),
        ];
        for (field, fact) in setup.starting_fields().iter().zip(known) {
            if let (Some(field), Some(fact)) = (field, fact) {
                facts.set(*field, fact);
            }
        }
        facts
    }
}

/// What the system knows of a lead before anything is computed.
pub(crate) const STARTING_FIELDS: [SystemField; 10] = [
    SystemField::OpenHandoff,
    SystemField::ActiveDeal,
    SystemField::ActiveSequence,
    SystemField::LastContactAt,
    SystemField::ExistingCustomer,
    SystemField::AccountOwner,
    SystemField::ClosedHandoffs,
    SystemField::CaptureChannel,
    SystemField::CapturedAt,
    SystemField::QuizScore,
];

pub(crate) fn text(text: &str, symbols: &Symbols) -> Fact {
    match symbols.find(text).and_then(|it| symbols.shared(it).map(|shared| (it, shared))) {
        Some((symbol, shared)) => {
            Fact::Text(Word { symbol: Some(symbol), text: Arc::clone(shared) })
        }
        None => Fact::Text(Word { symbol: None, text: text.into() }),
    }
}
