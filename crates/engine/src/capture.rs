//! Capture: from a submission to an owned lead, in one transaction.
//!
//! The contract is checked before the transaction ([`prepare`]), so that the one writer of SQLite
//! is spared it. Inside, leads are matched, decided and written batch by batch; of two
//! submissions of one person in a batch the second is taken in a later wave, when it finds the
//! first one's lead.

mod answer;
pub(crate) mod attributes;
mod bonds;
mod commit;
mod lookup;
mod stored;

use std::collections::BTreeSet;

use intake::contract::{Accepted, Checked};
use intake::{MatchKey, Submission};
use model::Timestamp;
use model::id::{ImportId, LeadId, QuarantineId};
use policy::{FieldId, Policy};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{StoreError, Tx};

pub use answer::{CaptureAnswer, Party, Reason};
pub(crate) use stored::{StoredView, stored_view, view_at};

use crate::engine::{Answer, Engine, WORKSPACE};
use crate::live::Live;
use crate::refusal::FieldFault;
use crate::writes::Writes;
use crate::{Actor, Refusal, RefusalKind};
use bonds::Bonds;
use commit::Commit;
use lookup::Lookup;

/// A submission with the way it came in.
#[derive(Clone, Debug)]
pub struct CaptureRequest {
    /// What arrived.
    pub submission: Submission,
    /// The way in: `api`, `form`, `import`, ...
    pub channel: String,
    /// The import and row it came from.
    pub import: Option<ImportRow>,
    /// The submission as it arrived, kept if it is quarantined; its JSON form where empty.
    pub raw: String,
}

/// The row of an import that a submission came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ImportRow {
    /// The import.
    pub import: ImportId,
    /// Counted from 1 without the header.
    pub row: u64,
    /// A hash of the row's content. A row that was taken before under the same external id, and
    /// says the same, changes nothing.
    pub digest: u64,
    /// Whether it tells of the past: its lead is given to somebody like any other, but without
    /// deadlines, timers and messages, so that a list of last year wakes nobody.
    pub is_history: bool,
}

impl CaptureRequest {
    /// What is kept of it: as it arrived, or its JSON form.
    fn raw(&self) -> String {
        match self.raw.is_empty() {
            true => self.submission.to_json().to_string(),
            false => self.raw.clone(),
        }
    }
}

/// A lead captured longer before its import than this is history.
const HISTORY_AFTER_MICROS: i64 = 24 * 3_600 * 1_000_000;

impl ImportRow {
    /// Whether a lead that an import brings at `now` is history, by its age.
    pub fn is_past(captured_at: Option<Timestamp>, now: Timestamp) -> bool {
        captured_at.is_some_and(|it| HISTORY_AFTER_MICROS < now.micros_since(it))
    }
}

/// A request whose submission is checked.
#[derive(Clone, Debug)]
pub struct Prepared {
    request: CaptureRequest,
    /// The publication whose contract it was checked against.
    number: i64,
    checked: Checked,
    /// Of the match keys, in their order.
    hashes: Vec<(i64, i64)>,
}

impl Prepared {
    /// What is wrong with the submission, if it does not meet the contract.
    pub fn faults(&self) -> Option<Vec<FieldFault>> {
        match &self.checked {
            Checked::Accepted(_) => None,
            Checked::Quarantined(faults) => Some(faults.iter().map(fault_of).collect()),
        }
    }
}

/// What became of a request.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Captured {
    /// The lead is there, owned or on its way out of sales.
    Lead(Box<CaptureAnswer>),
    /// The row of an import was taken before; nothing was written.
    Unchanged(LeadId),
    /// The submission is kept with what is wrong with it.
    Quarantined(QuarantineId, Vec<FieldFault>),
}

/// Checks a submission against the live contract.
pub fn prepare(live: &Live, request: CaptureRequest) -> Prepared {
    let checked = live.contract.check(&request.submission, &live.rules);
    let hashes = hashes(&checked);
    Prepared { request, number: live.number, checked, hashes }
}

