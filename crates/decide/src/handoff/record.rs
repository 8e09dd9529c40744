//! A handoff as stored: names, not places, because it outlives policies and rosters.

use model::id::LeadId;
use model::{PoolId, QueueId, RepId, SlaId, Timestamp};

use super::{place, pool_id};
use crate::deadline::Deadlines;
use crate::decision::{Decision, Outcome};
use crate::lead::{ExcludedBecause, ExcludedRep};
use crate::setup::Setup;

/// One transfer of a lead to sales, as stored. Names, not places: it outlives policies.
#[derive(Clone, Debug, PartialEq)]
pub struct Handoff {
    /// Of which lead.
    pub lead: LeadId,
    /// Grows with every change; an answer names the version it was made from.
    pub version: u64,
    /// Where it stands.
    pub state: HandoffState,
    /// Who has it, from when on; the last entry holds it now. Never empty once routed.
    pub held: Vec<Held>,
    /// The pool the owner was picked from.
    pub pool: Option<PoolId>,
    /// The times allowed.
    pub sla: Option<SlaId>,
    /// Start of the lead clock.
    pub started_at: Timestamp,
    /// When the owner accepted.
    pub accepted_at: Option<Timestamp>,
    /// Effective time of the first valid touch.
    pub touched_at: Option<Timestamp>,
    /// When what is due.
    pub deadlines: Deadlines,
    /// Deadlines that passed unanswered and still count.
    pub breaches: Vec<(BreachOf, Timestamp)>,
    /// Times in which no clock runs.
    pub pauses: Vec<HandoffPause>,
    /// The escalation under way.
    pub chain: Option<ChainRun>,
    /// Who must not get it again.
    pub excluded: Vec<ExcludedRep>,
    /// How often it was rejected.
    pub rejects: u32,
}

/// Where a handoff stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum HandoffState {
    /// To be routed now.
    Routing,
    /// In a queue.
    Queued,
    /// In a queue until a skill is given up.
    Waiting,
    /// A rep has it and has not answered.
    Assigned,
    /// The rep has taken it on.
    Accepted,
    /// No clock runs; what it was before stands beside it.
    Paused(PausedFrom),
    /// Over.
    Closed(Closing),
}

/// What a paused handoff was before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is the state of its name")]
pub enum PausedFrom {
    Queued,
    Assigned,
    Accepted,
}

/// How a handoff ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Closing {
    /// Taken on by sales for good.
    Submitted,
    /// The account is pursued, not this person.
    PursueAccount,
    /// Not a use case to be served.
    BadUseCase,
    /// Back to marketing.
    Recycled,
    /// Out, with a reason.
    Disqualified,
    /// Its lead is another's double.
    Merged,
}

/// Who held a handoff from when on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Who.
    pub by: HeldBy,
    /// From when on.
    pub from: Timestamp,
}

/// A rep or a queue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HeldBy {
    /// A rep.
    Rep(RepId),
    /// A queue.
    Queue(QueueId),
}

/// Deadlines that may pass.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is the deadline of its name")]
pub enum BreachOf {
    Acknowledge,
    Touch,
    Disposition,
}

/// A time in which no clock runs, half open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandoffPause {
    /// First instant.
    pub from: Timestamp,
    /// First instant after; `None` while it lasts.
    pub to: Option<Timestamp>,
    /// Why.
    pub reason: String,
}

/// Where an escalation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ChainRun {
    /// How often the chain has started again.
    pub round: u8,
    /// The step that fires next.
    pub step: u16,
    /// From when its delay counts.
    pub since: Timestamp,
}

impl Handoff {
    /// The handoff that a decision starts; `None` where the lead is not handed off.
    pub fn start(setup: &Setup, lead: LeadId, decision: &Decision, now: Timestamp) -> Option<Self> {
        let (state, by) = place(setup, decision.outcome)?;
        let policy = setup.policy();
        let pool = match decision.outcome {
            Outcome::Assigned { pool, .. } => pool,
            _ => None,
        };
        Some(Self {
            lead,
            version: 1,
            state,
            held: vec![Held { by, from: now }],
            pool: pool.and_then(|it| pool_id(policy, it)),
            sla: decision
                .sla
                .and_then(|it| policy.slas.tiers.get(usize::from(it)))
                .map(|it| it.id.clone()),
            started_at: now,
            accepted_at: None,
            touched_at: None,
            deadlines: decision.deadlines.clone(),
            breaches: Vec::new(),
            pauses: Vec::new(),
            chain: None,
            excluded: Vec::new(),
            rejects: 0,
        })
    }

    /// Who has it now; `None` while it is being routed.
    pub fn holder(&self) -> Option<&HeldBy> {
        match self.state {
            HandoffState::Routing => None,
            HandoffState::Queued
            | HandoffState::Waiting
            | HandoffState::Assigned
            | HandoffState::Accepted
            | HandoffState::Paused(_)
            | HandoffState::Closed(_) => self.held.last().map(|it| &it.by),
        }
    }

    /// The rep who has it now.
    pub fn owner(&self) -> Option<&RepId> {
        match self.holder()? {
            HeldBy::Rep(rep) => Some(rep),
            HeldBy::Queue(_) => None,
        }
    }

    pub(super) fn exclude(&mut self, rep: &RepId, why: ExcludedBecause) {
        match self.excluded.iter_mut().find(|it| it.rep == *rep) {
            Some(entry) => entry.why = entry.why.max(why),
            None => self.excluded.push(ExcludedRep { rep: rep.clone(), why }),
        }
    }
}
