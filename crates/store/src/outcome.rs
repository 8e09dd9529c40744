//! What became of leads.

use crate::sql::{ColumnType, Columns, rows};
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// What became of a lead.
    pub struct Outcome in "outcome" {
        /// Workspace.
        workspace_id: i64,
        /// Its number.
        id: i64,
        /// The lead.
        lead_id: Option<i64>,
        /// The handoff.
        handoff_id: Option<i64>,
        /// `meeting`, `opportunity`, `won` or `lost`.
        kind: String,
        /// When.
        at: i64,
        /// In whole units of currency.
        value: Option<i64>,
        /// Source of the lead.
        lead_source: Option<String>,
        /// Source the outcome is credited to.
        attributed_source: Option<String>,
        /// Its id in the system it came from.
        external_id: Option<String>,
        /// Details as JSON.
        body: String,
    }
}

const EXTERNAL: Columns = &[
    ("workspace_id", ColumnType::Int),
    ("kind", ColumnType::Text),
    ("external_id", ColumnType::Text),
];

crate::statements! {
    Insert INSERT_NEW = Outcome::TABLE, Outcome::COLUMNS, "on conflict do nothing";
    Batch BY_EXTERNAL = EXTERNAL, Outcome::COLUMNS, "select {t.columns} from outcome t {, keys}
        where t.workspace_id = k.workspace_id and t.kind = k.kind
        and t.external_id = k.external_id and t.external_id is not null";
    Batch UPDATE = Outcome::COLUMNS, "update outcome set lead_id = k.lead_id,
        handoff_id = k.handoff_id, kind = k.kind, at = k.at, value = k.value,
        lead_source = k.lead_source, attributed_source = k.attributed_source, body = k.body
        {from keys} where outcome.workspace_id = k.workspace_id and outcome.id = k.id";
    Select OF_LEAD = Outcome::COLUMNS, "select {columns} from outcome
        where workspace_id = ?1 and lead_id = ?2 order by at, id";
}

/// Adds outcomes; those whose external id is known for their kind or, of a verdict, for the other one,
/// or whose id is, are passed over.
pub fn insert_new(tx: &mut Tx<'_>, rows: &[Outcome]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT_NEW, rows, Outcome::values)
}

/// All outcomes of a lead, oldest first.
pub fn of_lead(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    lead_id: i64,
) -> Result<Vec<Outcome>, StoreError> {
    db.query(&OF_LEAD, &[workspace_id.into(), lead_id.into()], Outcome::read)
}

/// The outcomes with these ids at their senders, given as (kind, id), in no order.
pub fn by_external_ids(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    ids: &[(String, String)],
) -> Result<Vec<Outcome>, StoreError> {
    db.query_many(
        &BY_EXTERNAL,
        ids,
        |it| [workspace_id.into(), (&it.0).into(), (&it.1).into()],
        Outcome::read,
    )
}

/// Writes what is known of outcomes now, except their ids; how many. The caller has locked their
/// deals.
pub fn update(tx: &mut Tx<'_>, rows: &[Outcome]) -> Result<u64, StoreError> {
    tx.execute_many(&UPDATE, rows, Outcome::values)
}
