//! What reps and managers do with a handoff: accept, reject, touch, verdict, reassign, pause.
//!
//! The pure life cycle says what an action does; here it is read, locked and written. Locks are
//! taken in the one order of ADR 7.

mod apply;
mod attention;
mod life_format;
mod mail;
mod open_work;
mod reach;
mod rows;
mod step;
mod undo;

use std::sync::Arc;

use decide::Event;
use decide::handoff::{Closing, Evidence, HeldBy};
use model::id::HandoffId;
use model::{RepId, Timestamp};
use serde_json::json;
use store::Tx;

pub(crate) use apply::Site;
pub(crate) use life_format::state_name;
pub(crate) use reach::reach;
pub(crate) use step::{Stepped, Stored, load, load_many, step};
pub use undo::UNDO_WITHIN;
pub(crate) use undo::undo;

use crate::engine::{Answer, Engine, WORKSPACE};
use crate::evidence::MailEvidence;
use crate::live::Live;
use crate::state::Desk;
use crate::view::HandoffView;
use crate::writes::Writes;
use crate::{Actor, Refusal, RefusalKind};

/// Something somebody does with a handoff.
#[derive(Clone, Debug, PartialEq)]
pub struct RespondRequest {
    /// Which handoff.
    pub handoff: HandoffId,
    /// The version it was looked at; the action is refused where it has changed since.
    pub version: Option<u64>,
    /// The rep who acts, where the actor is not one.
    pub by: Option<RepId>,
    /// What.
    pub action: Action,
}

/// What may be done with a handoff.
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// Take it on; from a queue this claims it.
    Accept,
    /// Not wanted, with a reason of the policy.
    Reject {
        /// Key of the reason.
        reason: Option<String>,
        /// In the rep's words.
        note: Option<String>,
    },
    /// The verdict.
    Dispose {
        /// What.
        verdict: Closing,
    },
    /// An outreach.
    Touch {
        /// When it took place; now where absent.
        at: Option<Timestamp>,
        /// What is known of it.
        evidence: Evidence,
    },
    /// A mail to the lead: what it proves is found out from its words, which are not kept.
    Mail {
        /// When it was sent; now where absent.
        at: Option<Timestamp>,
        /// The words.
        text: String,
    },
    /// To another rep or queue.
    Reassign {
        /// To whom.
        to: HeldBy,
    },
    /// Stop the clocks.
    Pause {
        /// Why.
        reason: String,
        /// Until then at most.
        until: Timestamp,
    },
    /// Let the clocks go on.
    Resume,
    /// Take the last answer back: by who gave it, within [`UNDO_WITHIN`].
    Undo,
}

impl Engine {
    /// Does something with a handoff.
    ///
    /// # Errors
    /// `A0404` for an unknown handoff, the `D05xx` codes where the life cycle does not allow it
    /// (with the handoff as it is now), failures of the store.
    pub async fn respond(
        &self,
        actor: Actor,
        request: RespondRequest,
    ) -> Result<HandoffView, Refusal> {
        let engine = self.clone();
        self.write_once(move |tx, now| {
            let live = match engine.live(tx, now)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            respond(&engine, tx, &live, &actor, &request, now)
        })
        .await
    }
}

