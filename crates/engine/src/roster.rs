//! The roster: whole documents, each version kept, because decisions name the one they were made
//! under.
//!
//! A new version is made from the one before it. Whoever makes one calls `lock` before the first
//! look at the roster: in the lock order of ADR 7 that is the place of the roster, behind
//! idempotency keys and ahead of everything else.

use std::collections::BTreeMap;

use model::{RepState, Roster, Timestamp};
use policy::{Diagnostic, Policy, Severity, Sources};
use serde::Serialize;
use serde_json::json;
use sha2::{Digest, Sha256};
use store::chain::NewAudit;
use store::rep::RepLoad;
use store::{Snapshot, StoreError};

use crate::engine::{Answer, Engine, WORKSPACE};
use crate::period::Periods;
use crate::policies::fault;
use crate::refusal::FieldFault;
use crate::roster_text::document;
use crate::state::to_row;
use crate::{Actor, Refusal, RefusalKind};

/// A roster that was stored.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct StoredRoster {
    /// Its version; grows with each.
    pub version: i64,
    /// Reps in it.
    pub reps: usize,
    /// Teams in it.
    pub teams: usize,
    /// Whether it was the live one already and nothing changed.
    pub unchanged: bool,
    /// Warnings it was stored with.
    pub warnings: Vec<FieldFault>,
    /// Open handoffs of reps who are not in it any more: a server routes them again.
    pub left: BTreeMap<String, i64>,
}

/// The live roster as it was stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RosterText {
    /// Its version.
    pub version: i64,
    /// The document, YAML or JSON.
    pub text: String,
    /// When it was stored.
    pub stored_at: Timestamp,
}

/// How many publications are looked at for the one in force.
const PUBLICATIONS_MAX: i64 = 64;

/// Which roster a new one may take the place of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    /// Whichever is live.
    Any,
    /// Only this version; `None` where there is none yet.
    Version(Option<i64>),
}

impl Engine {
    /// The live roster.
    ///
    /// # Errors
    /// `A0404` where there is none yet. Failures of the store.
    pub async fn roster(&self) -> Result<RosterText, Refusal> {
        self.read(|db| {
            let stored = store::roster::latest(db, WORKSPACE)?;
            let text = stored.map(|it| RosterText {
                version: it.version,
                text: it.body,
                stored_at: Timestamp::from_micros(it.created_at),
            });
            Ok(text.ok_or_else(|| Refusal::not_found("roster", "live")))
        })
        .await
    }

    /// Puts a roster in place of the live one. Load of reps who stay is kept.
    ///
    /// # Errors
    /// `A0603` with every error of the roster. Failures of the store.
    pub fn put_roster_blocking(
        &self,
        actor: Actor,
        sources: &Sources,
    ) -> Result<StoredRoster, Refusal> {
        self.write_blocking(put_work(self, actor, sources, Over::Any)?)
    }

    /// As [`Engine::put_roster_blocking`], over the roster it was made from.
    ///
    /// # Errors
    /// As [`Engine::put_roster_blocking`]; `A0420` where another roster is live by now.
    pub async fn put_roster(
        &self,
        actor: Actor,
        sources: Sources,
        over: Over,
    ) -> Result<StoredRoster, Refusal> {
        let mut work = put_work(self, actor, &sources, over)?;
        self.write(move |tx, now| {
            lock(tx)?;
            if let (Some((roster, _)), _) = policy::roster::read(&sources)
                && let Err(refusal) = check_fit(tx, &roster, now)?
            {
                return Ok(Err(refusal));
            }
            work(tx, now)
        })
        .await
    }
}

/// Refuses a roster that the policy in force cannot be followed with.
pub(crate) fn check_fit(db: &mut Snapshot<'_>, roster: &Roster, now: Timestamp) -> Answer<()> {
    let Some(policy) = policy_in_force(db, now)? else { return Ok(Ok(())) };
    let unfit = policy::lint_roster(&policy, roster);
    let errors = unfit.iter().filter(|it| it.severity == Severity::Error);
    let faults: Vec<FieldFault> = errors.map(unfit_at).collect();
    Ok(match faults.is_empty() {
        true => Ok(()),
        false => {
            let message = "the roster does not fit the live policy and was not stored";
            Err(Refusal::new(RefusalKind::Invalid, "A0603", message).with_fields(faults))
        }
    })
}

/// A finding about a roster that lies in the policy's text, or nowhere.
fn unfit_at(finding: &Diagnostic) -> FieldFault {
    FieldFault {
        at: "roster".to_owned(),
        code: finding.code.to_owned(),
        message: finding.message.clone(),
    }
}

/// The policy that decides now; a roster may come before the first one.
pub(crate) fn policy_in_force(
    db: &mut Snapshot<'_>,
    now: Timestamp,
) -> Result<Option<Policy>, StoreError> {
    let live = store::policy::live(db, WORKSPACE, PUBLICATIONS_MAX)?;
    let Some(live) = live.into_iter().find(|it| it.from_at <= now.as_micros()) else {
        return Ok(None);
    };
    let stored = store::policy::get(db, WORKSPACE, &live.hash)?;
    let sources = stored.and_then(|it| crate::live::sources(&it.files).ok());
    Ok(sources.and_then(|it| policy::compile(&it).0))
}

