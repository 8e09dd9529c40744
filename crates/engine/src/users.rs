//! People who sign in: added, changed, switched off, never removed.

use model::id::UserId;
use model::{RepId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::user::User;
use store::{Snapshot, StoreError, Tx};

use crate::access::Role;
use crate::engine::{Engine, WORKSPACE};
use crate::refusal::FieldFault;
use crate::roster_text::to_json;
use crate::secret::{PASSWORD_LENGTH_MIN, hash_password};
use crate::{Actor, Refusal, RefusalKind, audit};

/// A user to add.
#[derive(Clone, Debug)]
pub struct UserRequest {
    /// Mail address; unique, upper and lower case are one.
    pub email: String,
    /// As shown to people.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// The rep they are.
    pub rep: Option<RepId>,
    /// Argon2 hash of the password, made with [`checked_password`]; absent with single sign-on.
    pub password_hash: Option<String>,
}

/// What to change of a user; absent stays as it is.
#[derive(Clone, Debug, Default)]
pub struct UserChange {
    /// As shown to people.
    pub name: Option<String>,
    /// What they may do. Nobody changes their own.
    pub role: Option<Role>,
    /// The rep they are; `Some(None)` for none.
    pub rep: Option<Option<RepId>>,
    /// Argon2 hash of a new password.
    pub password_hash: Option<String>,
    /// Whether they may sign in.
    pub active: Option<bool>,
}

/// A user, without secrets.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct UserView {
    /// The user.
    pub id: UserId,
    /// Mail address in lower case.
    pub email: String,
    /// As shown to people.
    pub name: String,
    /// What they may do.
    pub role: String,
    /// The rep they are.
    pub rep: Option<String>,
    /// Whether they may sign in.
    pub active: bool,
    /// When they were added.
    pub created_at: Timestamp,
}

const EMAIL_LENGTH_MAX: usize = 254;

/// Mail addresses are compared in lower case, without spaces around.
pub fn fold_email(email: &str) -> String {
    email.trim().to_lowercase()
}

/// The hash to store of a new password. Takes tens of milliseconds on purpose.
///
/// # Errors
/// `A0411` for a password that is too short.
pub fn checked_password(password: &str) -> Result<String, Refusal> {
    if password.chars().count() < PASSWORD_LENGTH_MIN {
        let message = format!("a password has at least {PASSWORD_LENGTH_MIN} characters");
        return Err(wrong("password", message));
    }
    hash_password(password)
        .map_err(|error| Refusal::new(RefusalKind::Internal, "A0500", error.to_string()))
}

impl Engine {
    /// Adds a user.
    ///
    /// # Errors
    /// `A0411` for a mail address that is none, `A0605` for one that is taken. Failures of the store.
    pub async fn create_user(
        &self,
        actor: Actor,
        request: UserRequest,
    ) -> Result<UserView, Refusal> {
        let row = new_row(request)?;
        let engine = self.clone();
        self.write_once(move |tx, now| insert(&engine, tx, now, &actor, &row)).await
    }

    /// As [`Engine::create_user`], for callers without an async runtime.
    ///
    /// # Errors
    /// As [`Engine::create_user`].
    pub fn create_user_blocking(
        &self,
        actor: Actor,
        request: UserRequest,
    ) -> Result<UserView, Refusal> {
        let row = new_row(request)?;
        let engine = self.clone();
        self.write_blocking(move |tx, now| insert(&engine, tx, now, &actor, &row))
    }

    /// All users, by mail address.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn users(&self) -> Result<Vec<UserView>, Refusal> {
        self.read(|db| Ok(Ok(store::user::list(db, WORKSPACE)?.iter().map(view).collect()))).await
    }

    /// One user.
    ///
    /// # Errors
    /// `A0404` for an unknown user. Failures of the store.
    pub async fn user(&self, id: UserId) -> Result<UserView, Refusal> {
        self.read(move |db| {
            let user = store::user::get(db, WORKSPACE, id.raw())?;
            Ok(user.map(|it| view(&it)).ok_or_else(|| Refusal::not_found("user", id)))
        })
        .await
    }

    /// Changes a user. A new password or a switch to inactive ends all their sessions.
    ///
    /// # Errors
    /// `A0404` for an unknown user, `A0606` where nobody but admins would be lost, `A0607` for
    /// one's own role. Failures of the store.
    pub async fn change_user(
        &self,
        actor: Actor,
        id: UserId,
        change: UserChange,
    ) -> Result<UserView, Refusal> {
        let engine = self.clone();
        self.write(move |tx, now| {
            let Some(before) = store::user::get(tx, WORKSPACE, id.raw())? else {
                return Ok(Err(Refusal::not_found("user", id)));
            };
            let after = changed(&before, &change);
            if let Err(refusal) = check_change(tx, &actor, &before, &after)? {
                return Ok(Err(refusal));
            }
            store::user::update(tx, std::slice::from_ref(&after))?;
            if change.password_hash.is_some() || after.active == 0 {
                store::user::end_sessions_of(tx, WORKSPACE, id.raw())?;
            }
            let body = json!({
                "v": 1,
                "role": after.role,
                "rep": after.rep,
                "active": after.active == 1,
                "password": change.password_hash.is_some(),
            });
            audit::note(tx, &engine, now, &actor, "user.change", &id.to_string(), &body)?;
            Ok(Ok(view(&after)))
        })
        .await
    }
}

