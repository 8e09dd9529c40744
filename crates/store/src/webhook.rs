//! Webhooks: who outside is told of events, and each event on its way there.
//!
//! A webhook reads the event log with a cursor of its own, moved in the transaction that writes
//! the deliveries; so each event is queued once for each webhook, whichever node gets to it.

use crate::sql::rows;
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// Somebody outside who is told of events.
    pub struct Webhook in "webhook" {
        /// Workspace.
        workspace_id: i64,
        /// Its number.
        id: i64,
        /// Address and signing secrets, encrypted.
        secrets: Vec<u8>,
        /// With which key.
        key_id: String,
        /// What it is for.
        description: String,
        /// Which events, as a JSON list.
        events: String,
        /// `standard` or `cloudevents`.
        form: String,
        /// `enabled`, `disabled` or `removed`.
        state: String,
        /// Why it was disabled.
        disabled_why: Option<String>,
        /// Since when nothing has been taken.
        failing_since: Option<i64>,
        /// The last event read of each stream, as JSON.
        cursor: String,
        /// Who made it.
        created_by: String,
        /// When it was made.
        created_at: i64,
    }
}

rows! {
    /// An event on its way to a webhook.
    pub struct WebhookDelivery in "webhook_delivery" {
        /// Workspace.
        workspace_id: i64,
        /// Its number.
        id: i64,
        /// The webhook.
        webhook_id: i64,
        /// Stream of the event.
        event_stream: i64,
        /// Number of the event.
        event_seq: i64,
        /// What happened, e.g. `handoff.accepted`.
        kind: String,
        /// `queued`, `sent`, `failed` or `dead`.
        state: String,
        /// Claims so far; fences off a sender that was thought dead.
        attempt: i64,
        /// Tries that reached for the outside.
        tries: i64,
        /// When to try, or when the lease of the present try ends.
        next_at: i64,
        /// What went wrong last.
        code: Option<String>,
        /// The same in words.
        detail: Option<String>,
        /// When it was queued.
        created_at: i64,
        /// When it was taken or given up.
        done_at: Option<i64>,
    }
}

crate::statements! {
    Insert INSERT = Webhook::TABLE, Webhook::COLUMNS, "";
    Select ALL = Webhook::COLUMNS, "select {columns} from webhook
        where workspace_id = ?1 and state <> 'removed' order by id";
    Select BY_ID = Webhook::COLUMNS, "select {columns} from webhook
        where workspace_id = ?1 and id = ?2 and state <> 'removed'";
    Select LOCK = Webhook::COLUMNS, "select {columns} from webhook
        where workspace_id = ?1 and id = ?2 and state <> 'removed' {for_update}";
    Batch UPDATE = Webhook::COLUMNS, "update webhook set secrets = k.secrets, key_id = k.key_id,
        description = k.description, events = k.events, form = k.form, state = k.state,
        disabled_why = k.disabled_why, failing_since = k.failing_since, cursor = k.cursor
        {from keys} where webhook.workspace_id = k.workspace_id and webhook.id = k.id";
    Insert QUEUE = WebhookDelivery::TABLE, WebhookDelivery::COLUMNS, "on conflict do nothing";
    Select DUE = WebhookDelivery::COLUMNS, "select {columns} from webhook_delivery
        where workspace_id = ?1 and webhook_id = ?2 and state = 'queued' and next_at <= ?3
        order by next_at limit ?4 {for_update} {skip_locked}";
    Statement NEXT_DUE = "select next_at from webhook_delivery
        where workspace_id = ?1 and webhook_id = ?2 and state = 'queued'
        order by next_at limit 1";
    Statement LEASE = "update webhook_delivery set attempt = attempt + 1, next_at = ?3
        where workspace_id = ?1 and id = ?2";
    Statement FINISH = "update webhook_delivery set state = ?4, tries = ?5, next_at = ?6,
        code = ?7, detail = ?8, done_at = ?9
        where workspace_id = ?1 and id = ?2 and attempt = ?3 and state = 'queued'";
    Select LOG = WebhookDelivery::COLUMNS, "select {columns} from webhook_delivery
        where workspace_id = ?1 and webhook_id = ?2 and id < ?3 order by id desc limit ?4";
    Statement REPLAY = "update webhook_delivery set state = 'queued', attempt = attempt + 1,
        tries = 0, next_at = ?4, done_at = null
        where workspace_id = ?1 and webhook_id = ?2 and id = ?3 and state <> 'queued'";
    Statement REPLAY_SINCE = "update webhook_delivery set state = 'queued', attempt = attempt + 1,
        tries = 0, next_at = ?5, done_at = null
        where workspace_id = ?1 and webhook_id = ?2 and ?3 <= created_at and created_at < ?4
        and state in ('failed', 'dead')";
}

