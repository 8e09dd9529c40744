//! The life of a handoff: one step for each thing that happens to it.
//!
//! Pure: the handoff before, the event and what is known now give the handoff after and its
//! effects, or a typed refusal. Two clocks run: the lead clock (until the first valid touch, never
//! reset, time used stays used whoever holds the lead) and the rep clock (until the rep
//! acknowledges, new with each assignment). Rules: an answer at exactly the due instant is in
//! time; each step of an escalation counts from when the one before it fired; who cannot take
//! over is skipped at once; nothing is ever without owner, queue or a new route under way.

mod chain;
mod hold;
mod respond;
mod timer;
mod touch;
mod transfer;

use model::id::LeadId;
use model::{PoolId, QueueId, RepId, RepIndex, SlaId, Timestamp};
use policy::section::{NotifyOn, SlaTier};
use policy::{Facts, Policy};

use crate::cond::Scene;
use crate::deadline::{Deadlines, Holder};
use crate::decision::{Decision, Outcome};
use crate::effect::{Effect, Occasion, Parties, Timer, notify};
use crate::lead::{ExcludedBecause, ExcludedRep};
use crate::reason::Code;
use crate::setup::Setup;
use crate::state::RosterState;

pub use touch::{Evidence, TouchFault, is_valid_touch};

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
}

/// Something that happens to a handoff.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// A rep takes it on; from a queue this claims it.
    Accept {
        /// Who.
        by: RepId,
    },
    /// The owner does not want it.
    Reject {
        /// Who.
        by: RepId,
        /// A key of the policy's reject reasons.
        reason: Option<String>,
        /// In the rep's words.
        note: Option<String>,
    },
    /// The owner's verdict.
    Dispose {
        /// Who.
        by: RepId,
        /// What.
        verdict: Closing,
    },
    /// An outreach to the lead.
    Touch {
        /// Who.
        by: RepId,
        /// When it took place.
        at: Timestamp,
        /// What is known of it.
        evidence: Evidence,
    },
    /// Somebody entitled gives it to another rep or queue.
    Reassign {
        /// To whom.
        to: HeldBy,
    },
    /// The route that was asked for came out so.
    Routed {
        /// What the decision said.
        outcome: Outcome,
    },
    /// The clocks stop.
    Pause {
        /// Why.
        reason: String,
        /// Until then at most.
        until: Timestamp,
    },
    /// The clocks go on.
    Resume,
    /// The owner does not work here any more.
    OwnerGone,
    /// A timer is due.
    Fired(Timer),
}

/// What is known when something happens.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// Policy the handoff runs under, and roster.
    pub setup: &'a Setup,
    /// Load now; says who can take over.
    pub state: &'a RosterState,
    /// Facts of the lead as decided on; for conditions of notifications.
    pub facts: &'a Facts,
    /// The time of the event.
    pub now: Timestamp,
    /// The version the answer was made from; `None` for timers and the engine's own events.
    pub version: Option<u64>,
}

/// What came of an event.
#[derive(Clone, Debug, PartialEq)]
pub enum Advance {
    /// The handoff after, and what is to be done.
    Moved {
        /// After the event.
        handoff: Box<Handoff>,
        /// In order.
        effects: Vec<Effect>,
    },
    /// The event came too late to matter, e.g. a timer whose duty is done.
    Ignored,
    /// Not allowed.
    Refused(Refusal),
}

/// Why an event is not allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The handoff changed since it was read.
    Stale {
        /// The version now.
        version: u64,
        /// Who has it now.
        holder: Option<HeldBy>,
    },
    /// The state does not allow it.
    WrongState(HandoffState),
    /// A reason must be given.
    ReasonMissing,
    /// The policy does not know the reason.
    ReasonUnknown(String),
    /// This reason needs a note.
    NoteMissing,
    /// Only the owner may, and this one.
    NotTheOwner(Option<HeldBy>),
    /// The longest pause allowed.
    PauseTooLong(model::Seconds),
    /// Nobody of that name, or not working here.
    UnknownRep(RepId),
    /// No such queue.
    UnknownQueue(QueueId),
    /// The touch lies before the handoff, in the future or is reported too late.
    TouchTime(TouchFault),
}

impl Refusal {
    /// The stable code.
    pub const fn code(&self) -> Code {
        match self {
            Self::Stale { .. } => Code::StaleVersion,
            Self::WrongState(_) => Code::WrongState,
            Self::ReasonMissing => Code::ReasonMissing,
            Self::ReasonUnknown(_) => Code::ReasonUnknown,
            Self::NoteMissing => Code::NoteMissing,
            Self::NotTheOwner(_) => Code::NotTheOwner,
            Self::PauseTooLong(_) => Code::PauseTooLong,
            Self::UnknownRep(_) => Code::UnknownRep,
            Self::UnknownQueue(_) => Code::UnknownQueue,
            Self::TouchTime(_) => Code::TouchTime,
        }
    }
}

/// One step in the making.
struct Step<'a> {
    context: &'a Context<'a>,
    handoff: Handoff,
    effects: Vec<Effect>,
}