fn new_row(request: UserRequest) -> Result<User, Refusal> {
    let email = fold_email(&request.email);
    let parts = email
        .split_once('@')
        .filter(|(name, domain)| !name.is_empty() && domain.contains('.') && !domain.contains('@'));
    if parts.is_none() || EMAIL_LENGTH_MAX < email.len() || email.contains(char::is_whitespace) {
        return Err(wrong("email", "is not a mail address".to_owned()));
    }
    Ok(User {
        workspace_id: WORKSPACE,
        id: 0,
        email,
        name: request.name.trim().to_owned(),
        role: request.role.to_string(),
        rep: request.rep.map(|it| it.to_string()),
        password_hash: request.password_hash,
        active: 1,
        created_at: 0,
    })
}

fn insert(
    engine: &Engine,
    tx: &mut Tx<'_>,
    now: Timestamp,
    actor: &Actor,
    row: &User,
) -> crate::engine::Answer<UserView> {
    if let Err(refusal) = check_rep(tx, row.rep.as_deref())? {
        return Ok(Err(refusal));
    }
    if store::user::by_email(tx, WORKSPACE, &row.email)?.is_some() {
        let message = "there is a user with this mail address already";
        return Ok(Err(Refusal::new(RefusalKind::Conflict, "A0605", message)));
    }
    let id: UserId = engine.next_id(now);
    let row = User { id: id.raw(), created_at: now.as_micros(), ..row.clone() };
    store::user::insert(tx, std::slice::from_ref(&row))?;
    let body = json!({ "v": 1, "role": row.role, "rep": row.rep });
    audit::note(tx, engine, now, actor, "user.create", &id.to_string(), &body)?;
    Ok(Ok(view(&row)))
}

fn changed(before: &User, change: &UserChange) -> User {
    let mut after = before.clone();
    if let Some(name) = &change.name {
        name.trim().clone_into(&mut after.name);
    }
    if let Some(role) = change.role {
        after.role = role.to_string();
    }
    if let Some(rep) = &change.rep {
        after.rep = rep.as_ref().map(ToString::to_string);
    }
    if let Some(hash) = &change.password_hash {
        after.password_hash = Some(hash.clone());
    }
    if let Some(active) = change.active {
        after.active = i64::from(active);
    }
    after
}

fn check_change(
    db: &mut Snapshot<'_>,
    actor: &Actor,
    before: &User,
    after: &User,
) -> Result<Result<(), Refusal>, StoreError> {
    if before.rep != after.rep
        && let Err(refusal) = check_rep(db, after.rep.as_deref())?
    {
        return Ok(Err(refusal));
    }
    let own = matches!(actor, Actor::User(id, _) if id.raw() == before.id);
    if own && (before.role != after.role || before.active != after.active) {
        let message = "nobody changes their own role or switches themselves off";
        return Ok(Err(Refusal::new(RefusalKind::Forbidden, "A0607", message)));
    }
    let is_admin = |it: &User| it.active == 1 && it.role == Role::Admin.as_str();
    if is_admin(before) && !is_admin(after) {
        let users = store::user::list(db, WORKSPACE)?;
        if !users.iter().any(|it| it.id != before.id && is_admin(it)) {
            let message = "this is the last admin of the workspace; make another one first";
            return Ok(Err(Refusal::new(RefusalKind::Conflict, "A0606", message)));
        }
    }
    Ok(Ok(()))
}

/// A user is a rep of the roster, if there is a roster yet.
fn check_rep(db: &mut Snapshot<'_>, rep: Option<&str>) -> Result<Result<(), Refusal>, StoreError> {
    let Some(rep) = rep else { return Ok(Ok(())) };
    let Some(stored) = store::roster::latest(db, WORKSPACE)? else { return Ok(Ok(())) };
    let document = to_json(&stored.body);
    let reps = document.get("reps").and_then(serde_json::Value::as_object);
    let names = || reps.into_iter().flat_map(|it| it.keys().map(String::as_str));
    if names().any(|it| it == rep) {
        return Ok(Ok(()));
    }
    let meant = policy::nearest::nearest(rep, names());
    let meant = meant.map(|it| format!("; `{it}` may be meant")).unwrap_or_default();
    Ok(Err(wrong("rep", format!("the roster has no rep `{rep}`{meant}"))))
}

fn wrong(at: &str, message: String) -> Refusal {
    let field = FieldFault { at: at.to_owned(), code: "A0411".to_owned(), message };
    Refusal::new(RefusalKind::Invalid, "A0411", "the user cannot be stored like this")
        .with_fields(vec![field])
}

pub(crate) fn view(user: &User) -> UserView {
    UserView {
        id: UserId::from_raw(user.id),
        email: user.email.clone(),
        name: user.name.clone(),
        role: user.role.clone(),
        rep: user.rep.clone(),
        active: user.active == 1,
        created_at: Timestamp::from_micros(user.created_at),
    }
}
