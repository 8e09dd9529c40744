//! Leads, their earlier contents, and the keys by which they are found again.

use crate::sql::{ColumnType, Columns, Row, rows};
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// Somebody who may become a customer.
    pub struct Lead in "lead" {
        /// Workspace.
        workspace_id: i64,
        /// Its number.
        id: i64,
        /// Counts up with each change.
        version: i64,
        /// Where it stands: `new`, `assigned`, `accepted`, `queued`, `waiting`, `nurture`, `self_service`, `disqualified`, `attached`, `closed`, `merged`.
        state: String,
        /// The rep who owns it.
        owner: Option<String>,
        /// The queue that keeps it.
        queue: Option<String>,
        /// When the person left it.
        captured_at: i64,
        /// When it arrived here.
        received_at: i64,
        /// How it arrived, e.g. `form`.
        channel: String,
        /// Why it is handed over.
        reason: String,
        /// Normalised fields as JSON.
        attributes: String,
        /// Fields as they arrived, as JSON.
        originals: String,
        /// Why it is closed.
        closed_reason: Option<String>,
        /// When it last changed.
        updated_at: i64,
    }
}

rows! {
    /// The contents a lead had before it changed; a decision names them.
    pub struct LeadVersion in "lead_version" {
        /// Workspace.
        workspace_id: i64,
        /// The lead.
        lead_id: i64,
        /// The version these contents had.
        version: i64,
        /// Normalised fields as JSON.
        attributes: String,
        /// Fields as they arrived, as JSON.
        originals: String,
    }
}

rows! {
    /// A value by which a lead is found again, as a hash: whoever finds one compares the value.
    pub struct LeadKey in "lead_key" {
        /// Workspace.
        workspace_id: i64,
        /// Which field it is.
        kind: i64,
        /// First 8 bytes of a stable hash of the value.
        hash: i64,
        /// The lead.
        lead_id: i64,
    }
}

/// Which leads a page shows; an absent condition lets all through.
#[derive(Clone, Copy, Debug)]
pub struct LeadFilter<'a> {
    /// Workspace.
    pub workspace_id: i64,
    /// Only ids below this one: the last of the page before, or `i64::MAX`.
    pub before: i64,
    /// Only leads of this rep.
    pub owner: Option<&'a str>,
    /// Only leads in this queue.
    pub queue: Option<&'a str>,
    /// Only leads in this state.
    pub state: Option<&'a str>,
    /// Length of the page.
    pub limit: i64,
}

const IDS: Columns = &[("workspace_id", ColumnType::Int), ("id", ColumnType::Int)];
const HASHES: Columns =
    &[("workspace_id", ColumnType::Int), ("kind", ColumnType::Int), ("hash", ColumnType::Int)];

