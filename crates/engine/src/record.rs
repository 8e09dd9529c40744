//! Rows of a decision: the decision itself, the handoff, who holds it, its timers and messages.

use decide::effect::{Address, Notify, Timer};
use decide::reason::How;
use decide::{Decision, Effect, Input, Outcome};
use model::Timestamp;
use model::id::{AssignmentId, HandoffId, LeadId, OutboxId, TimerId};
use policy::Fact;
use serde::Serialize;
use store::chain::NewEvent;

use crate::Actor;
use crate::engine::{Engine, WORKSPACE};
use crate::live::Live;
use crate::notice::Notice;
use crate::record_format::{self, KeptLead};
use crate::respond::UNDO_WITHIN;
use crate::words;
use crate::writes::{Message, Writes};

/// Writes decisions of one transaction.
pub(crate) struct Recorder<'a> {
    pub(crate) engine: &'a Engine,
    pub(crate) live: &'a Live,
    pub(crate) actor: &'a Actor,
    pub(crate) now: Timestamp,
    pub(crate) writes: &'a mut Writes,
}

/// Which decision of which lead.
pub(crate) struct Place<'a> {
    pub(crate) lead: LeadId,
    /// The handoff reason.
    pub(crate) reason: &'a str,
    /// Number of the decision.
    pub(crate) number: i64,
    /// The event to write.
    pub(crate) kind: &'static str,
}

/// What is kept of a decision so that it can be made again.
pub(crate) struct Kept {
    text: String,
    lead_version: i64,
    input: Vec<u8>,
    output: Vec<u8>,
}

impl Kept {
    /// What is to be kept; `input` is the state before the decision.
    pub(crate) fn of(
        input: &Input<'_>,
        decision: &Decision,
        live: &Live,
        last_activity: Option<i64>,
    ) -> Self {
        let version = u64::try_from(live.roster_version).unwrap_or(0);
        let record = decide::replay::record(input, decision, version);
        let lead = KeptLead::of(input.setup.policy(), input.lead, input.now, last_activity);
        Self {
            text: record_format::write(&record, &lead),
            lead_version: i64::try_from(input.lead.version).unwrap_or(i64::MAX),
            input: record.input.0.to_vec(),
            output: record.output.0.to_vec(),
        }
    }

    /// The row of the decision with this number.
    pub(crate) fn row(
        self,
        live: &Live,
        now: Timestamp,
        (lead, number): (LeadId, i64),
        decision: &Decision,
    ) -> store::decision::Decision {
        store::decision::Decision {
            workspace_id: WORKSPACE,
            lead_id: lead.raw(),
            number,
            decided_at: now.as_micros(),
            policy_hash: live.policy_hash.clone(),
            roster_version: live.roster_version,
            lead_version: self.lead_version,
            outcome: words::outcome(&decision.outcome).to_owned(),
            record: self.text,
            input_digest: self.input,
            output_digest: self.output,
        }
    }
}

/// The body of the event of a decision.
#[derive(Serialize)]
struct Decided {
    v: u8,
    outcome: &'static str,
    owner: Option<String>,
    queue: Option<String>,
    number: i64,
}

/// Texts and numbers can always be written.
fn to_text(body: &impl Serialize) -> String {
    serde_json::to_string(body).unwrap_or_default()
}

/// What timers and messages belong to.
#[derive(Clone, Copy)]
pub(crate) struct Duty {
    pub(crate) lead: LeadId,
    pub(crate) handoff: Option<HandoffId>,
    pub(crate) assignment: Option<AssignmentId>,
    /// Version of the handoff: sets timers of one kind apart.
    pub(crate) version: i64,
    /// Whether the step can be taken back: then messages to people outside wait for that.
    pub(crate) may_be_undone: bool,
}

