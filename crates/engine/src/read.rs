//! Reading leads and handoffs, page by page, within a caller's sight.

use model::Timestamp;
use model::id::{ActivityId, HandoffId, LeadId};
use serde_json::{Map, Value};
use store::handoff::HandoffFilter;
use store::lead::LeadFilter;
use store::{Snapshot, StoreError};

use crate::Refusal;
use crate::engine::{Answer, Engine, WORKSPACE};
use crate::live::Live;
use crate::sight::{Seen, Sight};
use crate::view::HandoffView;

/// Which leads or handoffs are wanted; absent lets all through.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// Of this rep.
    pub owner: Option<String>,
    /// In this queue.
    pub queue: Option<String>,
    /// In this state.
    pub state: Option<String>,
    /// Only those before this one: the last of the page before.
    pub after: Option<i64>,
    /// The most entries.
    pub limit: usize,
}

/// One page, newest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Found<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Where the next page begins, if there may be one.
    pub next: Option<i64>,
}

/// A lead as callers see it.
#[derive(Clone, Debug, PartialEq)]
pub struct LeadView {
    /// The lead.
    pub id: LeadId,
    /// Grows with every change.
    pub version: i64,
    /// Where it stands.
    pub state: String,
    /// The rep who has it.
    pub owner: Option<String>,
    /// The queue it lies in.
    pub queue: Option<String>,
    /// The way in.
    pub channel: String,
    /// The handoff reason.
    pub reason: String,
    /// When the person left it.
    pub captured_at: Timestamp,
    /// When it arrived here.
    pub received_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Why it is out.
    pub closed_reason: Option<String>,
    /// Its fields by name, normalised.
    pub fields: Map<String, Value>,
    /// Names of fields that are there but hidden from this caller: personal data.
    pub masked: Vec<String>,
}

/// A lead with what belongs to it.
#[derive(Clone, Debug, PartialEq)]
pub struct LeadDetail {
    /// The lead.
    pub lead: LeadView,
    /// Its handoffs, oldest first.
    pub handoffs: Vec<HandoffView>,
    /// What it did, oldest first.
    pub activities: Vec<ActivityView>,
}

/// Something a lead did.
#[derive(Clone, Debug, PartialEq)]
pub struct ActivityView {
    /// The activity.
    pub id: ActivityId,
    /// What.
    pub kind: String,
    /// When.
    pub at: Timestamp,
}

/// Whether contact data are shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Masking {
    /// As they are.
    Plain,
    /// Personal data are left out and named.
    Masked,
}

/// Rows that one page may look at: with a narrow sight most rows are somebody else's.
const SCAN_MAX: usize = 5_000;
const CHUNK: usize = 250;
const ACTIVITIES_MAX: i64 = 500;

impl Engine {
    /// One page of leads within `sight`.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn leads(
        &self,
        sight: Sight,
        masking: Masking,
        wanted: Wanted,
    ) -> Result<Found<LeadView>, Refusal> {
        let engine = self.clone();
        self.read(move |db| {
            let live = match live(&engine, db)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let seen = sight.resolve(&live);
            let wanted = narrowed(&wanted, &seen);
            let fetch = |before, limit| {
                let filter = LeadFilter {
                    workspace_id: WORKSPACE,
                    before,
                    owner: wanted.owner.as_deref(),
                    queue: wanted.queue.as_deref(),
                    state: wanted.state.as_deref(),
                    limit,
                };
                store::lead::list(db, &filter)
            };
            let keep = |it: &store::lead::Lead| seen.lead(it.owner.as_deref(), it.queue.as_deref());
            let found = seek(&wanted, fetch, |it| it.id, keep)?;
            let items = found.items.iter().map(|it| lead_view(&live, it, masking)).collect();
            Ok(Ok(Found { items, next: found.next }))
        })
        .await
    }

    /// One lead with its handoffs and activities.
    ///
    /// # Errors
    /// `A0404` where it is unknown or out of sight. Failures of the store.
    pub async fn lead(
        &self,
        sight: Sight,
        masking: Masking,
        id: LeadId,
    ) -> Result<LeadDetail, Refusal> {
        let engine = self.clone();
        self.read(move |db| {
            let live = match live(&engine, db)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let seen = sight.resolve(&live);
            let row = store::lead::get(db, WORKSPACE, id.raw())?;
            let row = row.filter(|it| seen.lead(it.owner.as_deref(), it.queue.as_deref()));
            let Some(row) = row else { return Ok(Err(Refusal::not_found("lead", id))) };
            let handoffs = store::handoff::of_lead(db, WORKSPACE, id.raw())?;
            let activities =
                store::activity::of_lead(db, WORKSPACE, id.raw(), i64::MAX, ACTIVITIES_MAX)?;
            Ok(Ok(LeadDetail {
                lead: lead_view(&live, &row, masking),
                handoffs: handoffs.iter().map(|it| HandoffView::of_row(&live, it)).collect(),
                activities: activities.into_iter().map(activity_view).collect(),
            }))
        })
        .await
    }

    /// One page of handoffs within `sight`.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn handoffs(
        &self,
        sight: Sight,
        wanted: Wanted,
    ) -> Result<Found<HandoffView>, Refusal> {
        let engine = self.clone();
        self.read(move |db| {
            let live = match live(&engine, db)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let seen = sight.resolve(&live);
            let fetch = |before, limit| {
                let filter = HandoffFilter {
                    workspace_id: WORKSPACE,
                    before,
                    owner: wanted.owner.as_deref(),
                    queue: wanted.queue.as_deref(),
                    state: wanted.state.as_deref(),
                    limit,
                };
                store::handoff::list(db, &filter)
            };
            let keep = |it: &store::handoff::Handoff| {
                seen.handoff(it.owner.as_deref(), it.queue.as_deref())
            };
            let found = seek(&wanted, fetch, |it| it.id, keep)?;
            let items = found.items.iter().map(|it| HandoffView::of_row(&live, it)).collect();
            Ok(Ok(Found { items, next: found.next }))
        })
        .await
    }

    /// One handoff.
    ///
    /// # Errors
    /// `A0404` where it is unknown or out of sight. Failures of the store.
    pub async fn handoff(&self, sight: Sight, id: HandoffId) -> Result<HandoffView, Refusal> {
        let engine = self.clone();
        self.read(move |db| {
            let live = match live(&engine, db)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let seen = sight.resolve(&live);
            let row = store::handoff::get(db, WORKSPACE, id.raw())?;
            let row = row.filter(|it| seen.handoff(it.owner.as_deref(), it.queue.as_deref()));
            Ok(row
                .map(|it| HandoffView::of_row(&live, &it))
                .ok_or_else(|| Refusal::not_found("handoff", id)))
        })
        .await
    }
}