crate::statements! {
    Insert INSERT = Lead::TABLE, Lead::COLUMNS, "";
    Insert INSERT_VERSION = LeadVersion::TABLE, LeadVersion::COLUMNS, "";
    Insert INSERT_KEY = LeadKey::TABLE, LeadKey::COLUMNS, "on conflict do nothing";
    Select BY_ID = Lead::COLUMNS, "select {columns} from lead where workspace_id = ?1 and id = ?2";
    Batch LOCK = IDS, Lead::COLUMNS, "select {t.columns} from lead t {, keys}
        where t.workspace_id = k.workspace_id and t.id = k.id
        order by t.id {for_update of t}";
    Batch BY_IDS = IDS, Lead::COLUMNS, "select {t.columns} from lead t {, keys}
        where t.workspace_id = k.workspace_id and t.id = k.id";
    Batch BY_HASHES = HASHES, LeadKey::COLUMNS, "select {t.columns} from lead_key t {, keys}
        where t.workspace_id = k.workspace_id and t.kind = k.kind and t.hash = k.hash
        {each order by t.lead_id limit 64}
        {all and t.lead_id <= coalesce((select u.lead_id from lead_key u
        where u.workspace_id = k.workspace_id and u.kind = k.kind and u.hash = k.hash
        order by u.lead_id limit 1 offset 63), 9223372036854775807)}";
    Batch NEWEST_OF_HASHES = HASHES, "select k.workspace_id, k.kind, k.hash, (
        select max(lead_id) from lead_key t where t.workspace_id = k.workspace_id
        and t.kind = k.kind and t.hash = k.hash) {from keys}";
    Select PAGE = Lead::COLUMNS, "select {columns} from lead
        where workspace_id = ?1 and id < ?2 and (cast(?3 as text) is null or owner = ?3)
        and (cast(?4 as text) is null or queue = ?4) and (cast(?5 as text) is null or state = ?5)
        order by id desc limit ?6";
    Select CLAIM = Lead::COLUMNS, "select {columns} from lead
        where workspace_id = ?1 and state = ?2
        and (state = 'new' or state = 'queued' or state = 'waiting')
        order by id limit ?3 {for_update} {skip_locked}";
    Statement CLAIM_WAITING = "select id from lead where workspace_id = ?1 and state = 'waiting'
        and ?2 < id order by id limit ?3 {for_update} {skip_locked}";
    Statement WAITING = "select id from lead where workspace_id = ?1 and state = 'waiting'
        and ?2 < id order by id limit ?3";
    Select ALL = Lead::COLUMNS, "select {columns} from lead
        where workspace_id = ?1 and ?2 < id order by id";
    Select VERSION = LeadVersion::COLUMNS, "select {columns} from lead_version
        where workspace_id = ?1 and lead_id = ?2 and ?3 <= version order by version limit 1";
    Select ALL_KEYS = LeadKey::COLUMNS, "select {columns} from lead_key where workspace_id = ?1";
    Batch UPDATE = Lead::COLUMNS, "update lead set version = k.version, state = k.state,
        owner = k.owner, queue = k.queue, reason = k.reason, attributes = k.attributes,
        originals = k.originals, closed_reason = k.closed_reason, updated_at = k.updated_at
        {from keys} where lead.workspace_id = k.workspace_id and lead.id = k.id
        and lead.version = k.version - 1";
    Batch DROP_KEYS = IDS, "delete from lead_key {using keys}
        where lead_key.workspace_id = k.workspace_id and lead_key.lead_id = k.id";
}

/// Adds leads.
pub fn insert(tx: &mut Tx<'_>, rows: &[Lead]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT, rows, Lead::values)
}

/// Keeps the contents that leads had before a change.
pub fn insert_versions(tx: &mut Tx<'_>, rows: &[LeadVersion]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT_VERSION, rows, LeadVersion::values)
}

/// Adds keys; those that are there already stay.
pub fn insert_keys(tx: &mut Tx<'_>, rows: &[LeadKey]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT_KEY, rows, LeadKey::values)
}

/// The lead with this id.
pub fn get(db: &mut Snapshot<'_>, workspace_id: i64, id: i64) -> Result<Option<Lead>, StoreError> {
    db.query_opt(&BY_ID, &[workspace_id.into(), id.into()], Lead::read)
}

/// The leads with these ids, in no order.
pub fn get_many(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    ids: &[i64],
) -> Result<Vec<Lead>, StoreError> {
    db.query_many(&BY_IDS, ids, |id| [workspace_id.into(), (*id).into()], Lead::read)
}

/// Locks and returns the leads with these ids, ascending. Lock pools before, loads after.
pub fn lock(tx: &mut Tx<'_>, workspace_id: i64, ids: &[i64]) -> Result<Vec<Lead>, StoreError> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    tx.query_many(&LOCK, &ids, |id| [workspace_id.into(), (*id).into()], Lead::read)
}