/// Adds webhooks.
pub fn insert(tx: &mut Tx<'_>, rows: &[Webhook]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT, rows, Webhook::values)
}

/// All webhooks that were not removed, oldest first.
pub fn list(db: &mut Snapshot<'_>, workspace_id: i64) -> Result<Vec<Webhook>, StoreError> {
    db.query(&ALL, &[workspace_id.into()], Webhook::read)
}

/// The webhook with this id.
pub fn get(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    id: i64,
) -> Result<Option<Webhook>, StoreError> {
    db.query_opt(&BY_ID, &[workspace_id.into(), id.into()], Webhook::read)
}

/// The webhook with this id, locked until the commit.
pub fn lock(tx: &mut Tx<'_>, workspace_id: i64, id: i64) -> Result<Option<Webhook>, StoreError> {
    tx.query_opt(&LOCK, &[workspace_id.into(), id.into()], Webhook::read)
}

/// Overwrites a webhook.
pub fn update(tx: &mut Tx<'_>, row: &Webhook) -> Result<u64, StoreError> {
    tx.execute_many(&UPDATE, std::slice::from_ref(row), Webhook::values)
}

/// Queues events; one that is queued for its webhook already is passed over.
pub fn queue(tx: &mut Tx<'_>, rows: &[WebhookDelivery]) -> Result<u64, StoreError> {
    tx.insert_many(&QUEUE, rows, WebhookDelivery::values)
}

/// Claims up to `limit` deliveries of a webhook that are due, until `lease_until`; as they stand
/// now, with the attempt to report with.
pub fn claim(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    webhook_id: i64,
    now: i64,
    lease_until: i64,
    limit: i64,
) -> Result<Vec<WebhookDelivery>, StoreError> {
    let params = [workspace_id.into(), webhook_id.into(), now.into(), limit.into()];
    let mut rows = tx.query(&DUE, &params, WebhookDelivery::read)?;
    for row in &mut rows {
        tx.execute(&LEASE, &[workspace_id.into(), row.id.into(), lease_until.into()])?;
        row.attempt += 1;
        row.next_at = lease_until;
    }
    Ok(rows)
}

/// When the next delivery of a webhook is due.
pub fn next_due(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    webhook_id: i64,
) -> Result<Option<i64>, StoreError> {
    db.query_opt(&NEXT_DUE, &[workspace_id.into(), webhook_id.into()], |row| row.get(0))
}

/// Writes how a try ended, as `row` says; false if another attempt has taken over.
pub fn finish(tx: &mut Tx<'_>, row: &WebhookDelivery) -> Result<bool, StoreError> {
    let params = [
        row.workspace_id.into(),
        row.id.into(),
        row.attempt.into(),
        row.state.as_str().into(),
        row.tries.into(),
        row.next_at.into(),
        row.code.as_deref().into(),
        row.detail.as_deref().into(),
        row.done_at.into(),
    ];
    Ok(tx.execute(&FINISH, &params)? == 1)
}

/// One page of the deliveries of a webhook below the id `before`, newest first.
pub fn log(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    webhook_id: i64,
    before: i64,
    limit: i64,
) -> Result<Vec<WebhookDelivery>, StoreError> {
    let params = [workspace_id.into(), webhook_id.into(), before.into(), limit.into()];
    db.query(&LOG, &params, WebhookDelivery::read)
}

/// Queues a delivery that has ended once more; false if it is unknown or still queued.
pub fn replay(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    webhook_id: i64,
    id: i64,
    now: i64,
) -> Result<bool, StoreError> {
    let params = [workspace_id.into(), webhook_id.into(), id.into(), now.into()];
    Ok(tx.execute(&REPLAY, &params)? == 1)
}

/// Queues once more what failed of the deliveries queued from `from` until before `to`; how many.
pub fn replay_failed(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    webhook_id: i64,
    from: i64,
    to: i64,
    now: i64,
) -> Result<u64, StoreError> {
    let params = [workspace_id.into(), webhook_id.into(), from.into(), to.into(), now.into()];
    tx.execute(&REPLAY_SINCE, &params)
}
