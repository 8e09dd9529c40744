//! The row that says how far an import is.

use model::Timestamp;
use model::id::ImportId;
use serde_json::{Value, json};
use store::import::ImportRun;
use store::{StoreError, Tx};

use super::fingerprint::Fingerprint;
use super::summary::Summary;
use crate::engine::{Answer, WORKSPACE};
use crate::{Engine, Refusal, RefusalKind};

/// What makes two imports the same.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    pub(super) kind: &'static str,
    pub(super) name: String,
    pub(super) file: Fingerprint,
    /// Hash of the mapping; empty where columns are taken by name.
    pub(super) mapping: String,
}

/// Where an import starts.
#[derive(Clone, Debug)]
pub(super) enum Start {
    /// At a row, in this run.
    At(ImportRun),
    /// Nowhere: this run has done it.
    Done(ImportRun),
}

/// How many earlier runs over one file are looked at.
const RUNS_MAX: i64 = 64;

/// Finds the run to go on with, or makes one.
pub(super) fn start(engine: &Engine, subject: &Subject) -> Result<Start, Refusal> {
    let (inner, subject) = (engine.clone(), subject.clone());
    engine.write_blocking(move |tx, now| {
        let live = match inner.live(tx, now)? {
            Ok(live) => live,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let body =
            json!({ "v": 1, "mapping": subject.mapping, "policy": live.policy_hash }).to_string();
        let runs =
            store::import::of_file(tx, WORKSPACE, subject.kind, &subject.file.hash, RUNS_MAX)?;
        let same = || runs.iter().filter(|it| mapping_of(it) == subject.mapping);
        // A run that need not be made again leaves quarantine as it is: of a file that was read
        // under several policies, it holds what the newest reading refused.
        if let Some(run) = same().find(|it| it.state == "running") {
            return Ok(Ok(Start::At(run.clone())));
        }
        if let Some(run) = same().find(|it| it.state == "done" && it.mapping == body) {
            return Ok(Ok(Start::Done(run.clone())));
        }
        // Read again under another policy: what is still refused is kept anew.
        for run in same() {
            store::quarantine::discard_of_import(tx, WORKSPACE, run.id)?;
        }
        let id: ImportId = inner.next_id(now);
        let run = ImportRun {
            workspace_id: WORKSPACE,
            id: id.raw(),
            kind: subject.kind.to_owned(),
            file_name: subject.name.clone(),
            file_hash: subject.file.hash.clone(),
            mapping: body.clone(),
            state: "running".to_owned(),
            cursor: 0,
            accepted: 0,
            attached: 0,
            rejected: 0,
            started_at: now.as_micros(),
            finished_at: None,
        };
        store::import::insert(tx, std::slice::from_ref(&run))?;
        Ok(Ok(Start::At(run)))
    })
}

/// Finds or makes the run, at its first row. What it put in counts on, because a known row changes
/// nothing; what it rejected is counted anew.
pub(super) fn restart(engine: &Engine, subject: &Subject) -> Result<ImportRun, Refusal> {
    let (Start::At(run) | Start::Done(run)) = start(engine, subject)?;
    let run =
        ImportRun { state: "running".to_owned(), cursor: 0, rejected: 0, finished_at: None, ..run };
    let row = run.clone();
    engine.write_blocking(move |tx, _| {
        store::import::restart(tx, &row)?;
        Ok(Ok(()))
    })?;
    Ok(run)
}

/// Locks a run that was at `cursor`; refused where another process has gone on with it.
pub(super) fn hold(tx: &mut Tx<'_>, run: &ImportRun, cursor: i64) -> Answer<()> {
    let stored = store::import::lock(tx, WORKSPACE, run.id)?;
    Ok(match stored.is_some_and(|it| it.cursor == cursor) {
        true => Ok(()),
        false => {
            let message = "another process imports this file too; wait until it is done, or end it \
                           and start this import again";
            Err(Refusal::new(RefusalKind::Conflict, "I0609", message))
        }
    })
}

/// Writes how far a run is.
pub(super) fn advance(tx: &mut Tx<'_>, run: &ImportRun) -> Result<(), StoreError> {
    match store::import::advance(tx, run)? {
        true => Ok(()),
        false => Err(StoreError::Missing {
            statement: "the import at the row reached: another process goes on with it".to_owned(),
        }),
    }
}

/// Marks a run as done.
pub(super) fn finish(engine: &Engine, run: &ImportRun) -> Result<(), Refusal> {
    let run = run.clone();
    engine.write_blocking(move |tx, now: Timestamp| {
        let finished_at = Some(now.as_micros());
        let done = ImportRun { state: "done".to_owned(), finished_at, ..run.clone() };
        store::import::advance(tx, &done)?;
        Ok(Ok(()))
    })
}

/// The summary of a file that an earlier run has done.
pub(super) fn done_before(run: &ImportRun) -> Summary {
    let count = |it: i64| u64::try_from(it).unwrap_or(0);
    Summary {
        import: Some(ImportId::from_raw(run.id)),
        rows: count(run.cursor),
        unchanged: count(run.cursor - run.rejected),
        rejected: count(run.rejected),
        done_before: true,
        ..Summary::default()
    }
}

fn mapping_of(run: &ImportRun) -> String {
    let body: Value = serde_json::from_str(&run.mapping).unwrap_or_default();
    body.get("mapping").and_then(Value::as_str).unwrap_or_default().to_owned()
}
