//! Policies: stored by content, made live over the one that is live.

use model::{Roster, Timestamp};
use policy::{Diagnostic, Policy, Severity, Sources};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::Tx;
use store::chain::NewAudit;
use store::policy::{Policy as PolicyRow, PolicyLive};

use crate::engine::{Answer, Engine, WORKSPACE};
use crate::live::StoredFile;
use crate::refusal::FieldFault;
use crate::roster::{self, Over, StoredRoster, put_work};
use crate::{Actor, Refusal, RefusalKind};

/// A policy to make live.
#[derive(Clone, Debug)]
pub struct Publication {
    /// Its files.
    pub sources: Sources,
    /// What the author says of the change.
    pub note: String,
    /// From when on; at once where absent.
    pub from: Option<Timestamp>,
    /// The hash of the policy it was made from; whatever is live where absent. Where another one
    /// is live by now, the publication is refused.
    pub parent: Option<String>,
    /// Whether its working hours count for the past too: a holiday that was forgotten.
    pub retroactive: bool,
}

/// A policy that was made live.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Published {
    /// Its name.
    pub name: String,
    /// Its hash.
    pub hash: String,
    /// The hash of the policy before it.
    pub parent: Option<String>,
    /// From when on.
    pub from: Timestamp,
    /// Warnings it went live with.
    pub warnings: Vec<FieldFault>,
    /// Whether it was live already and nothing changed.
    pub unchanged: bool,
}

