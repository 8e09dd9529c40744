//! Actions on handoffs within a caller's sight: what one may not see does not exist.

use decide::handoff::HeldBy;
use model::id::{ActivityId, HandoffId, LeadId};
use model::{QueueId, RepId, Timestamp};
use serde_json::json;
use store::activity::Activity;
use store::chain::NewEvent;
use store::{StoreError, Tx};

use crate::ahead::lies_ahead;
use crate::engine::{Answer, Engine, WORKSPACE};
use crate::live::Live;
use crate::respond::{Action, NOTHING_TO_UNDO, RespondRequest, respond};
use crate::sight::{Seen, Sight, may_take};
use crate::view::HandoffView;
use crate::{Actor, Refusal, RefusalKind};

/// Something a lead did, to be added.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewActivity {
    /// What, e.g. `demo_request`.
    pub kind: String,
    /// When; now where absent.
    pub at: Option<Timestamp>,
    /// On what, e.g. a page.
    pub subject: Option<String>,
}

const KIND_LENGTH_MAX: usize = 100;

/// How often it is tried to take from a queue where others are faster.
const TAKE_TRIES: usize = 16;

/// Code of a try in which another was faster.
const OUTRUN: &str = "A0610";

impl Engine {
    /// Does something with a handoff that the caller sees. Where the request names no rep and the
    /// actor is none, the owner acts.
    ///
    /// # Errors
    /// `A0404` for a handoff out of sight, `A0418` for a rep or queue out of reach; else as [`Engine::respond`].
    pub async fn respond_within(
        &self,
        actor: Actor,
        sight: Sight,
        request: RespondRequest,
    ) -> Result<HandoffView, Refusal> {
        let engine = self.clone();
        self.write_once(move |tx, now| {
            let live = match engine.live(tx, now)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let seen = sight.resolve(&live);
            let row = store::handoff::get(tx, WORKSPACE, request.handoff.raw())?;
            // Who took a step may take it back, wherever the handoff has gone by it.
            let takes_back = request.action == Action::Undo;
            let visible = |it: &store::handoff::Handoff| {
                seen.handoff(it.owner.as_deref(), it.queue.as_deref())
            };
            let in_sight = row.as_ref().is_some_and(visible);
            let row = row.filter(|_| takes_back || in_sight);
            let Some(row) = row else {
                return Ok(Err(Refusal::not_found("handoff", request.handoff)));
            };
            if let Err(refusal) = check_parties(&live, &seen, &request) {
                return Ok(Err(refusal));
            }
            let owner = || row.owner.as_ref().and_then(|it| it.parse().ok());
            let by = request.by.clone().or_else(|| actor.rep().cloned()).or_else(owner);
            let request = RespondRequest { by, ..request.clone() };
            let answer = respond(&engine, tx, &live, &actor, &request, now)?;
            Ok(match answer {
                Err(refusal) if !in_sight && refusal.code == NOTHING_TO_UNDO => {
                    Err(Refusal::not_found("handoff", request.handoff))
                }
                answer => answer,
            })
        })
        .await
    }

    /// Gives the oldest handoff of a queue that nobody else works on to `by`, or to the rep who
    /// asks; `None` where the queue is empty.
    ///
    /// # Errors
    /// `A0404` for a queue or rep that is not there, `A0418` for one out of reach, `A0609` where the rep may not take from the queue,
    /// `A0610` where others were faster each time. Else as [`Engine::respond`].
    pub async fn take(
        &self,
        actor: Actor,
        sight: Sight,
        queue: QueueId,
        by: Option<RepId>,
    ) -> Result<Option<HandoffView>, Refusal> {
        // Each try is a transaction of its own: one that waited for a lead in vain lets it go, so
        // that nobody waits for a second lead while holding a first.
        for _ in 1..TAKE_TRIES {
            let (queue, by) = (queue.clone(), by.clone());
            match self.try_take(actor.clone(), sight.clone(), queue, by).await {
                Err(refusal) if refusal.code == OUTRUN => {}
                taken => return taken,
            }
        }
        self.try_take(actor, sight, queue, by).await
    }

