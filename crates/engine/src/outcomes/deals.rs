//! What is told of outcomes, put over what is known of them: of one or of many, always this way.

use std::collections::{BTreeMap, BTreeSet};

use model::Timestamp;
use sha2::{Digest, Sha256};
use store::lead::Lead;
use store::match_lock::Sought;
use store::outcome::Outcome;
use store::{StoreError, Tx};

use super::Recorded;
use super::events::{corrected, event};
use super::place::placed;
use super::said::{Said, exclusive};
use super::tell::tell;
use crate::Actor;
use crate::engine::{Engine, WORKSPACE};
use crate::live::Live;
use crate::record::Recorder;
use crate::writes::Writes;

/// Who reports outcomes, and what is live then.
#[derive(Clone, Copy)]
pub(super) struct Report<'a> {
    pub(super) engine: &'a Engine,
    /// Without a live policy there is nobody to tell and nothing to credit by.
    pub(super) live: Option<&'a Live>,
    pub(super) actor: &'a Actor,
    pub(super) now: Timestamp,
    pub(super) news: News,
}

/// What new outcomes are to those whom the policy names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// They are told.
    Told,
    /// A list of the past wakes nobody.
    Quiet,
}

/// What has one outcome: the first of the kinds that exclude each other, and the id at the sender;
/// without an id the place of the report, since nothing else is told of it.
type Key = (String, Result<String, usize>);

/// Something that has one outcome.
struct Deal<'a> {
    /// As it was found.
    stored: Option<Outcome>,
    /// As it is known now.
    row: Outcome,
    /// Its lead, where a report has named it.
    lead: Option<&'a Lead>,
    /// Place of the last report that counts.
    told_last: Option<usize>,
    what: Recorded,
}

/// Records reports in their order; for each what became of it, and the outcome as it is known in
/// the end. Where several tell of one outcome, the last that counts stands for what became of it.
pub(super) fn record_all(
    report: Report<'_>,
    tx: &mut Tx<'_>,
    told: &[Said<'_>],
) -> Result<Vec<(Recorded, Outcome)>, StoreError> {
    let Report { engine, now, .. } = report;
    lock(tx, told)?;
    let mut deals = known(tx, told)?;
    let mut superseded = BTreeSet::new();
    for (place, said) in told.iter().enumerate() {
        let fresh = || Deal {
            stored: None,
            row: said.outcome(engine.next_id(now), now),
            lead: None,
            told_last: None,
            what: Recorded::New,
        };
        let deal = deals.entry(key(said, place)).or_insert_with(fresh);
        if said.is_superseded(&deal.row, now) {
            superseded.insert(place);
            continue;
        }
        deal.row = said.over(&deal.row, now);
        deal.lead = said.lead.or(deal.lead);
        deal.told_last = Some(place);
    }
    write(report, tx, &mut deals)?;
    let answers = told.iter().enumerate().filter_map(|(place, said)| {
        let deal = deals.get(&key(said, place))?;
        let what = match superseded.contains(&place) {
            true => Recorded::Superseded,
            false if deal.told_last == Some(place) => deal.what,
            false => Recorded::Unchanged,
        };
        Some((what, deal.row.clone()))
    });
    Ok(answers.collect())
}

/// Locks the deals of these reports, which may not be there yet: each has one outcome, whoever
/// tells of it at the same moment.
fn lock(tx: &mut Tx<'_>, told: &[Said<'_>]) -> Result<(), StoreError> {
    let hash = |id: &String| {
        let [a, b, c, d, e, f, g, h, ..] = <[u8; 32]>::from(Sha256::digest(id.as_bytes()));
        i64::from_be_bytes([a, b, c, d, e, f, g, h])
    };
    let hashes: Vec<i64> = told.iter().filter_map(|it| it.external_id.as_ref()).map(hash).collect();
    store::match_lock::lock(tx, WORKSPACE, Sought::Deals, &hashes)
}

/// What is known of the deals of these reports.
fn known<'a>(tx: &mut Tx<'_>, told: &[Said<'_>]) -> Result<BTreeMap<Key, Deal<'a>>, StoreError> {
    let stored_keys = told.iter().filter_map(|it| Some((it.kind, it.external_id.as_ref()?)));
    let keys = stored_keys.flat_map(|(kind, id)| exclusive(kind).map(move |it| (it, id)));
    let keys: BTreeSet<(String, String)> =
        keys.map(|(kind, id)| (kind.to_owned(), id.clone())).collect();
    let keys: Vec<(String, String)> = keys.into_iter().collect();
    let stored = store::outcome::by_external_ids(tx, WORKSPACE, &keys)?;
    let deals = stored.into_iter().filter_map(|stored| {
        let key = (first(&stored.kind), Ok(stored.external_id.clone()?));
        let (row, what) = (stored.clone(), Recorded::Unchanged);
        Some((key, Deal { stored: Some(stored), row, lead: None, told_last: None, what }))
    });
    Ok(deals.collect())
}

fn key(said: &Said<'_>, place: usize) -> Key {
    (first(said.kind), said.external_id.clone().ok_or(place))
}

fn first(kind: &str) -> String {
    exclusive(kind).min().unwrap_or(kind).to_owned()
}

/// Places and writes what is new of these deals.
fn write(
    report: Report<'_>,
    tx: &mut Tx<'_>,
    deals: &mut BTreeMap<Key, Deal<'_>>,
) -> Result<(), StoreError> {
    let Report { engine, live, actor, now, news } = report;
    let (mut new, mut updated, mut writes) = (Vec::new(), Vec::new(), Writes::default());
    for deal in deals.values_mut() {
        let Some(stored) = &deal.stored else {
            deal.row = placed(tx, live, deal.row.clone(), deal.lead)?;
            let at = writes.event(event(actor, &deal.row, now));
            if let (Some(live), News::Told) = (live, news) {
                let writes = &mut writes;
                let mut recorder = Recorder { engine, live, actor, now, writes };
                tell(&mut recorder, tx, &deal.row, at)?;
            }
            new.push(deal.row.clone());
            continue;
        };
        let belongs = |it: &Outcome| (it.lead_id, it.handoff_id, it.at);
        if belongs(&deal.row) != belongs(stored) {
            deal.row = placed(tx, live, deal.row.clone(), deal.lead)?;
        }
        if deal.row == *stored {
            continue;
        }
        updated.push(deal.row.clone());
        // What its sender said may be what was found without it.
        if (Outcome { body: stored.body.clone(), ..deal.row.clone() }) == *stored {
            continue;
        }
        let is_linked = stored.lead_id.is_none() && deal.row.lead_id.is_some();
        let (what, event) = match is_linked {
            true => (Recorded::Linked, event(actor, &deal.row, now)),
            false => (Recorded::Updated, corrected(actor, stored, &deal.row, now)),
        };
        deal.what = what;
        writes.event(event);
    }
    if store::outcome::insert_new(tx, &new)? < new.len() as u64 {
        return Err(StoreError::Missing {
            statement: "a new outcome: another node, of an earlier version, has brought it"
                .to_owned(),
        });
    }
    store::outcome::update(tx, &updated)?;
    writes.flush(tx, engine.stream(), now)
}
