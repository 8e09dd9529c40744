//! Quarantine: submissions that missed their data contract, mended and captured, or discarded.

use intake::Submission;
use intake::submission::ShapeFault;
use model::Timestamp;
use model::id::{ImportId, LeadId, QuarantineId};
use serde_json::{Map, Value, json};
use store::Tx;
use store::quarantine::{Quarantine, QuarantineEnd};

use crate::capture::{CaptureAnswer, CaptureRequest, Captured, ImportRow, capture, prepare};
use crate::engine::{Answer, Engine, WORKSPACE};
use crate::refusal::FieldFault;
use crate::{Actor, Refusal, RefusalKind, audit};

/// A submission in quarantine.
#[derive(Clone, Debug, PartialEq)]
pub struct QuarantineView {
    /// The submission.
    pub id: QuarantineId,
    /// When it arrived.
    pub received_at: Timestamp,
    /// The way in.
    pub channel: String,
    /// The import it came with.
    pub import: Option<ImportId>,
    /// Its row in the import.
    pub row: Option<i64>,
    /// What arrived.
    pub submission: Value,
    /// What was wrong when it arrived.
    pub faults: Vec<FieldFault>,
    /// `open`, `replayed` or `discarded`.
    pub state: String,
    /// The lead it became.
    pub lead: Option<LeadId>,
}

impl Engine {
    /// One page of open submissions before `before` (all where absent), newest first.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn quarantined(
        &self,
        before: Option<QuarantineId>,
        limit: i64,
    ) -> Result<Vec<QuarantineView>, Refusal> {
        let before = before.map_or(i64::MAX, QuarantineId::raw);
        self.read(move |db| {
            let rows = store::quarantine::list_open(db, WORKSPACE, before, limit)?;
            Ok(Ok(rows.iter().map(view).collect()))
        })
        .await
    }

    /// One submission, ended or not.
    ///
    /// # Errors
    /// `A0404` for an unknown one. Failures of the store.
    pub async fn quarantined_one(&self, id: QuarantineId) -> Result<QuarantineView, Refusal> {
        self.read(move |db| {
            let row = store::quarantine::get(db, WORKSPACE, id.raw())?;
            Ok(row.map(|it| view(&it)).ok_or_else(|| Refusal::not_found("submission", id)))
        })
        .await
    }

    /// Captures a submission with `mended` put over its fields (`null` removes one). What still
    /// misses the contract stays in quarantine as it is.
    ///
    /// # Errors
    /// `A0404` for an unknown one, `A0608` for one that has ended, `I0302` with what is still
    /// wrong. Failures of the store.
    pub async fn replay_quarantined(
        &self,
        actor: Actor,
        id: QuarantineId,
        mended: Map<String, Value>,
    ) -> Result<CaptureAnswer, Refusal> {
        let engine = self.clone();
        self.write_once(move |tx, now| {
            let row = match open(tx, id)? {
                Ok(row) => row,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let request = match mend(&row, &mended, now) {
                Ok(request) => request,
                Err(faults) => return Ok(Err(unreadable(&faults))),
            };
            let live = match engine.live(tx, now)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let prepared = prepare(&live, actor.clone(), request);
            if let Some(faults) = prepared.faults(now) {
                let message = "the submission still does not meet the data contract";
                let refusal = Refusal::new(RefusalKind::Invalid, "I0302", message);
                return Ok(Err(refusal.with_fields(faults)));
            }
            let captured = capture(&engine, tx, &live, &[&prepared], now)?.into_iter().next();
            let Some(Captured::Lead(answer)) = captured else {
                let message = "the capture gave no lead";
                return Ok(Err(Refusal::new(RefusalKind::Internal, "A0500", message)));
            };
            let end = QuarantineEnd::Replayed { lead_id: answer.lead.raw() };
            store::quarantine::end(tx, WORKSPACE, id.raw(), end)?;
            let names: Vec<&String> = mended.keys().collect();
            let body = json!({ "v": 1, "lead": answer.lead, "mended": names });
            audit::note(tx, &engine, now, &actor, "quarantine.replay", &id.to_string(), &body)?;
            Ok(Ok(*answer))
        })
        .await
    }

    /// Ends a submission without a lead.
    ///
    /// # Errors
    /// `A0404` for an unknown one, `A0608` for one that has ended. Failures of the store.
    pub async fn discard_quarantined(&self, actor: Actor, id: QuarantineId) -> Result<(), Refusal> {
        let engine = self.clone();
        self.write_once(move |tx, now| {
            if let Err(refusal) = open(tx, id)? {
                return Ok(Err(refusal));
            }
            store::quarantine::end(tx, WORKSPACE, id.raw(), QuarantineEnd::Discarded)?;
            let body = json!({ "v": 1 });
            audit::note(tx, &engine, now, &actor, "quarantine.discard", &id.to_string(), &body)?;
            Ok(Ok(()))
        })
        .await
    }
}

