//! One committed transaction, done again by the use cases of the engine.

use std::collections::BTreeMap;
use std::sync::Arc;

use decide::handoff::{Evidence, HeldBy};
use engine::capture::CaptureRequest;
use engine::once::Once;
use engine::policies::Publication;
use engine::respond::{Action, RespondRequest};
use engine::sight::Sight;
use engine::sweep::Sweep;
use engine::{Actor, Engine, Refusal};
use intake::Submission;
use model::id::{HandoffId, LeadId, OutboxId};
use model::{RepId, Seconds, Timestamp};
use policy::Sources;
use serde_json::json;
use simulate::script::{Deed, Done};
use simulate::{Answer, Library, Person};
use store::outbox::{Outbox, OutboxEnd};
use tokio::runtime::Runtime;

/// How long a claim of messages holds in the model.
const LEASE: Seconds = Seconds::new(60);

/// A run in the making, with the ids of the database for those of the model.
pub(super) struct Again<'l> {
    engine: Engine,
    library: &'l Library,
    runtime: Runtime,
    sweep: Sweep,
    leads: BTreeMap<LeadId, LeadId>,
    handoffs: BTreeMap<HandoffId, HandoffId>,
    /// As first claimed.
    messages: BTreeMap<OutboxId, Outbox>,
}

impl<'l> Again<'l> {
    pub(super) fn new(engine: Engine, library: &'l Library) -> Result<Self, String> {
        let runtime = tokio::runtime::Builder::new_current_thread().build();
        Ok(Self {
            sweep: Sweep::new(engine.clone()),
            engine,
            library,
            runtime: runtime.map_err(|it| format!("no runtime: {it}"))?,
            leads: BTreeMap::new(),
            handoffs: BTreeMap::new(),
            messages: BTreeMap::new(),
        })
    }

    /// Does it again.
    ///
    /// # Errors
    /// How the answer differs.
    pub(super) fn take(&mut self, done: &Done) -> Result<(), String> {
        let now = done.now;
        match &done.what {
            Deed::Capture { person, key, answer } => self.capture(person, *key, answer),
            Deed::Respond { handoff, version, by, action, key, answer } => {
                let handoff = self.handoffs.get(handoff).copied().ok_or("no such handoff")?;
                let action = action_at(action, now);
                let (version, by) = (*version, Some(by.clone()));
                self.respond(RespondRequest { handoff, version, by, action }, *key, answer)
            }
            Deed::Sweep { fired, ended } => self.fire(*fired, *ended),
            Deed::Claim { claimed, limit } => self.claim(now, claimed, *limit),
            Deed::Sent { message, attempt, taken } => {
                let claimed = self.claimed(*message, *attempt)?;
                let end = self.engine.write_blocking(move |tx, now| {
                    Ok(Ok(store::outbox::end(tx, &claimed, OutboxEnd::Sent, now.as_micros())?))
                });
                same("taken", taken, &end.map_err(said)?)
            }
            Deed::Retry { message, attempt, next_at, taken } => {
                let (claimed, next_at) = (self.claimed(*message, *attempt)?, next_at.as_micros());
                let retry = self.engine.write_blocking(move |tx, _| {
                    Ok(Ok(store::outbox::retry(tx, &claimed, next_at)?))
                });
                same("taken", taken, &retry.map_err(said)?)
            }
            Deed::Presence { rep, present } => {
                let (rep, sight) = (rep.clone(), Sight::EVERYTHING);
                let set = self.engine.set_presence(Actor::Operator, sight, rep, *present);
                self.runtime.block_on(set).map(|_| ()).map_err(said)
            }
            Deed::Roster { text } => {
                let sources = Sources::single("roster.yaml", text);
                let put = self.engine.put_roster_blocking(Actor::Operator, &sources);
                put.map(|_| ()).map_err(said)
            }
            Deed::Publish { variant } => {
                let sources = Sources::single("policy.yaml", self.library.text(*variant));
                let note = "simulated".to_owned();
                let publication =
                    Publication { sources, note, from: None, parent: None, retroactive: false };
                let published = self.engine.publish_blocking(Actor::Operator, publication);
                published.map(|_| ()).map_err(said)
            }
            // No use case does this by itself; runs that are compared leave it out.
            Deed::Gone { handoff } => Err(format!("{handoff} was routed again")),
        }
    }

    /// A handle of the engine under whose key one request is done once.
    fn keyed(&self, key: u64) -> Engine {
        let once = Once::new(format!("caller {key}"), key.to_be_bytes().to_vec());
        self.engine.once(Some(Arc::new(once)))
    }

