//! The two append-only logs: what happened to leads, and what was done to the system.

use model::Timestamp;
use model::id::{HandoffId, LeadId};
use serde_json::Value;
use store::chain::{Fault, Log, NewAudit};
use store::{StoreError, Tx};

use crate::engine::{Engine, WORKSPACE};
use crate::{Actor, Refusal};

/// Something that happened to a lead.
#[derive(Clone, Debug, PartialEq)]
pub struct EventView {
    /// Its place in its stream, from 1 without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// What, e.g. `handoff.accepted`.
    pub kind: String,
    /// The lead.
    pub lead: Option<LeadId>,
    /// The handoff.
    pub handoff: Option<HandoffId>,
    /// Who did it.
    pub actor: String,
    /// Details, ids only.
    pub body: Value,
    /// Hash of the row, in hexadecimal.
    pub hash: String,
}

/// Something that was done to the system.
#[derive(Clone, Debug, PartialEq)]
pub struct AuditView {
    /// Its place in its stream, from 1 without gaps.
    pub seq: i64,
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub actor: String,
    /// What, e.g. `policy.publish`.
    pub action: String,
    /// To what.
    pub subject: String,
    /// Details.
    pub body: Value,
    /// Hash of the row, in hexadecimal.
    pub hash: String,
}

/// One stream of a log with the result of its check.
#[derive(Clone, Debug, PartialEq)]
pub struct StreamVerdict {
    /// `event` or `audit`.
    pub log: String,
    /// The stream's number: that of the node which writes it.
    pub stream: i64,
    /// Rows found in order, up to the first fault.
    pub rows: i64,
    /// Hash of the last row by the head; to be kept elsewhere and compared.
    pub head: String,
    /// Number of the first bad row, and `gap`, `unlinked`, `altered` or `head`.
    pub fault: Option<(i64, &'static str)>,
}

/// Writes down that somebody did something to the system. Ids and plain settings only.
pub(crate) fn note(
    tx: &mut Tx<'_>,
    engine: &Engine,
    now: Timestamp,
    actor: &Actor,
    action: &str,
    subject: &str,
    body: &Value,
) -> Result<(), StoreError> {
    let row = NewAudit {
        at: now.as_micros(),
        actor: actor.to_string(),
        action: action.to_owned(),
        subject: subject.to_owned(),
        body: body.to_string(),
    };
    store::chain::append_audit(tx, WORKSPACE, engine.stream(), &[row])?;
    Ok(())
}

impl Engine {
    /// Up to `limit` events of a stream after the number `after`, in order.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn events(
        &self,
        stream: i64,
        after: i64,
        limit: i64,
    ) -> Result<Vec<EventView>, Refusal> {
        self.read(move |db| {
            let rows = store::event::after(db, WORKSPACE, stream, after, limit)?;
            let views = rows.into_iter().map(|it| EventView {
                seq: it.seq,
                at: Timestamp::from_micros(it.at),
                kind: it.kind,
                lead: it.lead_id.map(LeadId::from_raw),
                handoff: it.handoff_id.map(HandoffId::from_raw),
                actor: it.actor,
                body: serde_json::from_str(&it.body).unwrap_or_default(),
                hash: hexadecimal(&it.hash),
            });
            Ok(Ok(views.collect()))
        })
        .await
    }

    /// Up to `limit` audit rows of a stream before the number `before`, newest first.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn audit_rows(
        &self,
        stream: i64,
        before: i64,
        limit: i64,
    ) -> Result<Vec<AuditView>, Refusal> {
        self.read(move |db| {
            let rows = store::audit::list(db, WORKSPACE, stream, before, limit)?;
            let views = rows.into_iter().map(|it| AuditView {
                seq: it.seq,
                at: Timestamp::from_micros(it.at),
                actor: it.actor,
                action: it.action,
                subject: it.subject,
                body: serde_json::from_str(&it.body).unwrap_or_default(),
                hash: hexadecimal(&it.hash),
            });
            Ok(Ok(views.collect()))
        })
        .await
    }

    /// Checks the hash chains of every stream of both logs, from first row to head.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn verify_logs(&self) -> Result<Vec<StreamVerdict>, Refusal> {
        self.read(|db| {
            let mut verdicts = Vec::new();
            for head in store::chain::heads(db, WORKSPACE)? {
                let log = if head.log == "audit" { Log::Audit } else { Log::Event };
                let verdict = store::chain::verify(db, WORKSPACE, log, head.stream)?;
                verdicts.push(StreamVerdict {
                    log: head.log,
                    stream: head.stream,
                    rows: verdict.rows,
                    head: hexadecimal(&head.hash),
                    fault: verdict.fault.map(|(seq, fault)| (seq, word(fault))),
                });
            }
            Ok(Ok(verdicts))
        })
        .await
    }
}

const fn word(fault: Fault) -> &'static str {
    match fault {
        Fault::Gap => "gap",
        Fault::Unlinked => "unlinked",
        Fault::Altered => "altered",
        Fault::Head => "head",
    }
}

fn hexadecimal(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