fn live(engine: &Engine, db: &mut Snapshot<'_>) -> Answer<std::sync::Arc<Live>> {
    let now = db.now()?;
    engine.live(db, now)
}

/// A caller who sees one rep's leads only is given those, without looking at the others.
fn narrowed(wanted: &Wanted, seen: &Seen) -> Wanted {
    let owner = match (&wanted.owner, seen.only_rep()) {
        (None, Some(rep)) => Some(rep.to_string()),
        (owner, _) => owner.clone(),
    };
    Wanted { owner, ..wanted.clone() }
}

/// Goes through rows, newest first, until the page is full, they end, or enough were looked at.
fn seek<R>(
    wanted: &Wanted,
    mut fetch: impl FnMut(i64, i64) -> Result<Vec<R>, StoreError>,
    id: impl Fn(&R) -> i64,
    keep: impl Fn(&R) -> bool,
) -> Result<Found<R>, StoreError> {
    let mut items: Vec<R> = Vec::new();
    let mut before = wanted.after.unwrap_or(i64::MAX);
    let mut looked_at = 0;
    loop {
        let size = CHUNK.max(wanted.limit + 1);
        let rows = fetch(before, i64::try_from(size).unwrap_or(i64::MAX))?;
        let ended = rows.len() < size;
        for row in rows {
            looked_at += 1;
            let at = id(&row);
            if keep(&row) {
                if items.len() == wanted.limit {
                    return Ok(Found { items, next: Some(before) });
                }
                items.push(row);
            }
            before = at;
        }
        if ended {
            return Ok(Found { items, next: None });
        }
        if SCAN_MAX <= looked_at {
            return Ok(Found { items, next: Some(before) });
        }
    }
}

fn lead_view(live: &Live, row: &store::lead::Lead, masking: Masking) -> LeadView {
    let stored: Map<String, Value> = serde_json::from_str(&row.attributes).unwrap_or_default();
    let mut masked = Vec::new();
    let mut fields = Map::new();
    for (name, value) in stored {
        // Names with an @ are Baton's own: match keys, and fields outside the contract.
        let inner = name.starts_with('@');
        match masking {
            Masking::Masked if !inner && is_personal(live, &name) => masked.push(name),
            Masking::Plain | Masking::Masked if !inner => {
                fields.insert(name, value);
            }
            Masking::Plain if name == "@aside" => {
                fields.extend(value.as_object().cloned().unwrap_or_default());
            }
            Masking::Plain | Masking::Masked => {}
        }
    }
    LeadView {
        id: LeadId::from_raw(row.id),
        version: row.version,
        state: row.state.clone(),
        owner: row.owner.clone(),
        queue: row.queue.clone(),
        channel: row.channel.clone(),
        reason: row.reason.clone(),
        captured_at: Timestamp::from_micros(row.captured_at),
        received_at: Timestamp::from_micros(row.received_at),
        updated_at: Timestamp::from_micros(row.updated_at),
        closed_reason: row.closed_reason.clone(),
        fields,
        masked,
    }
}

/// What the contract does not say is not personal, is.
fn is_personal(live: &Live, name: &str) -> bool {
    let policy = live.setup.policy();
    // A part such as `phone.country` is as personal as its whole.
    let whole = name.split('.').next().unwrap_or(name);
    let declared = policy.contract.fields.iter();
    let mut declared = declared.filter(|it| {
        let known = policy.fields.name(it.id);
        known == name || known == whole
    });
    declared.next().is_none_or(|it| it.personal)
}

fn activity_view(row: store::activity::Activity) -> ActivityView {
    ActivityView {
        id: ActivityId::from_raw(row.id),
        kind: row.kind,
        at: Timestamp::from_micros(row.at),
    }
}
