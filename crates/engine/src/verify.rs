//! Verification: what is stored keeps its promises.
//!
//! Two kinds of questions: hash chains from the first row to the head, and counts that must be 0.
//! Lateness is measured against the last event, not against the clock: the file of a server that
//! was stopped in good order stays sound, however long it lies. Whether timers and messages wait
//! for a server that should be running is a question for `baton doctor`.

use model::id::{LeadId, OutboxId, TimerId};
use model::{Seconds, Timestamp};
use store::auditor::{self, Finding};
use store::chain::{self, Fault, Log};
use store::{Snapshot, StoreError};

use crate::engine::{Engine, WORKSPACE};
use crate::explain::Replayer;
use crate::{Refusal, policies};

/// One question and its answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// Stable name, e.g. `audit chain 1` or `leads without owner`.
    pub name: String,
    /// Rows that were walked; `None` where the database only counts what is wrong.
    pub rows: Option<i64>,
    /// Rows that break the promise; 0 where all is well. Of a chain the first one counts.
    pub bad: i64,
    /// The first bad row and what is wrong with it.
    pub first: Option<String>,
}

/// How long a timer may be due before it counts as overdue.
pub const OVERDUE_AFTER: Seconds = Seconds::from_minutes(2);

/// How long a message may wait before it counts as unsent.
pub const UNSENT_AFTER: Seconds = Seconds::from_minutes(10);

/// Asks every question, and makes up to `replays` stored decisions again.
///
/// # Errors
/// Failures of the store. A row that breaks a promise is an answer, not an error.
pub fn verify(db: &mut Snapshot<'_>, replays: u32) -> Result<Vec<Check>, StoreError> {
    let mut checks = Vec::new();
    for log in [Log::Event, Log::Audit] {
        for stream in chain::streams(db, WORKSPACE, log)? {
            checks.push(chain_check(db, log, stream)?);
        }
    }
    checks.extend(counts(db)?);
    checks.push(live_policy(db)?);
    if replays != 0 {
        checks.push(decisions(db, i64::from(replays))?);
    }
    Ok(checks)
}

/// Timers and messages that are late at `at`: a matter of what runs, not of what is stored, so
/// [`verify`] does not ask it.
///
/// # Errors
/// Failures of the store.
pub fn lateness(db: &mut Snapshot<'_>, at: Timestamp) -> Result<[Check; 2], StoreError> {
    let due = at.minus(OVERDUE_AFTER).as_micros();
    let created = at.minus(UNSENT_AFTER).as_micros();
    let overdue = auditor::overdue_timers(db, WORKSPACE, due)?;
    let unsent = auditor::unsent_messages(db, WORKSPACE, created)?;
    Ok([
        count("timers overdue", overdue, |id| TimerId::from_raw(id).to_string()),
        count("messages unsent", unsent, |id| OutboxId::from_raw(id).to_string()),
    ])
}

/// The promises that counts can check.
pub(crate) fn counts(db: &mut Snapshot<'_>) -> Result<Vec<Check>, StoreError> {
    let lead = |id| LeadId::from_raw(id).to_string();
    let (bad, first) = auditor::wrong_loads(db, WORKSPACE)?;
    let loads = Check {
        name: "loads that do not add up".to_owned(),
        rows: None,
        bad,
        first: first.map(|rep| format!("rep {rep}")),
    };
    Ok(vec![
        count("leads lost", auditor::unknown_leads(db, WORKSPACE)?, lead),
        count("leads with two owners", auditor::many_owners(db, WORKSPACE)?, lead),
        count("leads without owner or queue", auditor::unkept_leads(db, WORKSPACE)?, lead),
        count("handoffs without a timer", auditor::untimed_leads(db, WORKSPACE)?, lead),
        loads,
        count("gaps in pool logs", auditor::pool_gaps(db, WORKSPACE)?, lead),
    ])
}

/// Logs that end elsewhere than their heads say.
pub(crate) fn heads(db: &mut Snapshot<'_>) -> Result<[Check; 2], StoreError> {
    let stream = |log: &'static str| move |it: i64| format!("{log} chain {it}");
    let events = auditor::loose_event_heads(db, WORKSPACE)?;
    let audits = auditor::loose_audit_heads(db, WORKSPACE)?;
    Ok([
        count("event chains that end elsewhere", events, stream("event")),
        count("audit chains that end elsewhere", audits, stream("audit")),
    ])
}

fn count(name: &str, found: Finding, show: impl Fn(i64) -> String) -> Check {
    let first = found.first.filter(|_| found.count != 0).map(show);
    Check { name: name.to_owned(), rows: None, bad: found.count, first }
}

fn chain_check(db: &mut Snapshot<'_>, log: Log, stream: i64) -> Result<Check, StoreError> {
    let verdict = chain::verify(db, WORKSPACE, log, stream)?;
    let name = format!("{} chain {stream}", log.name());
    let first = verdict.fault.map(|(seq, fault)| format!("row {seq}: {}", explained(fault)));
    Ok(Check { name, rows: Some(verdict.rows), bad: i64::from(first.is_some()), first })
}

const fn explained(fault: Fault) -> &'static str {
    match fault {
        Fault::Gap => "is not where it belongs; rows were removed or moved",
        Fault::Unlinked => "does not name the row before it",
        Fault::Altered => "does not fit its hash; it was changed",
        Fault::Head => "is where the chain and its head part; rows were cut off or added",
    }
}

/// The live policy is the text that its hash names.
fn live_policy(db: &mut Snapshot<'_>) -> Result<Check, StoreError> {
    let mut check = Check { name: "live policy".to_owned(), rows: None, bad: 0, first: None };
    let Some(live) = store::policy::live(db, WORKSPACE, 1)?.into_iter().next() else {
        return Ok(check);
    };
    let stored = store::policy::get(db, WORKSPACE, &live.hash)?;
    let problem = match stored {
        None => Some("is not there".to_owned()),
        Some(stored) => match crate::live::sources(&stored.files) {
            Err(refusal) => Some(refusal.message),
            Ok(sources) => match policy::compile(&sources).0 {
                None => Some("does not compile".to_owned()),
                Some(compiled) if policies::hash_text(compiled.hash) != live.hash => {
                    Some("is another text than its hash names".to_owned())
                }
                Some(_) => None,
            },
        },
    };
    check.bad = i64::from(problem.is_some());
    check.first = problem.map(|it| format!("policy {}: {it}", live.hash));
    Ok(check)
}

/// Decisions that come out differently when they are made again from what was kept.
fn decisions(db: &mut Snapshot<'_>, count: i64) -> Result<Check, StoreError> {
    let sample = store::decision::sample(db, WORKSPACE, count)?;
    let rows = i64::try_from(sample.len()).unwrap_or(i64::MAX);
    let name = "decisions made again".to_owned();
    let mut check = Check { name, rows: Some(rows), bad: 0, first: None };
    let mut replayer = Replayer::default();
    for row in sample {
        if let Err(refusal) = replayer.replayed(db, &row)? {
            check.bad += 1;
            check.first.get_or_insert(refusal.message);
        }
    }
    Ok(check)
}

impl Engine {
    /// Asks every question of [`verify`] on one snapshot, for callers without an async runtime.
    ///
    /// # Errors
    /// Failures of the store.
    pub fn verify_blocking(&self, replays: u32) -> Result<Vec<Check>, Refusal> {
        self.read_blocking(move |db| Ok(Ok(verify(db, replays)?)))
    }
}