/// Locks and returns up to `limit` leads in `state` (`new`, `queued` or `waiting`), oldest first,
/// passing over those that another transaction has.
pub fn claim(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    state: &str,
    limit: i64,
) -> Result<Vec<Lead>, StoreError> {
    tx.query(&CLAIM, &[workspace_id.into(), state.into(), limit.into()], Lead::read)
}

/// Locks up to `limit` leads that wait for a rep, after the id `after`, oldest first, passing over
/// those that another transaction has; their ids.
pub fn claim_waiting(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<i64>, StoreError> {
    tx.query(&CLAIM_WAITING, &[workspace_id.into(), after.into(), limit.into()], |row| row.get(0))
}

/// Up to `limit` leads that wait for a rep, after the id `after`, oldest first; their ids.
pub fn waiting(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    after: i64,
    limit: i64,
) -> Result<Vec<i64>, StoreError> {
    db.query(&WAITING, &[workspace_id.into(), after.into(), limit.into()], |row| row.get(0))
}

/// The keys that match any of `hashes`, given as (kind, hash): of each hash those of the 64 oldest
/// leads, since the number of a switchboard may be that of thousands.
pub fn find_keys(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    hashes: &[(i64, i64)],
) -> Result<Vec<LeadKey>, StoreError> {
    db.query_many(
        &BY_HASHES,
        hashes,
        |it| [workspace_id.into(), it.0.into(), it.1.into()],
        LeadKey::read,
    )
}

/// The newest lead under each of `hashes`, given as (kind, hash).
pub fn newest_with_keys(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    hashes: &[(i64, i64)],
) -> Result<Vec<LeadKey>, StoreError> {
    let found = db.query_many(
        &NEWEST_OF_HASHES,
        hashes,
        |it| [workspace_id.into(), it.0.into(), it.1.into()],
        |row| match row.get::<Option<i64>>(3)? {
            Some(_) => LeadKey::read(row).map(Some),
            None => Ok(None),
        },
    )?;
    Ok(found.into_iter().flatten().collect())
}

/// One page of leads, newest first.
pub fn list(db: &mut Snapshot<'_>, filter: &LeadFilter<'_>) -> Result<Vec<Lead>, StoreError> {
    let params = [
        filter.workspace_id.into(),
        filter.before.into(),
        filter.owner.into(),
        filter.queue.into(),
        filter.state.into(),
        filter.limit.into(),
    ];
    db.query(&PAGE, &params, Lead::read)
}

/// Visits all leads after the id `after`, oldest first, without keeping them. The columns are
/// those of [`Lead::COLUMNS`].
pub fn for_each(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    after: i64,
    visit: impl FnMut(&Row<'_>) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    db.for_each(&ALL, &[workspace_id.into(), after.into()], visit)
}

/// Visits all keys, in no order.
pub fn for_each_key(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    mut visit: impl FnMut(LeadKey) -> Result<(), StoreError>,
) -> Result<(), StoreError> {
    db.for_each(&ALL_KEYS, &[workspace_id.into()], |row| visit(LeadKey::read(row)?))
}

/// The contents a lead had as `version`, if it has changed since.
pub fn version(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    lead_id: i64,
    version: i64,
) -> Result<Option<LeadVersion>, StoreError> {
    let params = [workspace_id.into(), lead_id.into(), version.into()];
    db.query_opt(&VERSION, &params, LeadVersion::read)
}

/// Writes changed leads (all but how and when they came), whose `version` is one more than the stored one; the number of rows
/// written is less than that of `rows` if another transaction was faster.
pub fn update(tx: &mut Tx<'_>, rows: &[Lead]) -> Result<u64, StoreError> {
    tx.execute_many(&UPDATE, rows, Lead::values)
}

/// Removes the keys of leads, e.g. when a person is erased.
pub fn delete_keys(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    lead_ids: &[i64],
) -> Result<u64, StoreError> {
    tx.execute_many(&DROP_KEYS, lead_ids, |id| [workspace_id.into(), (*id).into()])
}
