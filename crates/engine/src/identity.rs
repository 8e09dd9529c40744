//! Who a caller is and how far they may go, from a password or an API key.

use model::RepId;
use model::id::{KeyId, UserId};
use store::user::{ApiKey, User};
use store::{Snapshot, StoreError};

use crate::access::{Action, Reach, Role};
use crate::engine::{Engine, WORKSPACE};
use crate::secret::hash_key;
use crate::{Actor, Refusal};

/// A caller who proved who they are.
#[derive(Clone, Debug, PartialEq)]
pub struct Identity {
    /// As written beside everything they do.
    pub actor: Actor,
    /// The role of the user, or of the user who made the key.
    pub role: Role,
    /// The scopes of an API key; absent for a person.
    pub scopes: Option<Vec<String>>,
}

/// A user who may sign in, with what the password is checked against.
#[derive(Clone, Debug, PartialEq)]
pub struct SignIn {
    /// Who it would be.
    pub identity: Identity,
    /// Argon2 hash.
    pub password_hash: String,
}

/// How long a use of a key goes unrecorded after the one before.
const USE_RECORDED_MICROS: i64 = 60_000_000;

impl Identity {
    /// How far this caller may do `action`. A key reaches what its scopes say, and what its
    /// creator may do at this moment; an admin may lend every scope.
    pub fn reach(&self, action: Action) -> Reach {
        let Some(scopes) = &self.scopes else { return self.role.reach(action) };
        let lent = match self.role {
            Role::Admin => Reach::Workspace,
            _ => self.role.reach(action),
        };
        // Own and team are people's: a key has neither.
        match lent {
            Reach::Workspace => action.reach_of_key(scopes),
            Reach::Nothing | Reach::Own | Reach::Team => Reach::Nothing,
        }
    }

    /// The rep the caller is.
    pub fn rep(&self) -> Option<&RepId> {
        self.actor.rep()
    }
}

impl Engine {
    /// Who has this API key; none if it is unknown, ended or revoked, or its creator may not sign
    /// in any more. Its use is recorded at most once a minute.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn identify_key(&self, secret: &str) -> Result<Option<Identity>, Refusal> {
        let hash = hash_key(secret);
        let found = self
            .read(move |db| {
                let now = db.now()?.as_micros();
                let key = store::user::key_by_hash(db, &hash)?.filter(|it| is_good(it, now));
                let Some(key) = key else { return Ok(Ok(None)) };
                let identity = identity_of_key(db, &key)?;
                let stale = key.last_used_at.is_none_or(|it| it + USE_RECORDED_MICROS < now);
                Ok(Ok(identity.map(|it| (it, stale.then_some(key.id)))))
            })
            .await?;
        let Some((identity, used)) = found else { return Ok(None) };
        if let Some(id) = used {
            // Nobody waits for it: a lost record of use is recorded by the next one.
            drop(self.store().write(move |tx| {
                let now = tx.now()?.as_micros();
                store::user::use_key(tx, WORKSPACE, id, now)
            }));
        }
        Ok(Some(identity))
    }

    /// The user with this id, if they may sign in.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn identify_user(&self, id: UserId) -> Result<Option<Identity>, Refusal> {
        self.read(move |db| {
            let user = store::user::get(db, WORKSPACE, id.raw())?.filter(|it| it.active == 1);
            Ok(Ok(user.as_ref().and_then(identity_of_user)))
        })
        .await
    }

    /// The user with this mail address who may sign in with a password.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn find_sign_in(&self, email: &str) -> Result<Option<SignIn>, Refusal> {
        let email = crate::users::fold_email(email);
        self.read(move |db| {
            let user = store::user::by_email(db, WORKSPACE, &email)?.filter(|it| it.active == 1);
            Ok(Ok(user.and_then(|it| {
                let identity = identity_of_user(&it)?;
                Some(SignIn { identity, password_hash: it.password_hash? })
            })))
        })
        .await
    }
}

fn is_good(key: &ApiKey, now: i64) -> bool {
    key.workspace_id == WORKSPACE
        && key.revoked_at.is_none()
        && key.expires_at.is_none_or(|it| now < it)
}

fn identity_of_key(db: &mut Snapshot<'_>, key: &ApiKey) -> Result<Option<Identity>, StoreError> {
    let scopes = serde_json::from_str(&key.scopes).unwrap_or_default();
    let creator = store::user::get(db, WORKSPACE, key.created_by)?;
    let creator = creator.filter(|it| it.active == 1).and_then(|it| it.role.parse().ok());
    let actor = Actor::Key(KeyId::from_raw(key.id));
    Ok(creator.map(|role| Identity { actor, role, scopes: Some(scopes) }))
}

pub(crate) fn identity_of_user(user: &User) -> Option<Identity> {
    let rep = user.rep.as_ref().and_then(|it| it.parse().ok());
    let actor = Actor::User(UserId::from_raw(user.id), rep);
    Some(Identity { actor, role: user.role.parse().ok()?, scopes: None })
}
