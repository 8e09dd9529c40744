//! What one transaction of a node does: the real decision core between reads and writes.
//!
//! The same steps as the use cases of the engine, over the tables of the model: what is locked is
//! read, `decide` says what happens, and rows come of it. Nothing here decides.

mod capture;
mod desk;
mod fill;
mod send;
mod step;
mod sweep;

use std::collections::BTreeSet;

use decide::effect::{Address, Notify, Timer};
use decide::{Decision, Effect, Input, LeadView, Outcome};
use model::id::{AssignmentId, HandoffId, LeadId};
use model::{IdGenerator, QueueId, RepId, Timestamp};
use policy::section::Channel;

use crate::live::Live;
use crate::rows::{Answer, DecisionRow, Message, NewEvent, Stay, TimerRow, TimerState};
use crate::scenario::Person;
use crate::tables::{Tables, Write};

pub(crate) use capture::reach as capture_reach;
pub(crate) use desk::Desk;
pub(crate) use send::{ClaimEnd, Claimed};
pub use step::Action;
pub(crate) use step::step_reach;
pub(crate) use sweep::due;

/// One transaction in the making.
pub(crate) struct Work<'a> {
    pub(crate) tables: &'a Tables,
    pub(crate) live: &'a Live,
    pub(crate) people: &'a [Person],
    /// The clock of the database.
    pub(crate) now: Timestamp,
    pub(crate) ids: &'a mut IdGenerator,
    pub(crate) desk: Desk,
    pub(crate) made: Made,
}

/// What a transaction is about to write, and what it must have written.
#[derive(Debug, Default)]
pub(crate) struct Made {
    pub(crate) writes: Vec<Write>,
    /// Events among the writes.
    events: usize,
    /// Messages of those events: one for the same event, recipient and channel is passed over.
    messages: BTreeSet<(usize, String, &'static str)>,
    /// What the core asked for, by event, so that it can be checked against the rows.
    pub(crate) told: Vec<Told>,
}

/// Effects of one event.
#[derive(Debug)]
pub(crate) struct Told {
    pub(crate) event: usize,
    pub(crate) handoff: Option<HandoffId>,
    pub(crate) chain_run: u64,
    pub(crate) effects: Vec<Effect>,
}

/// What timers and messages belong to.
#[derive(Clone, Copy)]
struct Duty {
    lead: LeadId,
    handoff: Option<HandoffId>,
    version: u64,
}

impl Work<'_> {
    /// Ends the work: what changed on the desk is written too.
    pub(crate) fn finish(mut self) -> Made {
        let day = |rep| self.live.day(rep, self.now);
        self.desk.save(day, &mut self.made.writes);
        self.made
    }

    /// Keeps the answer under the caller's key.
    pub(crate) fn keep(&mut self, key: u64, answer: Answer) {
        self.made.writes.push(Write::Key(key, answer));
    }

    fn event(
        &mut self,
        kind: &'static str,
        lead: LeadId,
        handoff: Option<HandoffId>,
        version: u64,
    ) -> usize {
        let event = NewEvent { at: self.now, kind, lead, handoff, version };
        self.made.writes.push(Write::Event(event));
        self.made.events += 1;
        self.made.events - 1
    }

    /// The row of a decision; `view` and the desk are as before it.
    fn decision(&mut self, view: &LeadView, decision: &Decision, number: u32) {
        let seed = view.id.raw() as u64;
        let setup = &self.live.setup;
        let input = Input { setup, state: &self.desk.state, lead: view, now: self.now, seed };
        let record = decide::replay::record(&input, decision, self.live.roster_version);
        self.made.writes.push(Write::Decision(Box::new(DecisionRow {
            lead: view.id,
            number,
            outcome: outcome_name(decision.outcome),
            record,
            view: view.clone(),
            effects: decision.effects.clone(),
            result: decision.outcome,
        })));
    }

    /// Who holds the lead after a decision.
    fn holder(&self, outcome: Outcome) -> (Option<RepId>, Option<QueueId>) {
        match outcome {
            Outcome::Assigned { rep, .. } => {
                (self.live.setup.roster().rep(rep).map(|it| it.id.clone()), None)
            }
            Outcome::Queued { queue } | Outcome::Waiting { queue, .. } => {
                let queue = self.live.setup.policy().queues.get(usize::from(queue));
                (None, queue.map(|it| it.id.clone()))
            }
            Outcome::Nurture
            | Outcome::SelfService
            | Outcome::Disqualified { .. }
            | Outcome::Attached { .. } => (None, None),
        }
    }

