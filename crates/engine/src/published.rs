//! Policies as callers see them: what is stored, what is live, and what a check finds.

use model::Timestamp;
use policy::{Diagnostic, Severity, Sources};
use store::{Snapshot, StoreError};

use crate::engine::{Engine, WORKSPACE};
use crate::live::StoredFile;
use crate::policies::hash_text;
use crate::{Refusal, RefusalKind};

/// A stored policy.
#[derive(Clone, Debug, PartialEq)]
pub struct PolicyView {
    /// Its hash, which is its name for ever.
    pub hash: String,
    /// The policy it was made from.
    pub parent: Option<String>,
    /// As its author calls it.
    pub name: String,
    /// What changed.
    pub note: String,
    /// Who stored it.
    pub author: String,
    /// When it was stored.
    pub created_at: Timestamp,
    /// From when on it decides or decided last; `None` if it never went live.
    pub live_from: Option<Timestamp>,
    /// Whether it decides now.
    pub live: bool,
}

/// A finding of the compiler with its place in lines and columns, both from 1.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Stable code.
    pub code: &'static str,
    /// `error`, `warning` or `hint`.
    pub severity: &'static str,
    /// What is wrong.
    pub message: String,
    /// The file.
    pub path: String,
    /// Where it begins.
    pub line: u32,
    /// Where it begins.
    pub column: u32,
    /// What to do about it.
    pub help: Vec<String>,
}

/// What a check of a policy found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checked {
    /// Its name and hash; absent where it has errors.
    pub compiled: Option<(String, String)>,
    /// All findings of one run.
    pub findings: Vec<Finding>,
}

/// How ready this node is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Readiness {
    /// Hash of the live policy; `None` where none is live yet.
    pub policy: Option<String>,
    /// Version of the roster.
    pub roster: Option<i64>,
    /// Version of the bundled time zone data.
    pub zone_data: &'static str,
}

/// Publications that are looked at to say since when policies are live.
const PUBLICATIONS_MAX: i64 = 1_000;

impl Engine {
    /// The newest `limit` policies, newest first.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn policies(&self, limit: i64) -> Result<Vec<PolicyView>, Refusal> {
        self.read(move |db| {
            let now = db.now()?;
            let stored = store::policy::list(db, WORKSPACE, limit)?;
            let live = store::policy::live(db, WORKSPACE, PUBLICATIONS_MAX)?;
            Ok(Ok(stored.into_iter().map(|it| view(it, &live, now)).collect()))
        })
        .await
    }

    /// A policy with its files; the live one where `hash` is absent.
    ///
    /// # Errors
    /// `A0404` for an unknown hash, or where nothing is live. Failures of the store.
    pub async fn policy(
        &self,
        hash: Option<String>,
    ) -> Result<(PolicyView, Vec<StoredFile>), Refusal> {
        self.read(move |db| {
            let now = db.now()?;
            let live = store::policy::live(db, WORKSPACE, PUBLICATIONS_MAX)?;
            let current = live.iter().find(|it| it.from_at <= now.as_micros());
            let wanted = hash.clone().or_else(|| current.map(|it| it.hash.clone()));
            let Some(wanted) = wanted else {
                return Ok(Err(Refusal::not_found("policy", "live")));
            };
            let Some(stored) = store::policy::get(db, WORKSPACE, &wanted)? else {
                return Ok(Err(Refusal::not_found("policy", wanted)));
            };
            let Ok(files) = serde_json::from_str(&stored.files) else {
                let message = "the stored policy cannot be read";
                return Ok(Err(Refusal::new(RefusalKind::Internal, "A0503", message)));
            };
            Ok(Ok((view(stored, &live, now), files)))
        })
        .await
    }

    /// Whether requests can be served: fails where the database does not answer.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn readiness(&self) -> Result<Readiness, Refusal> {
        self.read(|db| Ok(Ok(readiness(db)?))).await
    }
}

/// Whether requests can be served.
pub(crate) fn readiness(db: &mut Snapshot<'_>) -> Result<Readiness, StoreError> {
    let now = db.now()?.as_micros();
    let live = store::policy::live(db, WORKSPACE, PUBLICATIONS_MAX)?;
    let roster = store::roster::latest_version(db, WORKSPACE)?.map(|(version, _)| version);
    Ok(Readiness {
        policy: live.into_iter().find(|it| it.from_at <= now).map(|it| it.hash),
        roster,
        zone_data: calendar::tz_data_version(),
    })
}

impl Readiness {
    /// Whether leads can be decided on.
    pub const fn is_set_up(&self) -> bool {
        self.policy.is_some() && self.roster.is_some()
    }
}

/// Compiles a policy without storing it.
pub fn check(sources: &Sources) -> Checked {
    let (compiled, findings) = policy::compile(sources);
    Checked {
        compiled: compiled.map(|it| (it.name.clone(), hash_text(it.hash))),
        findings: findings.iter().map(|it| finding(sources, it)).collect(),
    }
}

fn finding(sources: &Sources, found: &Diagnostic) -> Finding {
    let at = sources.position(found.primary);
    Finding {
        code: found.code,
        severity: match found.severity {
            Severity::Error => "error",
            Severity::Warning => "warning",
            Severity::Hint => "hint",
        },
        message: found.message.clone(),
        path: sources.file(found.primary).map_or_else(String::new, |it| it.path.clone()),
        line: at.line,
        column: at.column,
        help: found.help.clone(),
    }
}

fn view(
    row: store::policy::Policy,
    publications: &[store::policy::PolicyLive],
    now: Timestamp,
) -> PolicyView {
    let own = publications.iter().find(|it| it.hash == row.hash);
    let current = publications.iter().find(|it| it.from_at <= now.as_micros());
    PolicyView {
        live_from: own.map(|it| Timestamp::from_micros(it.from_at)),
        live: current.is_some_and(|it| it.hash == row.hash),
        hash: row.hash,
        parent: row.parent,
        name: row.name,
        note: row.note,
        author: row.author,
        created_at: Timestamp::from_micros(row.created_at),
    }
}
