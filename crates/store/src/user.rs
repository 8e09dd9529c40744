//! People who sign in, their sessions, and API keys. Secrets are kept as hashes only.

use crate::sql::rows;
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// A person who signs in.
    pub struct User in "app_user" {
        /// Workspace.
        workspace_id: i64,
        /// Their number.
        id: i64,
        /// Folded to lower case.
        email: String,
        /// As shown to people.
        name: String,
        /// What they may do.
        role: String,
        /// The rep they are.
        rep: Option<String>,
        /// Argon2 hash; absent with single sign-on.
        password_hash: Option<String>,
        /// 1 if they may sign in.
        active: i64,
        /// When they were added.
        created_at: i64,
    }
}

rows! {
    /// A key of the API; only its hash is kept.
    pub struct ApiKey in "api_key" {
        /// Workspace.
        workspace_id: i64,
        /// Its number.
        id: i64,
        /// What it is for.
        name: String,
        /// Its first characters, to tell it apart.
        prefix: String,
        /// SHA-256 of the key.
        hash: Vec<u8>,
        /// What it may do at most.
        role: String,
        /// Scopes as JSON.
        scopes: String,
        /// The user who made it.
        created_by: i64,
        /// When it was made.
        created_at: i64,
        /// When it ends.
        expires_at: Option<i64>,
        /// When it was revoked.
        revoked_at: Option<i64>,
        /// When it was last used.
        last_used_at: Option<i64>,
    }
}

rows! {
    /// A browser that is signed in.
    pub struct LoginSession in "login_session" {
        /// SHA-256 of the cookie.
        token_hash: Vec<u8>,
        /// Workspace.
        workspace_id: i64,
        /// The user.
        user_id: i64,
        /// When they signed in.
        created_at: i64,
        /// When it ends.
        expires_at: i64,
    }
}

crate::statements! {
    Insert INSERT = User::TABLE, User::COLUMNS, "";
    Select BY_ID = User::COLUMNS, "select {columns} from app_user
        where workspace_id = ?1 and id = ?2";
    Select BY_EMAIL = User::COLUMNS, "select {columns} from app_user
        where workspace_id = ?1 and email = ?2";
    Select ALL = User::COLUMNS, "select {columns} from app_user
        where workspace_id = ?1 order by email";
    Batch UPDATE = User::COLUMNS, "update app_user set email = k.email, name = k.name,
        role = k.role, rep = k.rep, password_hash = k.password_hash, active = k.active
        {from keys} where app_user.workspace_id = k.workspace_id and app_user.id = k.id";
    Insert INSERT_KEY = ApiKey::TABLE, ApiKey::COLUMNS, "";
    Select KEY_BY_HASH = ApiKey::COLUMNS, "select {columns} from api_key where hash = ?1";
    Select ALL_KEYS = ApiKey::COLUMNS, "select {columns} from api_key
        where workspace_id = ?1 order by id";
    Statement REVOKE_KEY = "update api_key set revoked_at = ?3
        where workspace_id = ?1 and id = ?2 and revoked_at is null";
    Statement USE_KEY = "update api_key set last_used_at = ?3 where workspace_id = ?1 and id = ?2";
    Insert INSERT_SESSION = LoginSession::TABLE, LoginSession::COLUMNS, "";
    Select SESSION = LoginSession::COLUMNS, "select {columns} from login_session
        where token_hash = ?1 and ?2 < expires_at";
    Statement DROP_SESSION = "delete from login_session where token_hash = ?1";
    Statement DROP_SESSIONS_OF = "delete from login_session
        where workspace_id = ?1 and user_id = ?2";
    Statement PURGE_SESSIONS = "delete from login_session where expires_at <= ?1";
}

/// Adds users. A second one with the same mail address is refused as a duplicate.
pub fn insert(tx: &mut Tx<'_>, rows: &[User]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT, rows, User::values)
}

/// The user with this id.
pub fn get(db: &mut Snapshot<'_>, workspace_id: i64, id: i64) -> Result<Option<User>, StoreError> {
    db.query_opt(&BY_ID, &[workspace_id.into(), id.into()], User::read)
}

/// The user with this mail address, folded to lower case.
pub fn by_email(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    email: &str,
) -> Result<Option<User>, StoreError> {
    db.query_opt(&BY_EMAIL, &[workspace_id.into(), email.into()], User::read)
}

/// All users, by mail address.
pub fn list(db: &mut Snapshot<'_>, workspace_id: i64) -> Result<Vec<User>, StoreError> {
    db.query(&ALL, &[workspace_id.into()], User::read)
}

/// Overwrites users; the number of rows found.
pub fn update(tx: &mut Tx<'_>, rows: &[User]) -> Result<u64, StoreError> {
    tx.execute_many(&UPDATE, rows, User::values)
}

/// Adds API keys.
pub fn insert_keys(tx: &mut Tx<'_>, rows: &[ApiKey]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT_KEY, rows, ApiKey::values)
}

/// The API key with this hash, in any workspace: this is how a caller's workspace is found.
pub fn key_by_hash(db: &mut Snapshot<'_>, hash: &[u8]) -> Result<Option<ApiKey>, StoreError> {
    db.query_opt(&KEY_BY_HASH, &[hash.into()], ApiKey::read)
}

/// All API keys, by id.
pub fn list_keys(db: &mut Snapshot<'_>, workspace_id: i64) -> Result<Vec<ApiKey>, StoreError> {
    db.query(&ALL_KEYS, &[workspace_id.into()], ApiKey::read)
}

/// Revokes an API key; false if it is unknown or revoked already.
pub fn revoke_key(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    id: i64,
    now: i64,
) -> Result<bool, StoreError> {
    Ok(tx.execute(&REVOKE_KEY, &[workspace_id.into(), id.into(), now.into()])? == 1)
}

/// Notes that an API key was used.
pub fn use_key(tx: &mut Tx<'_>, workspace_id: i64, id: i64, now: i64) -> Result<bool, StoreError> {
    Ok(tx.execute(&USE_KEY, &[workspace_id.into(), id.into(), now.into()])? == 1)
}

/// Adds sessions.
pub fn insert_sessions(tx: &mut Tx<'_>, rows: &[LoginSession]) -> Result<u64, StoreError> {
    tx.insert_many(&INSERT_SESSION, rows, LoginSession::values)
}

/// The session with this hash of its cookie, if it has not ended by `now`.
pub fn session(
    db: &mut Snapshot<'_>,
    token_hash: &[u8],
    now: i64,
) -> Result<Option<LoginSession>, StoreError> {
    db.query_opt(&SESSION, &[token_hash.into(), now.into()], LoginSession::read)
}

/// Ends a session; false if there is none.
pub fn end_session(tx: &mut Tx<'_>, token_hash: &[u8]) -> Result<bool, StoreError> {
    Ok(tx.execute(&DROP_SESSION, &[token_hash.into()])? == 1)
}

/// Ends all sessions of a user, e.g. when the password changes; their number.
pub fn end_sessions_of(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    user_id: i64,
) -> Result<u64, StoreError> {
    tx.execute(&DROP_SESSIONS_OF, &[workspace_id.into(), user_id.into()])
}

/// Forgets sessions that ended by `now`; their number.
pub fn purge_sessions(tx: &mut Tx<'_>, now: i64) -> Result<u64, StoreError> {
    tx.execute(&PURGE_SESSIONS, &[now.into()])
}