/// Takes one step. Total: what is not allowed is refused, what does not matter any more ignored.
pub fn advance(handoff: &Handoff, event: &Event, context: &Context<'_>) -> Advance {
    if context.version.is_some_and(|it| it != handoff.version) {
        let holder = handoff.holder().cloned();
        return Advance::Refused(Refusal::Stale { version: handoff.version, holder });
    }
    let mut step = Step { context, handoff: handoff.clone(), effects: Vec::new() };
    let moved = match event {
        Event::Accept { by } => step.accept(by),
        Event::Reject { by, reason, note } => step.reject(by, reason.as_deref(), note.as_deref()),
        Event::Dispose { by, verdict } => step.dispose(by, *verdict),
        Event::Touch { by, at, evidence } => step.touch(by, *at, evidence),
        Event::Reassign { to } => step.reassign(to),
        Event::Routed { outcome } => step.routed(*outcome),
        Event::Pause { reason, until } => step.pause(reason, *until),
        Event::Resume => step.resume(),
        Event::OwnerGone => step.owner_gone(),
        Event::Fired(timer) => step.fired(*timer),
    };
    match moved {
        Err(refusal) => Advance::Refused(refusal),
        Ok(false) => Advance::Ignored,
        Ok(true) => {
            step.handoff.version = handoff.version.saturating_add(1);
            Advance::Moved { handoff: Box::new(step.handoff), effects: step.effects }
        }
    }
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

    fn exclude(&mut self, rep: &RepId, why: ExcludedBecause) {
        match self.excluded.iter_mut().find(|it| it.rep == *rep) {
            Some(entry) => entry.why = entry.why.max(why),
            None => self.excluded.push(ExcludedRep { rep: rep.clone(), why }),
        }
    }
}

impl Step<'_> {
    fn now(&self) -> Timestamp {
        self.context.now
    }

    fn policy(&self) -> &Policy {
        self.context.setup.policy()
    }

    fn tier(&self) -> Option<&SlaTier> {
        let id = self.handoff.sla.as_ref()?;
        self.policy().slas.tiers.iter().find(|it| it.id == *id)
    }

    fn owner(&self) -> Option<RepIndex> {
        self.handoff.owner().and_then(|it| self.context.setup.find(it))
    }

    fn keeper(&self) -> Option<RepIndex> {
        match self.handoff.holder()? {
            HeldBy::Rep(_) => None,
            HeldBy::Queue(id) => {
                let queue = self.policy().queues.iter().find(|it| it.id == *id)?;
                self.context.setup.find(&queue.keeper)
            }
        }
    }

    fn must_own(&self, by: &RepId) -> Result<(), Refusal> {
        match self.handoff.owner() == Some(by) {
            true => Ok(()),
            false => Err(Refusal::NotTheOwner(self.handoff.holder().cloned())),
        }
    }

    fn wrong_state(&self) -> Refusal {
        Refusal::WrongState(self.handoff.state)
    }

    fn tell(&mut self, on: NotifyOn) {
        let parties = Parties { owner: self.owner(), keeper: self.keeper() };
        self.tell_parties(on, parties);
    }

    fn tell_parties(&mut self, on: NotifyOn, parties: Parties) {
        let Context { setup, facts, now, .. } = *self.context;
        let scene = Scene { setup, facts, activities: &[], now, rep: None };
        let version = self.handoff.version.saturating_add(1);
        let occasion = Occasion { on, lead: self.handoff.lead, version };
        notify(setup, occasion, parties, |when| scene.holds(when), &mut self.effects);
    }

    /// Who held it from when on, as deadlines count it.
    fn holders(&self) -> Vec<(Holder, Timestamp)> {
        let setup = self.context.setup;
        let resolve = |by: &HeldBy| match by {
            HeldBy::Rep(id) => setup.find(id).map(Holder::Rep),
            HeldBy::Queue(id) => queue_place(setup.policy(), id).map(Holder::Queue),
        };
        self.handoff.held.iter().filter_map(|it| Some((resolve(&it.by)?, it.from))).collect()
    }
}

/// The state and holder an outcome gives; `None` where nothing is handed off.
fn place(setup: &Setup, outcome: Outcome) -> Option<(HandoffState, HeldBy)> {
    let queue_id = |place: u16| {
        setup.policy().queues.get(usize::from(place)).map(|it| HeldBy::Queue(it.id.clone()))
    };
    match outcome {
        Outcome::Assigned { rep, .. } => {
            let rep = setup.roster().rep(rep)?;
            Some((HandoffState::Assigned, HeldBy::Rep(rep.id.clone())))
        }
        Outcome::Queued { queue } => Some((HandoffState::Queued, queue_id(queue)?)),
        Outcome::Waiting { queue, .. } => Some((HandoffState::Waiting, queue_id(queue)?)),
        Outcome::Nurture
        | Outcome::SelfService
        | Outcome::Disqualified { .. }
        | Outcome::Attached { .. } => None,
    }
}

fn pool_id(policy: &Policy, place: u16) -> Option<PoolId> {
    policy.pools.get(usize::from(place)).map(|it| it.id.clone())
}

fn pool_place(policy: &Policy, id: &PoolId) -> Option<u16> {
    policy.pools.iter().position(|it| it.id == *id).and_then(|it| u16::try_from(it).ok())
}

fn queue_place(policy: &Policy, id: &QueueId) -> Option<u16> {
    policy.queues.iter().position(|it| it.id == *id).and_then(|it| u16::try_from(it).ok())
}
