//! The live policy and roster, compiled once and shared until one of them changes.

use std::sync::{Arc, Mutex, PoisonError};

use decide::Setup;
use intake::contract::{CheckRules, ContractCheck, OptionalValues};
use jiff::tz::TimeZone;
use model::{RepIndex, Roster, Timestamp};
use policy::{Diagnostic, Sources};
use serde::{Deserialize, Serialize};
use store::{Snapshot, StoreError};

use crate::engine::{Answer, WORKSPACE};
use crate::hours::{Editions, Hours};
use crate::{Refusal, RefusalKind};

/// What decides right now.
#[derive(Debug)]
pub struct Live {
    /// Number of the publication; grows with each.
    pub number: i64,
    /// Hash of the policy, as text.
    pub policy_hash: String,
    /// Version of the roster.
    pub roster_version: i64,
    /// Hash of the roster: a version that was rolled back is given again to another one.
    roster_hash: String,
    /// Policy and roster, ready to decide.
    pub setup: Arc<Setup>,
    /// The data contract, ready to check.
    pub contract: ContractCheck,
    /// Rules of the check.
    pub rules: CheckRules,
    /// The working hours in force, and those before.
    pub(crate) hours: Arc<Hours>,
    zones: Vec<TimeZone>,
}

/// The last [`Live`] that was loaded, and what older handoffs go by.
#[derive(Debug, Default)]
pub(crate) struct LiveCache {
    last: Mutex<Option<Arc<Live>>>,
    editions: Mutex<Editions>,
    /// Policies of older handoffs under the hours and the roster of now, the latest last.
    older: Mutex<Vec<Arc<Live>>>,
}

/// One file of a stored policy or roster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredFile {
    /// As its author named it.
    pub path: String,
    /// The text.
    pub text: String,
}

