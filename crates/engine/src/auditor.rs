//! The auditor: asks the database each minute what must be nothing, and raises an alarm.
//!
//! It asks what [`crate::verify`] asks, lateness included, and of the logs only whether they end
//! where their heads say: the walk over whole logs is for `baton verify`. What it finds are gauges.
//! A beat is given only when everything is well: an alarm outside that waits for the beat rings
//! when the process is gone, hangs, or finds a fault.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use model::Timestamp;
use serde_json::json;
use store::chain::NewEvent;

use crate::chore::Tell;
use crate::engine::{Engine, WORKSPACE};
use crate::verify::{Check, counts, heads, lateness};
use crate::{Actor, Refusal};

/// How often the auditor looks.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// It rests so many times as long as a look takes: on a very large database it looks less often.
const REST: u32 = 20;

/// How long it rests before the first look: what was overdue while no server ran is no news.
const FIRST_REST: Duration = Duration::from_secs(10);

/// What the auditor of this node found last.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Findings {
    /// When it looked; absent before the first time.
    pub looked_at: Option<Timestamp>,
    /// When it last found nothing.
    pub beat_at: Option<Timestamp>,
    /// The questions with their answers; each `bad` must be 0.
    pub checks: Vec<Check>,
}

/// What was found last, for who shows it.
#[derive(Debug, Default)]
pub(crate) struct Board(Mutex<Findings>);

/// Looks again and again.
#[derive(Debug)]
pub struct Auditor {
    engine: Engine,
    rested: bool,
    /// Names of the checks that failed the last time.
    alarmed: Vec<String>,
}

impl Auditor {
    /// An auditor of `engine`'s database.
    pub fn new(engine: Engine) -> Self {
        Self { engine, rested: false, alarmed: Vec::new() }
    }

    /// Looks once; how long to rest.
    pub(crate) fn turn(&mut self, tell: &Tell) -> Result<Duration, Refusal> {
        if !std::mem::replace(&mut self.rested, true) {
            return Ok(FIRST_REST);
        }
        let start = Instant::now();
        let before = self.alarmed.clone();
        let looked = self.look();
        if self.alarmed != before {
            for check in self.engine.findings().checks.iter().filter(|it| it.bad != 0) {
                let first = check.first.as_deref().unwrap_or("unknown");
                tell(&format!("audit: {} {}, the first is {first}", check.bad, check.name));
            }
        }
        looked?;
        Ok(LOOK_EVERY.max(start.elapsed().saturating_mul(REST)))
    }

    /// Asks every question. Writes an event when other checks fail than the last time.
    ///
    /// # Errors
    /// Failures of the store. What was found stands in [`Engine::findings`] even where it cannot be
    /// written down, e.g. because it is the log that is broken.
    pub fn look(&mut self) -> Result<Findings, Refusal> {
        let (checks, now) = self.engine.read_blocking(|db| {
            let now = db.now()?;
            let mut checks = counts(db)?;
            checks.extend(heads(db)?);
            checks.extend(lateness(db, now)?);
            Ok(Ok((checks, now)))
        })?;
        let bad: Vec<&Check> = checks.iter().filter(|it| it.bad != 0).collect();
        let alarmed: Vec<String> = bad.iter().map(|it| it.name.clone()).collect();
        let found: Vec<_> = bad
            .iter()
            .map(|it| json!({ "check": it.name, "bad": it.bad, "first": it.first }))
            .collect();
        let kind = if bad.is_empty() { "auditor.clear" } else { "auditor.alarm" };
        let findings = {
            let mut board = self.engine.inner.board.lock();
            let beat_at = if bad.is_empty() { Some(now) } else { board.beat_at };
            *board = Findings { looked_at: Some(now), beat_at, checks };
            board.clone()
        };
        if std::mem::replace(&mut self.alarmed, alarmed) != self.alarmed {
            note(&self.engine, kind, json!({ "v": 1, "found": found }).to_string())?;
        }
        Ok(findings)
    }
}

/// Writes down something that happened to the system, in the log of what happens to leads: one may
/// have caused the other.
pub(crate) fn note(engine: &Engine, kind: &'static str, body: String) -> Result<(), Refusal> {
    let stream = engine.stream();
    engine.write_blocking(move |tx, now| {
        let event = NewEvent {
            at: now.as_micros(),
            kind: kind.to_owned(),
            lead_id: None,
            handoff_id: None,
            actor: Actor::System.to_string(),
            body: body.clone(),
        };
        store::chain::append_events(tx, WORKSPACE, stream, &[event])?;
        Ok(Ok(()))
    })
}

impl Board {
    fn lock(&self) -> std::sync::MutexGuard<'_, Findings> {
        // The gauges are replaced as a whole, so a panic elsewhere does not spoil them.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Engine {
    /// What the auditor of this node found last.
    pub fn findings(&self) -> Findings {
        self.inner.board.lock().clone()
    }
}