/// Does something with a handoff inside a transaction.
///
/// # Errors
/// As [`Engine::respond`].
pub fn respond(
    engine: &Engine,
    tx: &mut Tx<'_>,
    live: &Arc<Live>,
    actor: &Actor,
    request: &RespondRequest,
    now: Timestamp,
) -> Answer<HandoffView> {
    let Some(stored) = load(tx, engine, live, request.handoff)? else {
        return Ok(Err(Refusal::not_found("handoff", request.handoff)));
    };
    if request.action == Action::Undo {
        return take_back(engine, tx, live, actor, (stored, request.version), now);
    }
    let by = request.by.as_ref().or(actor.rep());
    let found = match &request.action {
        Action::Mail { text, .. } => Some(mail::evidence(tx, live, &stored, text)?),
        _ => None,
    };
    let event = match event(&request.action, found.as_ref(), by, now) {
        Ok(event) => event,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let (pools, reps) = reach(live, &stored, &event);
    let mut desk = Desk::lock(tx, live, pools, reps, now)?;
    let mut writes = Writes::default();
    let site = Site { engine, live, actor, now };
    let row = match step(tx, site, &stored, (&event, request.version), &mut desk, &mut writes)? {
        Stepped::Moved(row) | Stepped::Ignored(row) => row,
        Stepped::Refused(refusal) => {
            return Ok(Err(refused(live, &refusal, HandoffView::of_row(live, &stored.row))));
        }
    };
    if let (Some(found), Some(touch)) = (found, writes.touches.last_mut()) {
        found.sketch.keep_in(&mut touch.body);
    }
    desk.save(tx, live, now)?;
    writes.flush(tx, engine.stream(), now)?;
    Ok(Ok(HandoffView::of_row(live, &row)))
}

/// Code of an answer that cannot be taken back.
pub(crate) const NOTHING_TO_UNDO: &str = "A0633";

/// Takes the last answer back.
fn take_back(
    engine: &Engine,
    tx: &mut Tx<'_>,
    live: &Arc<Live>,
    actor: &Actor,
    (mut stored, version): (Stored, Option<u64>),
    now: Timestamp,
) -> Answer<HandoffView> {
    let last = stored.undo.take().filter(|it| it.is_open_to(actor, now));
    let last = last.filter(|_| version.is_none_or(|it| it == stored.handoff.version));
    let open = store::handoff::open_of_leads(tx, WORKSPACE, &[stored.row.lead_id])?;
    let replaced = open.iter().any(|it| it.id != stored.row.id);
    let Some(last) = last.filter(|_| !replaced) else {
        return Ok(
            Err(nothing_to_undo().with_state(json!(HandoffView::of_row(live, &stored.row)))),
        );
    };
    let mut desk = Desk::lock_all(tx, live, now)?;
    let mut writes = Writes::default();
    let site = Site { engine, live, actor, now };
    let row = undo(tx, site, &stored, last, &mut desk, &mut writes)?;
    desk.save(tx, live, now)?;
    writes.flush(tx, engine.stream(), now)?;
    Ok(Ok(HandoffView::of_row(live, &row)))
}

fn nothing_to_undo() -> Refusal {
    let message = "there is nothing to take back: only the last answer can be, by who gave it, for \
                   ten seconds";
    Refusal::new(RefusalKind::Conflict, NOTHING_TO_UNDO, message)
}

fn event(
    action: &Action,
    found: Option<&MailEvidence>,
    by: Option<&RepId>,
    now: Timestamp,
) -> Result<Event, Refusal> {
    let by = || {
        by.cloned().ok_or_else(|| {
            let message = "say which rep acts: the caller is not one";
            Refusal::new(RefusalKind::Invalid, "A0701", message)
        })
    };
    Ok(match action {
        Action::Accept => Event::Accept { by: by()? },
        Action::Reject { reason, note } => {
            Event::Reject { by: by()?, reason: reason.clone(), note: note.clone() }
        }
        Action::Dispose { verdict: Closing::Disqualified } => {
            let message = "to disqualify a lead, reject it with a reason that disqualifies";
            return Err(Refusal::new(RefusalKind::Invalid, "A0702", message));
        }
        Action::Dispose { verdict } => Event::Dispose { by: by()?, verdict: *verdict },
        Action::Mail { at, .. } => {
            let evidence = Evidence::Email {
                names_action: found.is_some_and(|it| it.names_action),
                template_similarity: found.map_or(100, |it| it.template_similarity),
            };
            Event::Touch { by: by()?, at: at.unwrap_or(now), evidence }
        }
        Action::Touch { at, evidence } => {
            Event::Touch { by: by()?, at: at.unwrap_or(now), evidence: *evidence }
        }
        Action::Reassign { to } => Event::Reassign { to: to.clone() },
        Action::Pause { reason, until } => Event::Pause { reason: reason.clone(), until: *until },
        Action::Resume => Event::Resume,
        Action::Undo => return Err(nothing_to_undo()),
    })
}

fn refused(live: &Live, refusal: &decide::Refusal, view: HandoffView) -> Refusal {
    use decide::Refusal as Why;
    let kind = match refusal {
        Why::Stale { .. } | Why::WrongState(_) | Why::NotTheOwner(_) => RefusalKind::Conflict,
        Why::ReasonMissing
        | Why::ReasonUnknown(_)
        | Why::NoteMissing
        | Why::PauseTooLong(_)
        | Why::UnknownRep(_)
        | Why::UnknownQueue(_)
        | Why::TouchTime(_) => RefusalKind::Invalid,
    };
    Refusal::new(kind, refusal.code().text(), refusal_text(live, refusal)).with_state(json!(view))
}

fn refusal_text(live: &Live, refusal: &decide::Refusal) -> String {
    use decide::Refusal as Why;
    let holder = |it: &Option<HeldBy>| match it {
        Some(HeldBy::Rep(rep)) => format!("`{rep}` has it now"),
        Some(HeldBy::Queue(queue)) => format!("it lies in the queue `{queue}` now"),
        None => "it is being routed".to_owned(),
    };
    match refusal {
        Why::Stale { version, holder: it } => {
            format!("the handoff has changed: {}, in version {version}", holder(it))
        }
        Why::WrongState(state) => {
            format!("the handoff is `{}`: this cannot be done any more", state_name(*state))
        }
        Why::NotTheOwner(it) => format!("this is another's handoff: {}", holder(it)),
        Why::ReasonMissing => format!("a reason must be given: {}", reasons(live)),
        Why::ReasonUnknown(reason) => {
            format!("`{reason}` is no reason of the policy: use {}", reasons(live))
        }
        Why::NoteMissing => "this reason needs a note".to_owned(),
        Why::PauseTooLong(most) => format!("a pause ends in the future and lasts at most {most}"),
        Why::UnknownRep(rep) => format!("there is no active rep `{rep}`"),
        Why::UnknownQueue(queue) => format!("there is no queue `{queue}`"),
        Why::TouchTime(_) => {
            "a touch lies after the handoff, not in the future, and is reported within a day"
                .to_owned()
        }
    }
}

/// The reasons for which the policy lets a rep reject.
fn reasons(live: &Live) -> String {
    let reasons = live.setup.policy().dispositions.reject_reasons.iter();
    let keys: Vec<&str> = reasons.map(|it| it.key.as_str()).collect();
    match keys.split_last() {
        Some((last, [])) => (*last).to_owned(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => "none, the policy has no reasons".to_owned(),
    }
}
