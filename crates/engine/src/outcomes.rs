//! Outcomes: meetings, opportunities, wins and losses that others report.

mod group;
mod key;

use model::Timestamp;
use model::id::{HandoffId, LeadId, OutcomeId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::chain::NewEvent;
use store::handoff::Handoff;
use store::outcome::Outcome;
use store::{Snapshot, Tx};

pub use key::OutcomeKey;

pub use group::{Filed, Recorded, Reported, record_group};

use crate::engine::{Answer, Engine, WORKSPACE};
use crate::lead_names::{self, LeadName, NamedLeads};
use crate::live::Live;
use crate::refusal::FieldFault;
use crate::{Actor, Refusal, RefusalKind};

/// The kinds of outcomes.
pub const KINDS: [&str; 4] = ["meeting", "opportunity", "won", "lost"];

/// An outcome to record.
#[derive(Clone, Debug)]
pub struct OutcomeRequest {
    /// One of [`KINDS`].
    pub kind: String,
    /// The lead; may be absent where the handoff or a name is given.
    pub lead: Option<LeadId>,
    /// The lead as the sender names it.
    pub named: Option<LeadName>,
    /// The handoff; where absent the lead's newest that was made by then.
    pub handoff: Option<HandoffId>,
    /// When it happened; now where absent.
    pub at: Option<Timestamp>,
    /// In whole units of the workspace's currency.
    pub value: Option<i64>,
    /// Lead source as the sender's system has it.
    pub lead_source: Option<String>,
    /// Source the sender credits; the one the policy gives for the handoff's reason where absent.
    pub attributed_source: Option<String>,
    /// Its id in the sender's system; a second outcome of the kind with the same id is passed over.
    pub external_id: Option<OutcomeKey>,
}

/// An outcome as recorded.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct OutcomeView {
    /// The outcome.
    pub id: OutcomeId,
    /// `meeting`, `opportunity`, `won` or `lost`.
    pub kind: String,
    /// The lead.
    pub lead: Option<LeadId>,
    /// The handoff it is counted for.
    pub handoff: Option<HandoffId>,
    /// When it happened.
    pub at: Timestamp,
    /// In whole units of the workspace's currency.
    pub value: Option<i64>,
    /// Lead source as the sender's system has it.
    pub lead_source: Option<String>,
    /// Source the sender credits.
    pub attributed_source: Option<String>,
    /// Its id in the sender's system.
    pub external_id: Option<OutcomeKey>,
}

impl Engine {
    /// Records an outcome. `None` where its external id was known already and nothing changed.
    ///
    /// # Errors
    /// `A0404` for an unknown lead or handoff, `I0603` where nobody knows a lead by the sender's
    /// name for it, `A0411` for an unknown kind, an instant in the future or a lead that is named
    /// twice. Failures of the store.
    pub async fn record_outcome(
        &self,
        actor: Actor,
        request: OutcomeRequest,
    ) -> Result<Option<OutcomeView>, Refusal> {
        let engine = self.clone();
        self.write_once(move |tx, now| record(&engine, tx, &actor, &request, now)).await
    }

    /// The outcomes of a lead, oldest first.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn outcomes_of(&self, lead: LeadId) -> Result<Vec<OutcomeView>, Refusal> {
        self.read(move |db| {
            let rows = store::outcome::of_lead(db, WORKSPACE, lead.raw())?;
            Ok(Ok(rows.iter().map(view).collect()))
        })
        .await
    }
}