/// The match keys of a submission as they are stored.
fn hashes(checked: &Checked) -> Vec<(i64, i64)> {
    match checked {
        Checked::Accepted(accepted) => accepted.keys.iter().map(key_hash).collect(),
        Checked::Quarantined(_) => Vec::new(),
    }
}

/// Captures a batch; one result for each request, in order.
pub fn capture(
    engine: &Engine,
    tx: &mut Tx<'_>,
    live: &Live,
    actor: &Actor,
    batch: &[Prepared],
    now: Timestamp,
) -> Result<Vec<Captured>, StoreError> {
    let renewed: Vec<Prepared>;
    let batch = match batch.iter().all(|it| it.number == live.number) {
        true => batch,
        false => {
            renewed = batch.iter().map(|it| prepare(live, it.request.clone())).collect();
            &renewed
        }
    };
    let mut results: Vec<Option<Captured>> = vec![None; batch.len()];
    let mut open: Vec<usize> = (0..batch.len()).collect();
    let policy = live.setup.policy();
    let sticky = bonds::fields(policy);
    while !open.is_empty() {
        let (wave, later) = split_wave(policy, &sticky, batch, &open);
        let mut commit = Commit::new(engine, live, actor, now);
        let mut ready: Vec<(usize, &Prepared, &Accepted)> = Vec::with_capacity(wave.len());
        for at in wave {
            let Some(one) = batch.get(at) else { continue };
            match &one.checked {
                Checked::Accepted(accepted) => ready.push((at, one, accepted)),
                Checked::Quarantined(faults) => {
                    let faults: Vec<_> = faults.iter().map(fault_of).collect();
                    let id = quarantine(engine, &mut commit.writes, &one.request, &faults, now);
                    if let Some(slot) = results.get_mut(at) {
                        *slot = Some(Captured::Quarantined(id, faults));
                    }
                }
            }
        }
        let accepted: Vec<&Accepted> = ready.iter().map(|(_, _, accepted)| *accepted).collect();
        let hashes = ready.iter().flat_map(|(_, one, _)| &one.hashes).copied().collect();
        let lookup = Lookup::read(tx, hashes)?;
        let bonds = Bonds::read(tx, policy, &sticky, &accepted)?;
        for (at, one, accepted) in ready {
            match lookup.taken_before(accepted, &one.hashes, one.request.import) {
                None => {
                    let bound = bonds::of(policy, &sticky, accepted);
                    let previous = bonds.previous(&bound);
                    let known = lookup.find(accepted, &one.hashes);
                    commit.add(at, one, accepted, known, previous);
                    commit.bind(at, &bound);
                }
                Some(lead) => {
                    if let Some(slot) = results.get_mut(at) {
                        *slot = Some(Captured::Unchanged(lead));
                    }
                }
            }
        }
        for (at, answer) in commit.run(tx)? {
            if let Some(slot) = results.get_mut(at) {
                *slot = Some(Captured::Lead(Box::new(answer)));
            }
        }
        open = later;
    }
    Ok(results.into_iter().flatten().collect())
}

/// The requests that can be taken together: none shares a match key or a bond with an earlier one.
fn split_wave(
    policy: &Policy,
    sticky: &BTreeSet<FieldId>,
    batch: &[Prepared],
    open: &[usize],
) -> (Vec<usize>, Vec<usize>) {
    let mut seen: BTreeSet<(i64, i64)> = BTreeSet::new();
    open.iter().partition(|at| {
        let Some(one) = batch.get(**at) else { return true };
        let mut hashes = one.hashes.clone();
        if let Checked::Accepted(accepted) = &one.checked {
            hashes.extend(bonds::of(policy, sticky, accepted).iter().map(|it| it.hash));
        }
        let fresh = hashes.iter().all(|it| !seen.contains(it));
        seen.extend(hashes);
        fresh
    })
}