    async fn try_take(
        &self,
        actor: Actor,
        sight: Sight,
        queue: QueueId,
        by: Option<RepId>,
    ) -> Result<Option<HandoffView>, Refusal> {
        let engine = self.clone();
        self.write_once(move |tx, now| {
            let live = match engine.live(tx, now)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let by = match taker(&live, &sight, &actor, &queue, by.as_ref()) {
                Ok(by) => by,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let handoff = match next_of(tx, &queue)? {
                Ok(Some(handoff)) => handoff,
                Ok(None) => return Ok(Ok(None)),
                Err(refusal) => return Ok(Err(refusal)),
            };
            let request =
                RespondRequest { handoff, version: None, by: Some(by), action: Action::Accept };
            Ok(respond(&engine, tx, &live, &actor, &request, now)?.map(Some))
        })
        .await
    }

    /// Adds something a lead did. It counts for the next decision on the lead.
    ///
    /// # Errors
    /// `A0404` for a lead out of sight; `A0411` for an empty kind or an instant in the future.
    /// Failures of the store.
    pub async fn add_activity(
        &self,
        actor: Actor,
        sight: Sight,
        lead: LeadId,
        activity: NewActivity,
    ) -> Result<ActivityId, Refusal> {
        let engine = self.clone();
        self.write_once(move |tx, now| {
            let live = match engine.live(tx, now)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let seen = sight.resolve(&live);
            let row = store::lead::lock(tx, WORKSPACE, &[lead.raw()])?.into_iter().next();
            let row = row.filter(|it| seen.lead(it.owner.as_deref(), it.queue.as_deref()));
            if row.is_none() {
                return Ok(Err(Refusal::not_found("lead", lead)));
            }
            pass_activities(&engine, tx, lead.raw())?;
            let at = activity.at.unwrap_or(now);
            if let Err(refusal) = check_activity(&activity, at, now) {
                return Ok(Err(refusal));
            }
            let id: ActivityId = engine.next_id(now);
            let body = json!({ "v": 1, "subject": activity.subject });
            store::activity::insert(
                tx,
                &[Activity {
                    workspace_id: WORKSPACE,
                    id: id.raw(),
                    lead_id: lead.raw(),
                    kind: activity.kind.trim().to_owned(),
                    at: at.min(now).as_micros(),
                    body: body.to_string(),
                }],
            )?;
            let event = NewEvent {
                at: now.as_micros(),
                kind: "lead.activity".to_owned(),
                lead_id: Some(lead.raw()),
                handoff_id: None,
                actor: actor.to_string(),
                body: json!({ "v": 1, "activity": id }).to_string(),
            };
            store::chain::append_events(tx, WORKSPACE, engine.stream(), &[event])?;
            Ok(Ok(id))
        })
        .await
    }
}

/// Whoever acts for another rep, or gives a lead to one, must see that rep.
fn check_parties(live: &Live, seen: &Seen, request: &RespondRequest) -> Result<(), Refusal> {
    if let Some(by) = &request.by {
        seen.reach_rep(live, by)?;
    }
    match &request.action {
        Action::Reassign { to: HeldBy::Rep(rep) } => seen.reach_rep(live, rep).map(|_| ()),
        Action::Reassign { to: HeldBy::Queue(queue) } => seen.reach_queue(live, queue).map(|_| ()),
        Action::Accept
        | Action::Reject { .. }
        | Action::Dispose { .. }
        | Action::Touch { .. }
        | Action::Mail { .. }
        | Action::Pause { .. }
        | Action::Resume
        | Action::Undo => Ok(()),
    }
}

/// The next handoff of a queue, with its lead locked. Those that others are about to take are
/// passed over; where there are no more, it waits for the oldest and sees what becomes of it.
fn next_of(tx: &mut Tx<'_>, queue: &QueueId) -> Answer<Option<HandoffId>> {
    let found = match store::handoff::claim_queued(tx, WORKSPACE, queue.as_str())? {
        Some(found) => found,
        None => match store::handoff::oldest_queued(tx, WORKSPACE, queue.as_str())? {
            Some(found) => found,
            None => return Ok(Ok(None)),
        },
    };
    store::lead::lock(tx, WORKSPACE, &[found.lead_id])?;
    // Read again under the lock: it may have moved before.
    let row = store::handoff::get(tx, WORKSPACE, found.id)?;
    let lies = row.is_some_and(|it| it.version == found.version);
    Ok(match lies {
        true => Ok(Some(HandoffId::from_raw(found.id))),
        false => {
            let message = format!("others take from the queue `{queue}` too; try again");
            Err(Refusal::new(RefusalKind::Conflict, OUTRUN, message))
        }
    })
}

fn taker(
    live: &Live,
    sight: &Sight,
    actor: &Actor,
    queue: &QueueId,
    by: Option<&RepId>,
) -> Result<RepId, Refusal> {
    let seen = sight.resolve(live);
    let found = seen.reach_queue(live, queue)?;
    let Some(by) = by.or(actor.rep()) else {
        let message = "say which rep takes it: the caller is not one";
        return Err(Refusal::new(RefusalKind::Invalid, "A0701", message));
    };
    seen.reach_rep(live, by)?;
    match may_take(live, found, by) || found.keeper == *by {
        true => Ok(by.clone()),
        false => {
            let message = format!("`{by}` may not take from the queue `{queue}`");
            Err(Refusal::new(RefusalKind::Forbidden, "A0609", message))
        }
    }
}

/// Makes sure that the next number is above those of the lead's activities: replay tells by it what
/// was there when the lead was decided on. The caller has locked the lead.
pub(crate) fn pass_activities(
    engine: &Engine,
    tx: &mut Tx<'_>,
    lead: i64,
) -> Result<Option<i64>, StoreError> {
    let last = store::activity::last_id(tx, WORKSPACE, lead)?;
    if let Some(last) = last {
        engine.pass_id(last);
    }
    Ok(last)
}

fn check_activity(activity: &NewActivity, at: Timestamp, now: Timestamp) -> Result<(), Refusal> {
    let fault = |at: &str, message: String| crate::FieldFault {
        at: at.to_owned(),
        code: "A0411".to_owned(),
        message,
    };
    let mut faults = Vec::new();
    let length = activity.kind.trim().chars().count();
    if !(1..=KIND_LENGTH_MAX).contains(&length) {
        faults.push(fault("kind", format!("has 1 to {KIND_LENGTH_MAX} characters")));
    }
    if lies_ahead(at, now) {
        faults.push(fault("at", "lies in the future".to_owned()));
    }
    match faults.is_empty() {
        true => Ok(()),
        false => {
            let message = "the activity cannot be recorded like this";
            Err(Refusal::new(RefusalKind::Invalid, "A0411", message).with_fields(faults))
        }
    }
}
