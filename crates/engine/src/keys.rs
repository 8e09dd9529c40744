//! API keys: made with scopes, shown once, revoked.

use model::Timestamp;
use model::id::{KeyId, UserId};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::user::ApiKey;

use crate::access::SCOPES;
use crate::engine::{Engine, WORKSPACE};
use crate::refusal::FieldFault;
use crate::secret::new_key;
use crate::{Actor, Refusal, RefusalKind, audit};

/// A key to make.
#[derive(Clone, Debug)]
pub struct KeyRequest {
    /// What it is for.
    pub name: String,
    /// What it may do; see [`SCOPES`].
    pub scopes: Vec<String>,
    /// When it ends; never where absent.
    pub expires_at: Option<Timestamp>,
}

/// A key, without its secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct KeyView {
    /// The key.
    pub id: KeyId,
    /// What it is for.
    pub name: String,
    /// Its first letters.
    pub prefix: String,
    /// What it may do.
    pub scopes: Vec<String>,
    /// Who made it.
    pub created_by: UserId,
    /// When it was made.
    pub created_at: Timestamp,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    pub last_used_at: Option<Timestamp>,
}

const NAME_LENGTH_MAX: usize = 100;

impl Engine {
    /// Makes a key; its secret comes with the first answer only, never with a repeat.
    ///
    /// # Errors
    /// `A0411` for a name or scope that cannot be. `A0403` where the actor is no user. Failures of
    /// the store.
    pub async fn create_key(
        &self,
        actor: Actor,
        request: KeyRequest,
    ) -> Result<(KeyView, Option<String>), Refusal> {
        let Actor::User(creator, _) = &actor else {
            let message = "only a person can make an API key";
            return Err(Refusal::new(RefusalKind::Forbidden, "A0403", message));
        };
        check(&request)?;
        let created_by = creator.raw();
        let key = new_key()
            .map_err(|error| Refusal::new(RefusalKind::Internal, "A0500", error.to_string()))?;
        let secret = key.secret.clone();
        let engine = self.clone();
        let view = self
            .write_once(move |tx, now| {
                let Some(user) = store::user::get(tx, WORKSPACE, created_by)? else {
                    return Ok(Err(Refusal::not_found("user", UserId::from_raw(created_by))));
                };
                if user.active == 0 {
                    let message =
                        "this user cannot sign in any more, so their keys would do nothing";
                    return Ok(Err(Refusal::new(RefusalKind::Forbidden, "A0403", message)));
                }
                if request.expires_at.is_some_and(|it| it <= now) {
                    let past = vec![fault("expires_at", "lies in the future".to_owned())];
                    return Ok(Err(unmade(past)));
                }
                let id: KeyId = engine.next_id(now);
                let row = ApiKey {
                    workspace_id: WORKSPACE,
                    id: id.raw(),
                    name: request.name.trim().to_owned(),
                    prefix: key.prefix.clone(),
                    hash: key.hash.clone(),
                    role: user.role,
                    scopes: json!(request.scopes).to_string(),
                    created_by,
                    created_at: now.as_micros(),
                    expires_at: request.expires_at.map(Timestamp::as_micros),
                    revoked_at: None,
                    last_used_at: None,
                };
                store::user::insert_keys(tx, std::slice::from_ref(&row))?;
                let body = json!({ "v": 1, "scopes": request.scopes });
                audit::note(tx, &engine, now, &actor, "key.create", &id.to_string(), &body)?;
                Ok(Ok(view(&row)))
            })
            .await?;
        let fresh = !self.once.as_ref().is_some_and(|it| it.is_replayed());
        Ok((view, fresh.then_some(secret)))
    }

    /// All keys, oldest first.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn keys(&self) -> Result<Vec<KeyView>, Refusal> {
        self.read(|db| {
            let keys = store::user::list_keys(db, WORKSPACE)?;
            Ok(Ok(keys.iter().map(view).collect()))
        })
        .await
    }

    /// Revokes a key; revoking it again changes nothing.
    ///
    /// # Errors
    /// `A0404` for an unknown key. Failures of the store.
    pub async fn revoke_key(&self, actor: Actor, id: KeyId) -> Result<(), Refusal> {
        let engine = self.clone();
        self.write_once(move |tx, now| {
            let known = store::user::list_keys(tx, WORKSPACE)?.iter().any(|it| it.id == id.raw());
            if !known {
                return Ok(Err(Refusal::not_found("API key", id)));
            }
            if store::user::revoke_key(tx, WORKSPACE, id.raw(), now.as_micros())? {
                let body = json!({ "v": 1 });
                audit::note(tx, &engine, now, &actor, "key.revoke", &id.to_string(), &body)?;
            }
            Ok(Ok(()))
        })
        .await
    }
}

fn check(request: &KeyRequest) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    let name = request.name.trim();
    let length = name.chars().count();
    if !(1..=NAME_LENGTH_MAX).contains(&length) || name.chars().any(char::is_control) {
        let message = format!("give a name of 1 to {NAME_LENGTH_MAX} characters on one line");
        faults.push(fault("name", message));
    }
    if request.scopes.is_empty() {
        faults.push(fault("scopes", format!("name at least one of {}", SCOPES.join(", "))));
    }
    for (at, scope) in request.scopes.iter().enumerate() {
        if !SCOPES.contains(&scope.as_str()) {
            let message = format!("there is no such scope; use {}", SCOPES.join(", "));
            faults.push(fault(&format!("scopes[{at}]"), message));
        }
    }
    match faults.is_empty() {
        true => Ok(()),
        false => Err(unmade(faults)),
    }
}

fn fault(at: &str, message: String) -> FieldFault {
    FieldFault { at: at.to_owned(), code: "A0411".to_owned(), message }
}

fn unmade(faults: Vec<FieldFault>) -> Refusal {
    let message = "the API key cannot be made like this";
    Refusal::new(RefusalKind::Invalid, "A0411", message).with_fields(faults)
}

fn view(key: &ApiKey) -> KeyView {
    let instant = |it: Option<i64>| it.map(Timestamp::from_micros);
    KeyView {
        id: KeyId::from_raw(key.id),
        name: key.name.clone(),
        prefix: key.prefix.clone(),
        scopes: serde_json::from_str(&key.scopes).unwrap_or_default(),
        created_by: UserId::from_raw(key.created_by),
        created_at: Timestamp::from_micros(key.created_at),
        expires_at: instant(key.expires_at),
        revoked_at: instant(key.revoked_at),
        last_used_at: instant(key.last_used_at),
    }
}
