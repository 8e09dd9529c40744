//! Capture: from a submission to an owned lead, in one transaction.
//!
//! The contract is checked before the transaction ([`prepare`]), so that the one writer of SQLite
//! is spared it. Inside, leads are matched, decided and written batch by batch; of two
//! submissions of one person in a batch the second is taken in a later wave, when it finds the
//! first one's lead.

mod answer;
mod arrivals;
pub(crate) mod attributes;
mod bonds;
mod commit;
mod contents;
mod lookup;
mod stored;

use std::collections::BTreeSet;

use intake::contract::{Accepted, Checked, Fault};
use intake::{MatchKey, Submission};
use model::Timestamp;
use model::id::{ImportId, LeadId, QuarantineId};
use policy::{FieldId, Policy};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::{StoreError, Tx};

pub use answer::{CaptureAnswer, Party, Reason};
pub(crate) use arrivals::Arrivals;
pub(crate) use stored::{SUBMISSION, StoredView, stored_view, view_at};

use crate::engine::{Engine, WORKSPACE};
use crate::live::Live;
use crate::refusal::FieldFault;
use crate::state::Desk;
use crate::writes::Writes;
use crate::{Actor, Refusal, RefusalKind, ahead};
use bonds::Bonds;
use commit::Commit;
use contents::Contents;
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
    /// Who hands it in.
    actor: Actor,
    request: CaptureRequest,
    /// The publication whose contract it was checked against.
    number: i64,
    checked: Checked,
    /// When it is looked at for instants that have not come; at its capture where absent.
    as_of: Option<Timestamp>,
    /// Of the match keys, in their order.
    hashes: Vec<(i64, i64)>,
    /// What is stored if the lead is new; nothing for a submission that is not accepted.
    contents: Contents,
}

impl Prepared {
    /// The same, refused if it tells of instants that have not come at `now`, whenever it is
    /// captured: what is said of a row before its capture holds.
    pub fn as_of(self, now: Timestamp) -> Self {
        Self { as_of: Some(now), ..self }
    }

    /// Every reason why the submission cannot be captured at `now`, if there is one.
    pub fn faults(&self, now: Timestamp) -> Option<Vec<FieldFault>> {
        let all = self.reasons(|_| true, now);
        (!all.is_empty()).then_some(all)
    }

    fn reasons(&self, of_contract: impl Fn(&Fault) -> bool, now: Timestamp) -> Vec<FieldFault> {
        let faults = match &self.checked {
            Checked::Accepted(_) => &[][..],
            Checked::Quarantined(faults) => faults,
        };
        let faults = faults.iter().filter(|it| of_contract(it));
        let mut all: Vec<FieldFault> = faults.map(fault_of).collect();
        all.extend(ahead::faults(&self.request.submission, self.as_of.unwrap_or(now)));
        all
    }

    /// What the contract of `live` says beside `cells`, which could not be read: that they are
    /// wanting is no reason of its own.
    pub(crate) fn faults_beside(
        &self,
        live: &Live,
        cells: &[FieldFault],
        now: Timestamp,
    ) -> Vec<FieldFault> {
        let is_want = |fault: &Fault, cell: &FieldFault| live.contract.is_want_of(fault, &cell.at);
        self.reasons(|fault| !cells.iter().any(|cell| is_want(fault, cell)), now)
    }

    /// The publication it was checked against.
    pub(crate) fn number(&self) -> i64 {
        self.number
    }

    /// The same, checked against the contract of `live`.
    pub(crate) fn renewed(&self, live: &Live) -> Self {
        let renewed = prepare(live, self.actor.clone(), self.request.clone());
        Self { as_of: self.as_of, ..renewed }
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
pub fn prepare(live: &Live, actor: Actor, request: CaptureRequest) -> Prepared {
    let checked = live.contract.check(&request.submission, &live.rules);
    let (hashes, contents) = match &checked {
        Checked::Accepted(accepted) => {
            let hashes = accepted.keys.iter().map(key_hash).collect();
            (hashes, Contents::of(live.setup.policy(), None, accepted, request.import))
        }
        Checked::Quarantined(_) => (Vec::new(), Contents::default()),
    };
    Prepared { actor, request, number: live.number, checked, as_of: None, hashes, contents }
}

/// Every hash by which a batch may meet leads that are there: match keys and bonds.
pub(crate) fn hashes_of(live: &Live, batch: &[Prepared]) -> Vec<(i64, i64)> {
    let policy = live.setup.policy();
    let sticky = bonds::fields(policy);
    let mut all: Vec<(i64, i64)> = Vec::new();
    for one in batch {
        all.extend(&one.hashes);
        if let Checked::Accepted(accepted) = &one.checked {
            all.extend(bonds::of(policy, &sticky, accepted).iter().map(|it| it.hash));
        }
    }
    all
}

/// Captures a batch; one result for each request, in order.
pub fn capture(
    engine: &Engine,
    tx: &mut Tx<'_>,
    live: &Live,
    batch: &[&Prepared],
    now: Timestamp,
) -> Result<Vec<Captured>, StoreError> {
    if batch.iter().any(|it| it.number != live.number) {
        let renewed: Vec<Prepared> = batch.iter().map(|it| it.renewed(live)).collect();
        return capture(engine, tx, live, &renewed.iter().collect::<Vec<_>>(), now);
    }
    let mut results: Vec<Option<Captured>> = vec![None; batch.len()];
    let mut open: Vec<usize> = (0..batch.len()).collect();
    let policy = live.setup.policy();
    let sticky = bonds::fields(policy);
    let mut desk = None;
    while !open.is_empty() {
        let (wave, later) = split_wave(policy, &sticky, batch, &open);
        if desk.is_none() && !later.is_empty() {
            // Behind the first wave the order of locks allows no more: all are taken before it.
            Lookup::lock(tx, batch.iter().copied())?;
            desk = Some(Desk::lock_all(tx, live, now)?);
        }
        let mut commit = Commit::new(engine, live, now);
        let mut ready: Vec<(usize, &Prepared, &Accepted)> = Vec::with_capacity(wave.len());
        for at in wave {
            let Some(&one) = batch.get(at) else { continue };
            match (&one.checked, one.faults(now)) {
                (Checked::Accepted(accepted), None) => ready.push((at, one, accepted)),
                (_, faults) => {
                    let faults = faults.unwrap_or_default();
                    let id = quarantine(engine, &mut commit.writes, &one.request, &faults, now);
                    if let Some(slot) = results.get_mut(at) {
                        *slot = Some(Captured::Quarantined(id, faults));
                    }
                }
            }
        }
        let accepted: Vec<&Accepted> = ready.iter().map(|(_, _, accepted)| *accepted).collect();
        let lookup = Lookup::read(engine, tx, &ready)?;
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
        for (at, answer) in commit.run(tx, &mut desk)? {
            if let Some(slot) = results.get_mut(at) {
                *slot = Some(Captured::Lead(Box::new(answer)));
            }
        }
        open = later;
    }
    if let Some(desk) = desk {
        desk.save(tx, live, now)?;
    }
    let results: Option<Vec<Captured>> = results.into_iter().collect();
    // A submission without a result is a fault of this program, and must not get another's.
    results.ok_or(StoreError::Panicked)
}

/// The requests that can be taken together: none shares a match key or a bond with an earlier one.
fn split_wave(
    policy: &Policy,
    sticky: &BTreeSet<FieldId>,
    batch: &[&Prepared],
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

fn fault_of(fault: &Fault) -> FieldFault {
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