/// The hash of a policy as text.
pub fn hash_text(hash: policy::PolicyHash) -> String {
    hash.0.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A policy that compiled, ready to be made live.
struct Ready {
    policy: Policy,
    sources: Sources,
    name: String,
    hash: String,
    files: String,
    warnings: Vec<FieldFault>,
    note: String,
    from: Option<Timestamp>,
    parent: Option<String>,
    retroactive: bool,
}

impl Engine {
    /// Makes a policy live. A policy with errors never replaces a live one.
    ///
    /// # Errors
    /// `A0601` with every error of the policy; `A0602` where another policy than the parent is
    /// live. Failures of the store.
    pub async fn publish(
        &self,
        actor: Actor,
        publication: Publication,
    ) -> Result<Published, Refusal> {
        let (ready, engine) = (Ready::new(publication)?, self.clone());
        self.write(move |tx, now| ready.commit(&engine, &actor, tx, now, None)).await
    }

    /// As [`Engine::publish`], for callers without an async runtime.
    ///
    /// # Errors
    /// As [`Engine::publish`].
    pub fn publish_blocking(
        &self,
        actor: Actor,
        publication: Publication,
    ) -> Result<Published, Refusal> {
        let (ready, engine) = (Ready::new(publication)?, self.clone());
        self.write_blocking(move |tx, now| ready.commit(&engine, &actor, tx, now, None))
    }

    /// Makes a policy live and a roster with it: both or neither. The roster holds at once, so
    /// where the policy is to go live later, the roster must fit the one until then too.
    ///
    /// # Errors
    /// As [`Engine::publish`] and [`Engine::put_roster`].
    pub fn publish_with_roster_blocking(
        &self,
        actor: Actor,
        publication: Publication,
        roster: &Sources,
    ) -> Result<(StoredRoster, Published), Refusal> {
        let (ready, engine) = (Ready::new(publication)?, self.clone());
        let mut put = put_work(self, actor.clone(), roster, Over::Any)?;
        let people = policy::roster::read(roster).0.map(|it| it.0);
        self.write_blocking(move |tx, now| {
            roster::lock(tx)?;
            let is_later = ready.from.is_some_and(|it| now < it);
            if let (true, Some(people)) = (is_later, &people)
                && let Err(refusal) = roster::check_fit(tx, people, now)?
            {
                return Ok(Err(refusal));
            }
            // A refusal keeps what was written before it, so what can be refused comes first.
            let published = match ready.commit(&engine, &actor, tx, now, people.as_ref())? {
                Ok(published) => published,
                Err(refusal) => return Ok(Err(refusal)),
            };
            Ok(put(tx, now)?.map(|stored| (stored, published)))
        })
    }
}

impl Ready {
    fn new(publication: Publication) -> Result<Self, Refusal> {
        let Publication { sources, note, from, parent, retroactive } = publication;
        let (compiled, findings) = policy::compile(&sources);
        let faults = |severity| -> Vec<FieldFault> {
            let findings = findings.iter().filter(|it| it.severity == severity);
            findings.map(|it| fault(&sources, it)).collect()
        };
        let Some(compiled) = compiled else {
            let message = "the policy has errors and was not made live";
            return Err(Refusal::new(RefusalKind::Invalid, "A0601", message)
                .with_fields(faults(Severity::Error)));
        };
        let warnings = faults(Severity::Warning);
        let files: Vec<StoredFile> = sources
            .files
            .iter()
            .map(|it| StoredFile { path: it.path.clone(), text: it.text.clone() })
            .collect();
        let files = serde_json::to_string(&files).map_err(|error| {
            Refusal::new(RefusalKind::Internal, "A0500", format!("the policy: {error}"))
        })?;
        let hash = hash_text(compiled.hash);
        let name = compiled.name.clone();
        let policy = compiled;
        Ok(Self { policy, sources, name, hash, files, warnings, note, from, parent, retroactive })
    }

    fn commit(
        &self,
        engine: &Engine,
        actor: &Actor,
        tx: &mut Tx<'_>,
        now: Timestamp,
        people: Option<&Roster>,
    ) -> Answer<Published> {
        let latest = store::policy::live(tx, WORKSPACE, 1)?.into_iter().next();
        let from = self.from.unwrap_or(now);
        // The same content that is to go live later is brought forward.
        let in_force = |it: &PolicyLive| it.hash == self.hash && it.from_at <= from.as_micros();
        let unchanged = latest.as_ref().is_some_and(in_force);
        let current = latest.map(|it| it.hash);
        let published = Published {
            name: self.name.clone(),
            hash: self.hash.clone(),
            parent: current.clone(),
            from,
            warnings: self.warnings.clone(),
            unchanged,
        };
        if published.unchanged && people.is_none() {
            return Ok(Ok(published));
        }
        if !published.unchanged && self.parent.is_some() && self.parent != current {
            return Ok(Err(moved_on(current.as_deref())));
        }
        if let Err(refusal) = self.check_roster(tx, people)? {
            return Ok(Err(refusal));
        }
        if published.unchanged {
            return Ok(Ok(published));
        }
        let row = PolicyRow {
            workspace_id: WORKSPACE,
            hash: self.hash.clone(),
            parent: current.clone(),
            name: self.name.clone(),
            files: self.files.clone(),
            note: self.note.clone(),
            author: actor.to_string(),
            created_at: now.as_micros(),
        };
        store::policy::insert_new(tx, &[row])?;
        let live = PolicyLive {
            workspace_id: WORKSPACE,
            number: 0,
            hash: self.hash.clone(),
            from_at: published.from.as_micros(),
            by_whom: actor.to_string(),
            note: self.note.clone(),
            retroactive: i64::from(self.retroactive),
        };
        if !store::policy::publish(tx, &live, current.as_deref())? {
            return Ok(Err(moved_on(current.as_deref())));
        }
        let audit = self.audit(actor, &published, now);
        store::chain::append_audit(tx, WORKSPACE, engine.stream(), &[audit])?;
        Ok(Ok(published))
    }
}

impl Ready {
    fn audit(&self, actor: &Actor, published: &Published, now: Timestamp) -> NewAudit {
        let warnings: Vec<_> = self.warnings.iter().map(|it| it.code.as_str()).collect();
        let body = json!({
            "v": 1, "parent": published.parent, "from": published.from, "warnings": warnings,
            "retroactive": self.retroactive,
        });
        NewAudit {
            at: now.as_micros(),
            actor: actor.to_string(),
            action: "policy.publish".to_owned(),
            subject: self.hash.clone(),
            body: body.to_string(),
        }
    }

    /// Refuses a policy that names people who are not there: its leads would wait for nobody.
    /// They are those of `people`, else of the live roster.
    fn check_roster(&self, tx: &mut Tx<'_>, people: Option<&Roster>) -> Answer<()> {
        let found = match people {
            Some(people) => policy::lint_roster(&self.policy, people),
            None => {
                let stored = store::roster::latest(tx, WORKSPACE)?;
                let Some(stored) = stored else { return Ok(Ok(())) };
                match crate::live::roster(&stored.body) {
                    Ok(roster) => policy::lint_roster(&self.policy, &roster),
                    Err(refusal) => return Ok(Err(refusal)),
                }
            }
        };
        let errors = found.iter().filter(|it| it.severity == Severity::Error);
        let faults: Vec<FieldFault> = errors.map(|it| fault(&self.sources, it)).collect();
        Ok(match faults.is_empty() {
            true => Ok(()),
            false => {
                let message = "the policy does not fit the live roster and was not made live";
                Err(Refusal::new(RefusalKind::Invalid, "A0601", message).with_fields(faults))
            }
        })
    }
}

fn moved_on(current: Option<&str>) -> Refusal {
    let current = current.unwrap_or("none");
    let message = format!("another policy went live meanwhile: {current}");
    Refusal::new(RefusalKind::Conflict, "A0602", message)
}

/// A finding with its place, as a part of an answer.
pub fn fault(sources: &Sources, finding: &Diagnostic) -> FieldFault {
    let at = sources.position(finding.primary);
    let path = sources.file(finding.primary).map_or("", |it| &it.path);
    FieldFault {
        at: format!("{path}:{}:{}", at.line, at.column),
        code: finding.code.to_owned(),
        message: finding.message.clone(),
    }
}