/// Records an outcome inside a transaction.
///
/// # Errors
/// As [`Engine::record_outcome`].
pub fn record(
    engine: &Engine,
    tx: &mut Tx<'_>,
    actor: &Actor,
    request: &OutcomeRequest,
    now: Timestamp,
) -> Answer<Option<OutcomeView>> {
    let at = request.at.unwrap_or(now);
    if let Err(refusal) = check(request, at, now) {
        return Ok(Err(refusal));
    }
    let lead = match lead_of(tx, request)? {
        Ok(lead) => lead,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let Placed { lead, handoff, reason } = match place(tx, lead, request.handoff, at)? {
        Ok(placed) => placed,
        Err(refusal) => return Ok(Err(refusal)),
    };
    // Without a live policy there is nothing to credit by, and the outcome still counts.
    let credited = match engine.live(tx, now)? {
        Ok(live) => attributed(&live, reason.as_deref()),
        Err(_) => None,
    };
    let id: OutcomeId = engine.next_id(now);
    let row = Outcome {
        workspace_id: WORKSPACE,
        id: id.raw(),
        lead_id: lead,
        handoff_id: handoff,
        kind: request.kind.clone(),
        at: at.as_micros(),
        value: request.value,
        lead_source: request.lead_source.clone(),
        attributed_source: request.attributed_source.clone().or(credited),
        external_id: request.external_id.as_ref().map(ToString::to_string),
        body: json!({ "v": 1 }).to_string(),
    };
    if store::outcome::insert_new(tx, std::slice::from_ref(&row))? == 0 {
        return Ok(Ok(None));
    }
    let event = NewEvent {
        at: now.as_micros(),
        kind: format!("outcome.{}", row.kind),
        lead_id: lead,
        handoff_id: handoff,
        actor: actor.to_string(),
        body: json!({ "v": 1, "outcome": id, "at": at }).to_string(),
    };
    store::chain::append_events(tx, WORKSPACE, engine.stream(), &[event])?;
    Ok(Ok(Some(view(&row))))
}

/// What an outcome belongs to.
#[derive(Default)]
struct Placed {
    lead: Option<i64>,
    handoff: Option<i64>,
    /// The handoff reason.
    reason: Option<String>,
}

/// The lead that a request names, by our id or the sender's name for it.
fn lead_of(db: &mut Snapshot<'_>, request: &OutcomeRequest) -> Answer<Option<LeadId>> {
    let Some(name) = &request.named else { return Ok(Ok(request.lead)) };
    let leads = NamedLeads::read(db, std::iter::once(name))?;
    let found = leads.find(name).map(|it| Some(LeadId::from_raw(it.id)));
    Ok(found.ok_or_else(lead_names::unknown))
}

fn place(
    db: &mut Snapshot<'_>,
    lead: Option<LeadId>,
    handoff: Option<HandoffId>,
    at: Timestamp,
) -> Answer<Placed> {
    let of_handoff = |it: &Handoff| Placed {
        lead: Some(it.lead_id),
        handoff: Some(it.id),
        reason: Some(it.reason.clone()),
    };
    if let Some(id) = handoff {
        let handoff = store::handoff::get(db, WORKSPACE, id.raw())?;
        let fits = |it: &Handoff| lead.is_none_or(|lead| lead.raw() == it.lead_id);
        return Ok(match handoff.filter(fits) {
            Some(handoff) => Ok(of_handoff(&handoff)),
            None => Err(Refusal::not_found("handoff of this lead", id)),
        });
    }
    let Some(id) = lead else { return Ok(Ok(Placed::default())) };
    let Some(lead) = store::lead::get(db, WORKSPACE, id.raw())? else {
        return Ok(Err(Refusal::not_found("lead", id)));
    };
    let handoffs = store::handoff::of_lead(db, WORKSPACE, id.raw())?;
    let placed = handoff_at(&handoffs, at.as_micros()).map(of_handoff);
    Ok(Ok(placed.unwrap_or(Placed {
        lead: Some(lead.id),
        handoff: None,
        reason: Some(lead.reason),
    })))
}

/// The newest of a lead's handoffs that was made by then; where all were made later, the first.
fn handoff_at(handoffs: &[Handoff], at: i64) -> Option<&Handoff> {
    // Ids tell no age: handoffs of the past are imported late.
    let age = |it: &&Handoff| (it.created_at, it.id);
    let by_then = handoffs.iter().filter(|it| it.created_at <= at).max_by_key(age);
    by_then.or_else(|| handoffs.iter().min_by_key(age))
}

/// The source that the policy credits for a handoff reason.
fn attributed(live: &Live, reason: Option<&str>) -> Option<String> {
    let mapped =
        live.setup.policy().attribution.iter().find(|it| Some(it.reason.as_str()) == reason);
    mapped.map(|it| it.lead_source.clone())
}

/// The largest value of an outcome: sums of very many stay within 64 bits.
const VALUE_MAX: i64 = 1_000_000_000_000;

/// What is wrong with an outcome, whoever reports it. Each way to report one has its own code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Wrong {
    InTheFuture,
    ValueOutOfRange,
}

impl Wrong {
    fn field(self) -> &'static str {
        match self {
            Self::InTheFuture => "at",
            Self::ValueOutOfRange => "value",
        }
    }

    fn text(self) -> &'static str {
        match self {
            Self::InTheFuture => "lies in the future",
            Self::ValueOutOfRange => "is not from 0 to a million millions",
        }
    }
}

fn wrongs(at: Timestamp, value: Option<i64>, now: Timestamp) -> impl Iterator<Item = Wrong> {
    let in_the_future = (now < at).then_some(Wrong::InTheFuture);
    let out = value.is_some_and(|it| !(0..=VALUE_MAX).contains(&it));
    in_the_future.into_iter().chain(out.then_some(Wrong::ValueOutOfRange))
}

fn check(request: &OutcomeRequest, at: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    let mut fault = |at: &str, message: String| {
        faults.push(FieldFault { at: at.to_owned(), code: "A0411".to_owned(), message });
    };
    if !KINDS.contains(&request.kind.as_str()) {
        fault("kind", format!("use one of {}", KINDS.join(", ")));
    }
    for wrong in wrongs(at, request.value, now) {
        fault(wrong.field(), wrong.text().to_owned());
    }
    if request.lead.is_none() && request.named.is_none() && request.handoff.is_none() {
        fault("lead", "name the lead or the handoff it came of".to_owned());
    }
    if request.lead.is_some() && request.named.is_some() {
        fault("lead", "names the lead a second time; one name is enough".to_owned());
    }
    match faults.is_empty() {
        true => Ok(()),
        false => {
            let message = "the outcome cannot be recorded like this";
            Err(Refusal::new(RefusalKind::Invalid, "A0411", message).with_fields(faults))
        }
    }
}

fn view(row: &Outcome) -> OutcomeView {
    OutcomeView {
        id: OutcomeId::from_raw(row.id),
        kind: row.kind.clone(),
        lead: row.lead_id.map(LeadId::from_raw),
        handoff: row.handoff_id.map(HandoffId::from_raw),
        at: Timestamp::from_micros(row.at),
        value: row.value,
        lead_source: row.lead_source.clone(),
        attributed_source: row.attributed_source.clone(),
        external_id: row.external_id.as_deref().and_then(OutcomeKey::of_text),
    }
}