impl Recorder<'_> {
    /// Rows of a first decision but its own; the handoff, if it makes one.
    pub(crate) fn first(&mut self, place: &Place<'_>, decision: &Decision) -> Option<HandoffId> {
        let handed_off = matches!(
            decision.outcome,
            Outcome::Assigned { .. } | Outcome::Queued { .. } | Outcome::Waiting { .. }
        );
        let handoff: Option<HandoffId> = handed_off.then(|| self.engine.next_id(self.now));
        let assignment = handoff.map(|id| {
            self.handoff(place, id, decision);
            self.assignment(place.lead, id, decision)
        });
        let duty = Duty { lead: place.lead, handoff, assignment, version: 1, may_be_undone: false };
        let event = self.event(place, handoff, decision);
        self.effects(duty, event, &decision.effects);
        handoff
    }

    /// Who holds the lead after the decision: owner, queue.
    pub(crate) fn holder(&self, decision: &Decision) -> (Option<String>, Option<String>) {
        let setup = &self.live.setup;
        match decision.outcome {
            Outcome::Assigned { rep, .. } => {
                (setup.roster().rep(rep).map(|it| it.id.to_string()), None)
            }
            Outcome::Queued { queue } | Outcome::Waiting { queue, .. } => {
                let queue = setup.policy().queues.get(usize::from(queue));
                (None, queue.map(|it| it.id.to_string()))
            }
            Outcome::Nurture
            | Outcome::SelfService
            | Outcome::Disqualified { .. }
            | Outcome::Attached { .. } => (None, None),
        }
    }

    /// The documented reason of a lead that is out.
    pub(crate) fn closed_reason(&self, decision: &Decision) -> Option<String> {
        decision.effects.iter().find_map(|it| match it {
            Effect::Disqualify { reason } => Some(reason.clone()),
            _ => None,
        })
    }

    /// The row of a decision.
    pub(crate) fn decision(&mut self, place: &Place<'_>, kept: Kept, decision: &Decision) {
        let row = kept.row(self.live, self.now, (place.lead, place.number), decision);
        self.writes.decisions.push(row);
    }

    fn handoff(&mut self, place: &Place<'_>, id: HandoffId, decision: &Decision) {
        let (owner, queue) = self.holder(decision);
        let policy = self.live.setup.policy();
        let tier = decision.sla.and_then(|it| policy.slas.tiers.get(usize::from(it)));
        let due = |it: Option<Timestamp>| it.map(Timestamp::as_micros);
        let state = match decision.outcome {
            Outcome::Assigned { .. } => "offered",
            Outcome::Waiting { .. } => "waiting",
            _ => "queued",
        };
        self.writes.handoffs.push(store::handoff::Handoff {
            workspace_id: WORKSPACE,
            id: id.raw(),
            lead_id: place.lead.raw(),
            number: place.number,
            reason: place.reason.to_owned(),
            tier: decision.tier.map(|it| it.to_string()),
            sla: tier.map(|it| it.id.to_string()),
            score: decision.score.map(f64::from),
            state: state.to_owned(),
            version: 1,
            owner,
            queue,
            pool: self.pool(decision).map(|(name, _, _)| name),
            value: value(self.live, decision),
            created_at: self.now.as_micros(),
            acknowledge_due: due(decision.deadlines.acknowledge),
            touch_due: due(decision.deadlines.touch),
            disposition_due: due(decision.deadlines.disposition),
            acknowledged_at: None,
            accepted_at: None,
            rejected_at: None,
            reject_reason: None,
            reject_note: None,
            first_touch_at: None,
            first_attempt_at: None,
            disposed_at: None,
            disposition: None,
            breached_at: None,
            closed_at: None,
        });
    }

    /// The pool that picked, its epoch and the number of the pick.
    fn pool(&self, decision: &Decision) -> Option<(String, i64, i64)> {
        let (place, state) = decision.change.as_ref()?.pool.as_ref()?;
        let pool = self.live.setup.policy().pools.get(usize::from(*place))?;
        let number = |it: u64| i64::try_from(it).unwrap_or(i64::MAX);
        Some((pool.id.to_string(), number(state.rotation.epoch), number(state.sequence)))
    }

    /// The stay that the decision begins.
    pub(crate) fn assignment(
        &mut self,
        lead: LeadId,
        handoff: HandoffId,
        decision: &Decision,
    ) -> AssignmentId {
        let id: AssignmentId = self.engine.next_id(self.now);
        let (rep, queue) = self.holder(decision);
        let pool = self.pool(decision);
        let credit = matches!(decision.outcome, Outcome::Assigned { how: How::Credit, .. });
        self.writes.assignments.push(store::assignment::Assignment {
            workspace_id: WORKSPACE,
            id: id.raw(),
            handoff_id: handoff.raw(),
            lead_id: lead.raw(),
            rep,
            queue,
            pool: pool.as_ref().map(|(name, _, _)| name.clone()),
            epoch: pool.as_ref().map(|(_, epoch, _)| *epoch),
            pool_seq: pool.as_ref().map(|(_, _, sequence)| *sequence),
            credit: i64::from(credit),
            active: 1,
            from_at: self.now.as_micros(),
            until_at: None,
            ended: None,
        });
        id
    }

    fn event(
        &mut self,
        place: &Place<'_>,
        handoff: Option<HandoffId>,
        decision: &Decision,
    ) -> usize {
        let (owner, queue) = self.holder(decision);
        let outcome = words::outcome(&decision.outcome);
        let body = Decided { v: 1, outcome, owner, queue, number: place.number };
        self.writes.event(NewEvent {
            at: self.now.as_micros(),
            kind: place.kind.to_owned(),
            lead_id: Some(place.lead.raw()),
            handoff_id: handoff.map(HandoffId::raw),
            actor: self.actor.to_string(),
            body: to_text(&body),
        })
    }

    /// Timers and messages of effects; everything else is the caller's.
    pub(crate) fn effects(&mut self, duty: Duty, event: usize, effects: &[Effect]) {
        for effect in effects {
            match effect {
                Effect::Arm(timer) => self.arm(duty, *timer),
                Effect::Notify(notify) => self.notify(duty, event, notify),
                _ => {}
            }
        }
    }

    fn arm(&mut self, duty: Duty, timer: Timer) {
        let Some(handoff) = duty.handoff else { return };
        let id: TimerId = self.engine.next_id(self.now);
        let (kind, loop_no, step_no) = words::timer(timer.kind);
        self.writes.timers.push(store::timer::Timer {
            workspace_id: WORKSPACE,
            id: id.raw(),
            handoff_id: handoff.raw(),
            lead_id: duty.lead.raw(),
            assignment_id: duty.assignment.map(AssignmentId::raw),
            kind: kind.to_owned(),
            due_at: timer.due_at.as_micros(),
            state: "armed".to_owned(),
            chain_run: duty.version,
            loop_no,
            step_no,
            armed_at: self.now.as_micros(),
            ended_at: None,
            zone_data: self.live.hours.stamp.clone(),
        });
    }

    /// Writes a message.
    pub(crate) fn notify(&mut self, duty: Duty, event: usize, notify: &Notify) {
        let id: OutboxId = self.engine.next_id(self.now);
        let rules = &self.live.setup.policy().notifications;
        let notice = Notice::of(notify.on, rules.get(usize::from(notify.key.rule)));
        let row = store::outbox::Outbox {
            workspace_id: WORKSPACE,
            id: id.raw(),
            event_stream: 0,
            event_seq: 0,
            lead_id: Some(duty.lead.raw()),
            handoff_id: duty.handoff.map(HandoffId::raw),
            recipient: words::recipient(&self.live.setup, notify.to),
            channel: words::channel(notify.channel).to_owned(),
            template: notify.template.clone(),
            body: notice.write(),
            state: "queued".to_owned(),
            attempt: 0,
            next_at: match notify.to {
                Address::Prospect | Address::Marketing if duty.may_be_undone => {
                    self.now.plus(UNDO_WITHIN).as_micros()
                }
                _ => self.now.as_micros(),
            },
            created_at: self.now.as_micros(),
            done_at: None,
        };
        self.writes.messages.push(Message { event, row });
    }
}

/// The potential of the lead, if the contract names a field for it.
pub(crate) fn value(live: &Live, decision: &Decision) -> Option<i64> {
    let field = live.setup.policy().contract.potential_field?;
    match decision.facts.get(field) {
        // Rounded down, as the pick counts it.
        Fact::Number(number) => Some(number.get().floor() as i64),
        _ => None,
    }
}