fn open(tx: &mut Tx<'_>, id: QuarantineId) -> Answer<Quarantine> {
    let row = store::quarantine::get(tx, WORKSPACE, id.raw())?;
    Ok(match row {
        None => Err(Refusal::not_found("submission", id)),
        Some(row) if row.state != "open" => {
            let state = json!({ "state": row.state, "lead": row.lead_id.map(LeadId::from_raw) });
            let message = format!("the submission has been {} already", row.state);
            Err(Refusal::new(RefusalKind::Conflict, "A0608", message).with_state(state))
        }
        Some(row) => Ok(row),
    })
}

/// The submission with `mended` over its fields, whatever the letter case of their names.
fn mend(
    row: &Quarantine,
    mended: &Map<String, Value>,
    now: Timestamp,
) -> Result<CaptureRequest, Vec<ShapeFault>> {
    let mut body: Value = serde_json::from_str(&row.body).unwrap_or_default();
    if let Some(body) = body.as_object_mut() {
        let fields = body.entry("fields").or_insert_with(|| json!({}));
        if let Some(fields) = fields.as_object_mut() {
            for (name, value) in mended {
                fields.retain(|it, _| !it.eq_ignore_ascii_case(name));
                if !value.is_null() {
                    fields.insert(name.clone(), value.clone());
                }
            }
        }
    }
    let raw = body.to_string();
    let submission = Submission::from_json(body)?;
    let import = row.import_id.map(ImportId::from_raw);
    let import = import.zip(row.row_no.and_then(|it| u64::try_from(it).ok()));
    let is_history = ImportRow::is_past(submission.captured_at, now);
    let digest = row.id as u64;
    Ok(CaptureRequest {
        submission,
        channel: row.channel.clone(),
        // Mended, the row says something that its file does not: no row of a file is like it.
        import: import.map(|(import, row)| ImportRow { import, row, digest, is_history }),
        raw,
    })
}

fn unreadable(faults: &[ShapeFault]) -> Refusal {
    let fields = faults.iter().map(|it| FieldFault {
        at: it.at.clone(),
        code: ShapeFault::CODE.to_owned(),
        message: format!("must be {}", it.expected),
    });
    let message = "the submission does not have the shape of a lead";
    Refusal::new(RefusalKind::Invalid, ShapeFault::CODE, message).with_fields(fields.collect())
}

fn view(row: &Quarantine) -> QuarantineView {
    QuarantineView {
        id: QuarantineId::from_raw(row.id),
        received_at: Timestamp::from_micros(row.received_at),
        channel: row.channel.clone(),
        import: row.import_id.map(ImportId::from_raw),
        row: row.row_no,
        submission: serde_json::from_str(&row.body).unwrap_or_else(|_| json!(row.body)),
        faults: serde_json::from_str(&row.reasons).unwrap_or_default(),
        state: row.state.clone(),
        lead: row.lead_id.map(LeadId::from_raw),
    }
}