/// Locks the roster until the commit, so that it is read, edited and written by one at a time. A
/// statement after this sees what the one before has committed.
///
/// # Errors
/// Failures of the store.
pub(crate) fn lock(tx: &mut store::Tx<'_>) -> Result<(), StoreError> {
    store::workspace::lock(tx, WORKSPACE).map(|_| ())
}

pub(crate) fn put_work(
    engine: &Engine,
    actor: Actor,
    sources: &Sources,
    over: Over,
) -> Result<
    impl FnMut(&mut store::Tx<'_>, Timestamp) -> Answer<StoredRoster> + Send + 'static,
    Refusal,
> {
    let (read, findings) = policy::roster::read(sources);
    let faults = |severity| -> Vec<FieldFault> {
        let findings = findings.iter().filter(|it| it.severity == severity);
        findings.map(|it| fault(sources, it)).collect()
    };
    let Some((roster, states)) = read else {
        let message = "the roster has errors and was not stored";
        return Err(Refusal::new(RefusalKind::Invalid, "A0603", message)
            .with_fields(faults(Severity::Error)));
    };
    let warnings = faults(Severity::Warning);
    let body = document(sources);
    let digest = Sha256::digest(body.as_bytes());
    let hash: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let engine = engine.clone();
    Ok(move |tx: &mut store::Tx<'_>, now: Timestamp| -> Answer<StoredRoster> {
        lock(tx)?;
        let latest = store::roster::latest(tx, WORKSPACE)?;
        let left = left(tx, &roster)?;
        let stored = |version, unchanged| StoredRoster {
            version,
            reps: roster.reps().len(),
            teams: roster.teams().len(),
            unchanged,
            warnings: warnings.clone(),
            left: left.clone(),
        };
        if let Some(latest) = &latest
            && latest.hash == hash
        {
            return Ok(Ok(stored(latest.version, true)));
        }
        let current = latest.as_ref().map(|it| it.version);
        if let Over::Version(seen) = over
            && seen != current
        {
            return Ok(Err(moved_on(current)));
        }
        let version = latest.map_or(1, |it| it.version + 1);
        let row = store::roster::Roster {
            workspace_id: WORKSPACE,
            version,
            hash: hash.clone(),
            body: body.clone(),
            created_at: now.as_micros(),
        };
        store::roster::insert(tx, &[row])?;
        put_loads(tx, &roster, &states)?;
        let audit = NewAudit {
            at: now.as_micros(),
            actor: actor.to_string(),
            action: "roster.put".to_owned(),
            subject: version.to_string(),
            body: json!({ "v": 1, "hash": hash, "reps": roster.reps().len() }).to_string(),
        };
        store::chain::append_audit(tx, WORKSPACE, engine.stream(), &[audit])?;
        Ok(Ok(stored(version, false)))
    })
}

fn moved_on(current: Option<i64>) -> Refusal {
    let message = match current {
        Some(version) => format!("the roster has changed since: version {version} is live"),
        None => "there is no roster yet".to_owned(),
    };
    Refusal::new(RefusalKind::Conflict, "A0420", message).with_state(json!({ "version": current }))
}

/// Open handoffs of reps who are not in `roster`.
fn left(tx: &mut store::Tx<'_>, roster: &Roster) -> Result<BTreeMap<String, i64>, StoreError> {
    let known = |id: &str| roster.reps().iter().any(|it| it.id.as_str() == id);
    let loads = store::rep::list(tx, WORKSPACE)?.into_iter();
    let left = loads.filter(|it| 0 < it.open_count && !known(&it.rep));
    Ok(left.map(|it| (it.rep, it.open_count)).collect())
}

/// Loads of new reps as the roster gives them; of those who stay only the cap changes.
fn put_loads(
    tx: &mut store::Tx<'_>,
    roster: &Roster,
    states: &[RepState],
) -> Result<(), StoreError> {
    let ids: Vec<&str> = roster.reps().iter().map(|it| it.id.as_str()).collect();
    let known = store::rep::lock(tx, WORKSPACE, &ids)?;
    let never = Periods { day: 0, week: 0, month: 0 };
    let (mut new, mut changed) = (Vec::new(), Vec::new());
    for (rep, state) in roster.reps().iter().zip(states) {
        match known.iter().find(|it| it.rep == rep.id.as_str()) {
            None => new.push(to_row(rep, state, never, 0)),
            Some(row) => {
                let cap = rep.capacity.open.map(i64::from);
                let over = cap.is_some_and(|it| it < row.open_count);
                changed.push(RepLoad {
                    cap,
                    over_cap_reason: over.then(|| "capacity lowered".to_owned()),
                    ..row.clone()
                });
            }
        }
    }
    store::rep::insert_new(tx, &new)?;
    store::rep::update(tx, &changed).map(|_| ())
}
