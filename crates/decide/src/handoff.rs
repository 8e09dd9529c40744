//! The life of a handoff: one step for each thing that happens to it.
//!
//! Pure: the handoff before, the event and what is known now give the handoff after and its
//! effects, or a typed refusal. Two clocks run: the lead clock (until the first valid touch, never
//! reset, time used stays used whoever holds the lead) and the rep clock (until the rep
//! acknowledges, new with each assignment). Rules: an answer at exactly the due instant is in
//! time; each step of an escalation counts from when the one before it fired; who cannot take
//! over is skipped at once; nothing is ever without owner, queue or a new route under way.

mod chain;
mod event;
mod hold;
mod hours;
mod merge;
mod record;
mod respond;
mod timer;
mod touch;
mod transfer;

use model::{PoolId, QueueId, RepId, RepIndex, Timestamp};
use policy::section::{NotifyOn, SlaTier};
use policy::{Facts, Policy};

use crate::cond::Scene;
use crate::deadline::Holder;
use crate::decision::Outcome;
use crate::effect::{Effect, Occasion, Parties, notify};
use crate::setup::Setup;
use crate::state::RosterState;

pub use event::{Event, Refusal};
pub use record::{
    BreachOf, ChainRun, Closing, Handoff, HandoffPause, HandoffState, Held, HeldBy, PausedFrom,
};
pub use touch::{Evidence, TouchFault, is_valid_touch};

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
        Event::HoursChanged { retroactive } => Ok(step.hours_changed(*retroactive)),
        Event::Absorbed => step.absorbed(),
        Event::Absorbs { started_at } => step.absorbs(*started_at),
        Event::Repick => Ok(step.repick()),
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
