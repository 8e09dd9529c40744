//! Tasks in a CRM: a message on the channel `crm_task` becomes the event `task.created`, which
//! webhooks carry to whatever keeps tasks. Its id is the message's and stays the same, so that a task
//! is made once; whoever made it tells how far it came.
//!
//! The event names rep, handoff and deadline, and nothing of the person: the log is never erased.

use model::id::OutboxId;
use serde_json::json;
use store::chain::NewEvent;
use store::delivery::Delivery;
use store::handoff::Handoff;
use store::outbox::Outbox;
use store::{Snapshot, StoreError, Tx};

use crate::deliveries::{DeliveryView, view};
use crate::engine::{Engine, WORKSPACE};
use crate::notice::Notice;
use crate::sender::take_next_way;
use crate::webhooks::wants;
use crate::{Actor, Refusal, RefusalKind};

/// The channel.
pub(crate) const TASK: &str = "crm_task";

/// The event that asks for a task.
pub(crate) const CREATED: &str = "task.created";

/// Whoever keeps tasks could not make or keep this one.
const NOT_KEPT: &str = "C0908";

/// The most letters of an id of others.
const ID_LENGTH_MAX: usize = 200;

/// How far a task came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TaskState {
    /// It is in the CRM.
    Made,
    /// The rep has done it, or ticked it off.
    Done,
    /// It could not be made, or is gone.
    Failed,
}

impl TaskState {
    /// The state of this name.
    pub fn of(name: &str) -> Option<Self> {
        match name {
            "made" => Some(Self::Made),
            "done" => Some(Self::Done),
            "failed" => Some(Self::Failed),
            _ => None,
        }
    }
}

/// Whether somebody outside takes tasks.
pub(crate) fn is_taken(db: &mut Snapshot<'_>) -> Result<bool, StoreError> {
    let hooks = store::webhook::list(db, WORKSPACE)?;
    let asked = |events: &str| -> bool {
        let events: Vec<String> = serde_json::from_str(events).unwrap_or_default();
        wants(&events, CREATED)
    };
    Ok(hooks.iter().any(|it| it.state == "enabled" && asked(&it.events)))
}

/// What a task says; `due` is when the rep must have acted.
pub(crate) fn body(row: &Outbox, notice: &Notice, handoff: Option<&Handoff>) -> String {
    let due = handoff.and_then(|it| match it.first_touch_at {
        None => it.touch_due,
        Some(_) => it.disposition_due,
    });
    json!({
        "v": 1,
        "task": OutboxId::from_raw(row.id),
        "on": notice.on,
        "rep": row.recipient.strip_prefix("rep:"),
        "due": due.map(model::Timestamp::from_micros),
    })
    .to_string()
}

/// Writes the event that asks for a task.
pub(crate) fn ask(
    engine: &Engine,
    tx: &mut Tx<'_>,
    row: &Outbox,
    body: &str,
    now: model::Timestamp,
) -> Result<(), StoreError> {
    let event = NewEvent {
        at: now.as_micros(),
        kind: CREATED.to_owned(),
        lead_id: row.lead_id,
        handoff_id: row.handoff_id,
        actor: Actor::System.to_string(),
        body: body.to_owned(),
    };
    store::chain::append_events(tx, WORKSPACE, engine.stream(), &[event])?;
    Ok(())
}

impl Engine {
    /// How far the task of `message` came in the system that keeps it, where it is called
    /// `external_id`. Telling it again changes nothing.
    ///
    /// # Errors
    /// `A0404` for an unknown task, `A0411` for an id that is too long. Failures of the
    /// store.
    pub async fn report_task(
        &self,
        message: OutboxId,
        state: TaskState,
        external_id: Option<String>,
    ) -> Result<DeliveryView, Refusal> {
        if external_id.as_ref().is_some_and(|it| ID_LENGTH_MAX < it.len()) {
            let message = format!("an external id has at most {ID_LENGTH_MAX} bytes");
            return Err(Refusal::new(RefusalKind::Invalid, "A0411", message));
        }
        let engine = self.clone();
        self.write_once(move |tx, now| {
            let (id, at) = (message.raw(), now.as_micros());
            let known = store::delivery::get(tx, WORKSPACE, id)?;
            let Some(mut row) = known.filter(|it| it.channel == TASK) else {
                return Ok(Err(Refusal::not_found("task", message)));
            };
            if let Some(external) = external_id.clone().filter(|it| !it.is_empty()) {
                row.receipt = Some(external);
                store::delivery::put(tx, &row)?;
            }
            match state {
                TaskState::Made => {
                    store::delivery::delivered(tx, WORKSPACE, id, at)?;
                }
                TaskState::Done => {
                    store::delivery::delivered(tx, WORKSPACE, id, at)?;
                    store::delivery::seen(tx, WORKSPACE, id, at)?;
                }
                TaskState::Failed => {
                    let why = (NOT_KEPT, "the system that keeps tasks said so");
                    if store::delivery::undelivered(tx, WORKSPACE, id, why, at)? {
                        take_next_way(&engine, tx, &row, now)?;
                    }
                }
            }
            let row: Option<Delivery> = store::delivery::get(tx, WORKSPACE, id)?;
            Ok(row.map(view).ok_or_else(|| Refusal::not_found("task", message)))
        })
        .await
    }
}