impl LiveCache {
    /// The last one loaded; it may have been replaced since.
    pub(crate) fn last(&self) -> Option<Arc<Live>> {
        self.last.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn current(&self, db: &mut Snapshot<'_>, now: Timestamp) -> Answer<Arc<Live>> {
        let now = now.as_micros();
        let publication = store::policy::in_force(db, WORKSPACE, now, 1)?.into_iter().next();
        let version = store::roster::latest_version(db, WORKSPACE)?;
        let (Some(publication), Some((version, hash))) = (publication, version) else {
            return Ok(Err(not_set_up()));
        };
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(live) = last.as_ref()
            && live.number == publication.number
            && live.policy_hash == publication.hash
            && (live.roster_version, &live.roster_hash) == (version, &hash)
        {
            return Ok(Ok(Arc::clone(live)));
        }
        let stored = store::policy::get(db, WORKSPACE, &publication.hash)?;
        let roster = store::roster::get(db, WORKSPACE, version)?;
        let zone = store::workspace::get(db, WORKSPACE)?.map(|it| it.zone).unwrap_or_default();
        let (Some(stored), Some(roster)) = (stored, roster) else {
            return Ok(Err(not_set_up()));
        };
        let setup = match set_up(&stored.files, &roster.body) {
            Ok(setup) => setup,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let of_policy = (publication.number, publication.hash);
        let mut editions = self.editions.lock().unwrap_or_else(PoisonError::into_inner);
        // All of them: what an edition is called must not depend on how much came after it.
        let in_force = store::policy::in_force(db, WORKSPACE, now, i64::MAX)?;
        let hours = match editions.hours(db, &in_force)? {
            Ok(hours) => hours,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let live = Arc::new(Live::new(of_policy, (version, hash), setup, &zone, hours));
        *last = Some(Arc::clone(&live));
        Ok(Ok(live))
    }
}

/// How many policies of older handoffs are kept ready.
const OLDER_MAX: usize = 8;

impl LiveCache {
    /// The policy `hash` that a handoff began under, with the hours and the roster of `live`; `live`
    /// itself where it is the same or cannot be read any more.
    pub(crate) fn under(
        &self,
        db: &mut Snapshot<'_>,
        hash: &str,
        live: &Arc<Live>,
    ) -> Result<Arc<Live>, StoreError> {
        if hash == live.policy_hash {
            return Ok(Arc::clone(live));
        }
        let mut older = self.older.lock().unwrap_or_else(PoisonError::into_inner);
        let fits = |it: &&Arc<Live>| {
            it.policy_hash == hash
                && it.hours.stamp == live.hours.stamp
                && (it.roster_version, &it.roster_hash) == (live.roster_version, &live.roster_hash)
        };
        if let Some(found) = older.iter().find(fits) {
            return Ok(Arc::clone(found));
        }
        let compiled = match store::policy::get(db, WORKSPACE, hash)?.map(|it| sources(&it.files)) {
            Some(Ok(sources)) => policy::compile(&sources).0,
            Some(Err(_)) | None => None,
        };
        let Some(mut policy) = compiled else { return Ok(Arc::clone(live)) };
        let now = live.setup.policy().calendars.iter();
        policy.calendars.extend(now.map(|(id, it)| (id.clone(), Arc::clone(it))));
        let setup = Setup::new(Arc::new(policy), Arc::new(live.setup.roster().clone()));
        let zone = live.rules.zone.iana_name().unwrap_or_default();
        let found = Arc::new(Live::new(
            (live.number, hash.to_owned()),
            (live.roster_version, live.roster_hash.clone()),
            setup,
            zone,
            Arc::clone(&live.hours),
        ));
        if OLDER_MAX <= older.len() {
            older.remove(0);
        }
        older.push(Arc::clone(&found));
        Ok(found)
    }
}

impl Live {
    /// A policy and roster that are not stored, for trying them out.
    pub fn draft(setup: Setup, zone: &str) -> Self {
        let hours = Arc::new(Hours::default());
        Self::new((0, String::new()), (0, String::new()), setup, zone, hours)
    }

    fn new(
        (number, policy_hash): (i64, String),
        (roster_version, roster_hash): (i64, String),
        setup: Setup,
        zone: &str,
        hours: Arc<Hours>,
    ) -> Self {
        let setup = setup.with_earlier(hours.earlier.clone());
        let policy = setup.policy();
        let contract = ContractCheck::new(&policy.contract, &policy.fields, &policy.symbols);
        let workspace = TimeZone::get(zone).unwrap_or(TimeZone::UTC);
        let zones = setup.roster().reps().iter().map(|rep| {
            let calendar = setup.roster().calendar_of(rep);
            let named = calendar.and_then(|id| policy.calendars.get(id)).and_then(|it| it.zone());
            named.and_then(|it| TimeZone::get(it).ok()).unwrap_or_else(|| workspace.clone())
        });
        let zones = zones.collect();
        let rules = CheckRules { zone: workspace, optional_values: OptionalValues::SetAside };
        let setup = Arc::new(setup);
        Self {
            number,
            policy_hash,
            roster_version,
            roster_hash,
            setup,
            contract,
            rules,
            hours,
            zones,
        }
    }

    /// The zone in which the periods of a rep's caps turn.
    pub fn zone(&self, rep: RepIndex) -> TimeZone {
        self.zones.get(rep.0 as usize).cloned().unwrap_or(TimeZone::UTC)
    }
}

/// Compiles a stored policy and roster. Both were checked when they were stored; a failure means
/// that they were written by a newer version or changed by hand.
pub fn set_up(policy_files: &str, roster_body: &str) -> Result<Setup, Refusal> {
    let sources = sources(policy_files)?;
    let (policy, findings) = policy::compile(&sources);
    let policy = policy.ok_or_else(|| broken("policy", &findings))?;
    Ok(Setup::new(Arc::new(policy), Arc::new(roster(roster_body)?)))
}

/// A stored roster.
pub(crate) fn roster(body: &str) -> Result<Roster, Refusal> {
    let (roster, findings) = policy::roster::read(&Sources::single("roster.yaml", body));
    roster.map(|it| it.0).ok_or_else(|| broken("roster", &findings))
}

/// The files of a stored policy.
pub fn sources(policy_files: &str) -> Result<Sources, Refusal> {
    let files: Vec<StoredFile> = serde_json::from_str(policy_files).map_err(|error| {
        Refusal::new(RefusalKind::Internal, "A0503", format!("the stored policy: {error}"))
    })?;
    let files = files.into_iter();
    let files = files.map(|it| policy::span::SourceFile { path: it.path, text: it.text });
    Ok(Sources { files: files.collect() })
}

fn broken(what: &str, findings: &[Diagnostic]) -> Refusal {
    let first = findings.first().map_or(String::new(), |it| format!("{}: {}", it.code, it.message));
    Refusal::new(
        RefusalKind::Internal,
        "A0503",
        format!("the stored {what} cannot be read by this version: {first}"),
    )
}

fn not_set_up() -> Refusal {
    Refusal::new(
        RefusalKind::Unavailable,
        "A0502",
        "no policy or no roster is live yet: apply one with `baton policy apply`",
    )
}
