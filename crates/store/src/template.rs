//! Texts of messages that replace those that are built in.

use crate::sql::rows;
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// The words of one kind of message in one language.
    pub struct Template in "template" {
        /// Workspace.
        workspace_id: i64,
        /// Its name, as notifications of a policy name it.
        name: String,
        /// ISO 639-1.
        language: String,
        /// Its parts as versioned JSON.
        body: String,
        /// When it was last written.
        updated_at: i64,
        /// Who wrote it.
        updated_by: String,
    }
}

crate::statements! {
    Insert PUT = Template::TABLE, Template::COLUMNS, "on conflict (workspace_id, name, language)
        do update set body = excluded.body, updated_at = excluded.updated_at,
        updated_by = excluded.updated_by";
    Select ONE = Template::COLUMNS, "select {columns} from template
        where workspace_id = ?1 and name = ?2 and language = ?3";
    Select ALL = Template::COLUMNS, "select {columns} from template
        where workspace_id = ?1 order by name, language";
    Statement REMOVE = "delete from template
        where workspace_id = ?1 and name = ?2 and language = ?3";
}

/// Writes a text over the one of its name and language.
pub fn put(tx: &mut Tx<'_>, row: &Template) -> Result<(), StoreError> {
    tx.insert_many(&PUT, std::slice::from_ref(row), Template::values)?;
    Ok(())
}

/// The text of this name and language.
pub fn get(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    name: &str,
    language: &str,
) -> Result<Option<Template>, StoreError> {
    db.query_opt(&ONE, &[workspace_id.into(), name.into(), language.into()], Template::read)
}

/// All texts, by name and language.
pub fn list(db: &mut Snapshot<'_>, workspace_id: i64) -> Result<Vec<Template>, StoreError> {
    db.query(&ALL, &[workspace_id.into()], Template::read)
}

/// Removes a text; false if there is none.
pub fn remove(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    name: &str,
    language: &str,
) -> Result<bool, StoreError> {
    Ok(tx.execute(&REMOVE, &[workspace_id.into(), name.into(), language.into()])? == 1)
}