    fn capture(&mut self, person: &Person, key: u64, wanted: &Answer) -> Result<(), String> {
        let body = json!({ "fields": {
            "email": person.email(),
            "desk": person.desk,
            "urgency": person.urgency,
            "tongue": person.tongue,
            "potential": person.potential,
            "handoff_reason": person.reason(),
        }});
        let request = CaptureRequest {
            raw: body.to_string(),
            submission: Submission::from_json(body).map_err(|it| format!("{it:?}"))?,
            channel: "api".to_owned(),
            import: None,
        };
        let Answer::Captured { lead, is_new, handoff, outcome, owner } = wanted else {
            return Err("a capture was refused".to_owned());
        };
        // Twice, as a caller does who missed the answer: the second time changes nothing.
        for _ in 0..2 {
            let engine = self.keyed(key);
            let capture = engine.capture(Actor::System, request.clone());
            let got = self.runtime.block_on(capture).map_err(said)?;
            same("lead", &got.lead, self.leads.entry(*lead).or_insert(got.lead))?;
            let own = handoff.zip(got.handoff);
            let own = own.map(|(of_model, real)| *self.handoffs.entry(of_model).or_insert(real));
            same("handoff", &got.handoff, &own)?;
            let shown = |it: &RepId| it.to_string();
            let of_model = (*is_new, *outcome, owner.as_ref().map(shown), handoff.is_some());
            let owner = got.owner.map(|it| it.id);
            let real = (got.is_new, got.outcome.as_str(), owner, got.handoff.is_some());
            same("answer", &of_model, &real)?;
        }
        Ok(())
    }

    fn respond(&self, request: RespondRequest, key: u64, wanted: &Answer) -> Result<(), String> {
        let engine = self.keyed(key);
        let got = self.runtime.block_on(engine.respond(Actor::System, request));
        let got = match &got {
            Ok(view) => (u64::try_from(view.version).unwrap_or(0), view.state.as_str()),
            Err(refusal) => (0, refusal.code),
        };
        let of_model = match wanted {
            Answer::Moved { version, state } => (*version, *state),
            Answer::Refused(code) => (0, *code),
            Answer::Captured { .. } => return Err("an action made a lead".to_owned()),
        };
        same("answer", &of_model, &got)
    }

    fn fire(&mut self, fired: usize, ended: usize) -> Result<(), String> {
        let swept = self.sweep.round().map_err(said)?;
        let count = |it: u64| usize::try_from(it).unwrap_or(usize::MAX);
        same("stuck timers", &0, &swept.stuck.len())?;
        same("fired, ended", &(fired, ended), &(count(swept.fired), count(swept.ended)))
    }

    fn claim(
        &mut self,
        now: Timestamp,
        claimed: &[(OutboxId, u32)],
        limit: usize,
    ) -> Result<(), String> {
        let (lease, limit) = (now.plus(LEASE).as_micros(), i64::try_from(limit).unwrap_or(0));
        let real = self.engine.write_blocking(move |tx, now| {
            Ok(Ok(store::outbox::claim(tx, now.as_micros(), lease, limit)?))
        });
        let real = real.map_err(said)?;
        let attempts: Vec<i64> = real.iter().map(|it| it.attempt).collect();
        let of_model: Vec<i64> = claimed.iter().map(|it| i64::from(it.1)).collect();
        same("attempts", &of_model, &attempts)?;
        for ((of_model, _), real) in claimed.iter().zip(real) {
            let id = real.id;
            same("message", &self.messages.entry(*of_model).or_insert(real).id, &id)?;
        }
        Ok(())
    }

    /// A message as this attempt claimed it.
    fn claimed(&self, message: OutboxId, attempt: u32) -> Result<Outbox, String> {
        let row = self.messages.get(&message).cloned().ok_or("no such message")?;
        Ok(Outbox { attempt: attempt.into(), ..row })
    }
}

/// The action of the engine that stands for one of the model.
fn action_at(action: &simulate::Action, now: Timestamp) -> Action {
    use simulate::Action as Of;
    match action {
        Of::Accept => Action::Accept,
        Of::Reject(reason) => {
            Action::Reject { reason: Some((*reason).to_owned()), note: Some("why".to_owned()) }
        }
        Of::Touch { ago } => {
            let evidence = Evidence::Call { seconds: 200, voicemail: false };
            Action::Touch { at: Some(now.minus(*ago)), evidence }
        }
        Of::Flip => Action::Touch { at: None, evidence: Evidence::StatusFlip },
        Of::Dispose(verdict) => Action::Dispose { verdict: *verdict },
        Of::Give(rep) => Action::Reassign { to: HeldBy::Rep(rep.clone()) },
        Of::Pause(length) => {
            Action::Pause { reason: "asked to wait".to_owned(), until: now.plus(*length) }
        }
        Of::Resume => Action::Resume,
    }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, model: &T, real: &T) -> Result<(), String> {
    match model == real {
        true => Ok(()),
        false => Err(format!("{what}: the model says {model:?}, the database {real:?}")),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn said(refusal: Refusal) -> String {
    format!("the engine refused: {refusal}")
}