    /// The stay that a decision begins.
    fn stay_of_decision(&mut self, lead: LeadId, handoff: HandoffId, decision: &Decision) {
        let (rep, queue) = self.holder(decision.outcome);
        let pick = decision.change.as_ref().and_then(|it| it.pool.as_ref());
        let pick = pick.map(|(at, state)| (*at, state.rotation.epoch, state.sequence));
        let how = match decision.outcome {
            Outcome::Assigned { how, .. } => Some(how),
            _ => None,
        };
        let credit = how == Some(decide::reason::How::Credit);
        self.stay(lead, handoff, (rep, queue), pick, credit);
    }

    fn stay(
        &mut self,
        lead: LeadId,
        handoff: HandoffId,
        (rep, queue): (Option<RepId>, Option<QueueId>),
        pick: Option<(u16, u64, u64)>,
        credit: bool,
    ) {
        let id: AssignmentId = self.ids.next(self.now);
        self.made.writes.push(Write::Stay(Box::new(Stay {
            id,
            handoff,
            lead,
            rep,
            queue,
            pick,
            credit,
            active: true,
            from: self.now,
            until: None,
            ended: None,
        })));
    }

    /// Timers and messages of effects.
    fn effects(&mut self, duty: Duty, event: usize, effects: Vec<Effect>) {
        for effect in &effects {
            match effect {
                Effect::Arm(timer) => self.arm(duty, *timer),
                Effect::Notify(notify) => self.notify(duty, event, notify),
                _ => {}
            }
        }
        let Duty { handoff, version, .. } = duty;
        self.made.told.push(Told { event, handoff, chain_run: version, effects });
    }

    fn arm(&mut self, duty: Duty, timer: Timer) {
        let Some(handoff) = duty.handoff else { return };
        self.made.writes.push(Write::Timer(Box::new(TimerRow {
            id: self.ids.next(self.now),
            handoff,
            lead: duty.lead,
            kind: timer.kind,
            due_at: timer.due_at,
            state: TimerState::Armed,
            chain_run: duty.version,
            armed_at: self.now,
            ended_at: None,
            ends: 0,
        })));
    }

    fn notify(&mut self, duty: Duty, event: usize, notify: &Notify) {
        let recipient = recipient(self.live, notify.to);
        let channel = channel_name(notify.channel);
        if !self.made.messages.insert((event, recipient.clone(), channel)) {
            return;
        }
        let row = Message {
            id: self.ids.next(self.now),
            event: (0, 0),
            lead: duty.lead,
            handoff: duty.handoff,
            recipient,
            channel,
            template: notify.template.clone(),
            sent: false,
            attempt: 0,
            next_at: self.now,
            created_at: self.now,
        };
        self.made.writes.push(Write::Message { event, row: Box::new(row) });
    }
}

/// Who a message goes to.
pub(crate) fn recipient(live: &Live, to: Address) -> String {
    match to {
        Address::Rep(rep) => format!("rep:{}", live.rep_name(rep)),
        Address::Prospect => "prospect".to_owned(),
        Address::Marketing => "marketing".to_owned(),
    }
}

/// The stored name of a channel.
pub(crate) const fn channel_name(channel: Channel) -> &'static str {
    match channel {
        Channel::InApp => "in_app",
        Channel::Email => "email",
        Channel::Slack => "slack",
        Channel::Teams => "teams",
        Channel::WebPush => "web_push",
        Channel::Sms => "sms",
        Channel::Webhook => "webhook",
        Channel::CrmTask => "crm_task",
    }
}

/// The stored name of an outcome.
pub(crate) const fn outcome_name(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Assigned { .. } => "assigned",
        Outcome::Queued { .. } => "queued",
        Outcome::Waiting { .. } => "waiting",
        Outcome::Nurture => "nurture",
        Outcome::SelfService => "self_service",
        Outcome::Disqualified { .. } => "disqualified",
        Outcome::Attached { .. } => "attached",
    }
}