/// Kind and hash as stored: the first 64 bits; the value itself is compared on a match.
pub(crate) fn key_hash(key: &MatchKey) -> (i64, i64) {
    let kind = match key.kind() {
        intake::MatchKeyKind::Email => 1,
        intake::MatchKeyKind::Phone => 2,
        intake::MatchKeyKind::ExternalId => 3,
    };
    (kind, ((key.hash() >> 64) as u64) as i64)
}

fn fault_of(fault: &intake::contract::Fault) -> FieldFault {
    FieldFault {
        at: fault.field().map_or_else(|| "fields".to_owned(), |it| format!("fields.{it}")),
        code: fault.code().to_owned(),
        message: fault.to_string(),
    }
}

fn quarantine(
    engine: &Engine,
    writes: &mut Writes,
    request: &CaptureRequest,
    faults: &[FieldFault],
    now: Timestamp,
) -> QuarantineId {
    let id: QuarantineId = engine.next_id(now);
    let reasons: Vec<_> = faults
        .iter()
        .map(|it| json!({ "at": it.at, "code": it.code, "message": it.message }))
        .collect();
    writes.quarantined.push(store::quarantine::Quarantine {
        workspace_id: WORKSPACE,
        id: id.raw(),
        received_at: now.as_micros(),
        channel: request.channel.clone(),
        import_id: request.import.map(|it| it.import.raw()),
        row_no: request.import.and_then(|it| i64::try_from(it.row).ok()),
        body: request.raw(),
        reasons: json!(reasons).to_string(),
        state: "open".to_owned(),
        lead_id: None,
    });
    id
}

impl Engine {
    /// Captures one submission.
    ///
    /// # Errors
    /// `I0302` with every fault where the contract is not met: the submission is kept in
    /// quarantine. `A0502` where no policy is live. Failures of the store.
    pub async fn capture(
        &self,
        actor: Actor,
        request: CaptureRequest,
    ) -> Result<CaptureAnswer, Refusal> {
        let captured = self.capture_many(actor, vec![request]).await?;
        answer(captured.into_iter().next())
    }

    /// Captures several submissions in one transaction; one result for each, in order.
    ///
    /// # Errors
    /// `A0502` where no policy is live. Failures of the store.
    pub async fn capture_many(
        &self,
        actor: Actor,
        requests: Vec<CaptureRequest>,
    ) -> Result<Vec<Captured>, Refusal> {
        let engine = self.clone();
        let prepared = self.prepare_ahead(requests).await?;
        self.write_once(move |tx, now| {
            let live = match engine.live(tx, now)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            Ok(Ok(capture(&engine, tx, &live, &actor, &prepared, now)?))
        })
        .await
    }

    /// Checks the contract outside the transaction, with what was live last: where another policy
    /// is live by the time of the commit, [`capture`] checks again.
    async fn prepare_ahead(&self, requests: Vec<CaptureRequest>) -> Result<Vec<Prepared>, Refusal> {
        let live = match self.last_live() {
            Some(live) => live,
            None => {
                let engine = self.clone();
                self.read(move |db| -> Answer<_> {
                    let now = db.now()?;
                    engine.live(db, now)
                })
                .await?
            }
        };
        Ok(requests.into_iter().map(|it| prepare(&live, it)).collect())
    }
}

/// One captured request as an answer or a refusal.
pub fn answer(captured: Option<Captured>) -> Result<CaptureAnswer, Refusal> {
    match captured {
        Some(Captured::Lead(answer)) => Ok(*answer),
        Some(Captured::Quarantined(id, faults)) => {
            let message = format!("the submission does not meet the data contract; kept as {id}");
            Err(Refusal::new(RefusalKind::Invalid, "I0302", message)
                .with_fields(faults)
                .with_state(json!({ "quarantine": id })))
        }
        Some(Captured::Unchanged(_)) | None => {
            Err(Refusal::new(RefusalKind::Internal, "A0500", "the capture gave no result"))
        }
    }
}
