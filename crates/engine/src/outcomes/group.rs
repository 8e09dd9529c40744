//! Outcomes in groups, with their leads named by the sender.

use model::Timestamp;
use serde::{Deserialize, Serialize};
use store::lead::Lead;
use store::{StoreError, Tx};

use super::deals::{News, Report, record_all};
use super::said::{Said, exclusive};
use super::{Wrong, wrongs};
use crate::engine::Engine;
use crate::lead_names::{LeadName, NamedLeads};
use crate::live::Live;
use crate::{Actor, FieldFault};

/// An outcome as its sender names it.
#[derive(Clone, Debug, PartialEq)]
pub struct Reported {
    /// One of [`super::KINDS`].
    pub kind: String,
    /// Who gave the ids, e.g. `salesforce`.
    pub source: String,
    /// The lead: its id at the sender, or its e-mail address.
    pub lead: String,
    /// When it happened; now where absent.
    pub at: Option<Timestamp>,
    /// In whole units of the workspace's currency.
    pub value: Option<i64>,
    /// The lead source the sender's system has.
    pub lead_source: Option<String>,
    /// Its id at the sender; with the kind it makes the outcome known again.
    pub id: String,
}

impl Reported {
    /// The lead it names.
    pub(crate) fn lead_name(&self) -> LeadName {
        LeadName::Cell { source: self.source.clone(), text: self.lead.clone() }
    }

    /// Its id as stored.
    fn stored_id(&self) -> String {
        // Two systems may give the same id.
        format!("{}:{}", self.source, self.id)
    }

    /// Kinds and ids as stored of what it may tell of: itself and what excludes it.
    pub(crate) fn keys(&self) -> impl Iterator<Item = (String, String)> {
        exclusive(&self.kind).map(|kind| (kind.to_owned(), self.stored_id()))
    }

    fn said<'a>(&'a self, lead: Option<&'a Lead>) -> Said<'a> {
        Said {
            kind: &self.kind,
            external_id: Some(self.stored_id()),
            lead,
            handoff: None,
            at: self.at,
            value: self.value,
            lead_source: self.lead_source.as_deref(),
            attributed_source: None,
            cell: Some((&self.lead, &self.source)),
        }
    }
}

/// What became of a reported row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Recorded {
    /// It was not known.
    New,
    /// It was known, but its lead was not.
    Linked,
    /// It was known, and is corrected.
    Updated,
    /// It was known; nothing of it has changed.
    Unchanged,
    /// A later verdict on the same deal is known; nothing has changed.
    Superseded,
}

/// What became of a reported row and whether its lead is known, or everything that is wrong with it.
pub type Filed = Result<(Recorded, bool), Vec<FieldFault>>;

/// Records a group; for each what became of it. One that is known is corrected as
/// [`super::record`] does.
pub fn record_group(
    engine: &Engine,
    tx: &mut Tx<'_>,
    live: &Live,
    actor: &Actor,
    group: &[Reported],
    now: Timestamp,
) -> Result<Vec<Filed>, StoreError> {
    let names: Vec<LeadName> = group.iter().map(Reported::lead_name).collect();
    let leads = NamedLeads::read(tx, names.iter())?;
    let faults: Vec<Vec<FieldFault>> = group.iter().map(|it| faults(it, now)).collect();
    let rows = group.iter().zip(&names).zip(&faults);
    let sound = rows.filter(|(_, faults)| faults.is_empty());
    let told: Vec<Said<'_>> =
        sound.map(|((reported, name), _)| reported.said(leads.find(name))).collect();
    let report = Report { engine, live: Some(live), actor, now, news: News::Quiet };
    let mut recorded = record_all(report, tx, &told)?.into_iter();
    let filed = faults.into_iter().filter_map(|faults| match faults.is_empty() {
        true => recorded.next().map(|(what, row)| Ok((what, row.lead_id.is_some()))),
        false => Some(Err(faults)),
    });
    Ok(filed.collect())
}

/// What the API would not take either.
fn faults(reported: &Reported, now: Timestamp) -> Vec<FieldFault> {
    let wrongs = wrongs(reported.at.unwrap_or(now), reported.value, now);
    let fault = |it: Wrong| {
        // Fields as mappings name them.
        let (at, code) = match it {
            Wrong::InTheFuture => ("at", "I0605"),
            Wrong::ValueOutOfRange => ("amount", "I0608"),
        };
        FieldFault { at: at.to_owned(), code: code.to_owned(), message: it.text().to_owned() }
    };
    wrongs.map(fault).collect()
}
