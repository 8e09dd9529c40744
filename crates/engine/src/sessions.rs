//! Browsers that are signed in: begun with a password, known by a secret, ended in good time.
//!
//! Only a hash of the secret is kept. Everything else about a caller is read anew with each
//! request, so a change of role holds at once.

use model::Timestamp;
use model::id::UserId;
use serde_json::json;
use store::user::LoginSession;

use crate::engine::{Engine, WORKSPACE};
use crate::identity::{Identity, identity_of_user};
use crate::secret::{hash_key, random_text};
use crate::users::{UserView, view};
use crate::{Actor, Refusal, RefusalKind, audit};

/// A session that begins.
#[derive(Clone, PartialEq, Eq)]
pub struct NewSession {
    /// What the browser proves itself with; kept nowhere else.
    pub secret: String,
    /// When it ends at the latest.
    pub expires_at: Timestamp,
}

/// Secrets stay out of logs.
impl std::fmt::Debug for NewSession {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewSession").field("expires_at", &self.expires_at).finish_non_exhaustive()
    }
}

/// A person with the workspace they are signed in to.
#[derive(Clone, Debug, PartialEq)]
pub struct SignedIn {
    /// Who.
    pub user: UserView,
    /// The name of the workspace.
    pub workspace: String,
    /// Its time zone.
    pub zone: String,
    /// ISO 4217 code of its values.
    pub currency: String,
    /// The present instant by the clock of record.
    pub now: Timestamp,
}

/// How long a session lasts. A rep signs in once a week.
pub const SESSION_SECONDS: i64 = 7 * 24 * 3_600;

const SESSION_MICROS: i64 = SESSION_SECONDS * 1_000_000;

impl Engine {
    /// Begins a session of a user who has just proved who they are.
    ///
    /// # Errors
    /// `A0404` for a user who may not sign in. Failures of the store.
    pub async fn begin_session(&self, user: UserId) -> Result<NewSession, Refusal> {
        let secret = random_text()
            .map_err(|error| Refusal::new(RefusalKind::Internal, "A0500", error.to_string()))?;
        let hash = hash_key(&secret);
        let engine = self.clone();
        let expires_at = self
            .write(move |tx, now| {
                let found = store::user::get(tx, WORKSPACE, user.raw())?;
                let Some(found) = found.filter(|it| it.active == 1) else {
                    return Ok(Err(Refusal::not_found("user", user)));
                };
                let expires_at = now.as_micros() + SESSION_MICROS;
                let row = LoginSession {
                    token_hash: hash.clone(),
                    workspace_id: WORKSPACE,
                    user_id: found.id,
                    created_at: now.as_micros(),
                    expires_at,
                };
                store::user::insert_sessions(tx, &[row])?;
                let rep = found.rep.as_ref().and_then(|it| it.parse().ok());
                let actor = Actor::User(user, rep);
                let body = json!({ "v": 1 });
                audit::note(tx, &engine, now, &actor, "session.begin", &user.to_string(), &body)?;
                Ok(Ok(Timestamp::from_micros(expires_at)))
            })
            .await?;
        Ok(NewSession { secret, expires_at })
    }

    /// Who has the session with this secret; none if it ended or its user may not sign in any more.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn identify_session(&self, secret: &str) -> Result<Option<Identity>, Refusal> {
        let hash = hash_key(secret);
        self.read(move |db| {
            let now = db.now()?.as_micros();
            let session = store::user::session(db, &hash, now)?;
            let Some(session) = session.filter(|it| it.workspace_id == WORKSPACE) else {
                return Ok(Ok(None));
            };
            let user = store::user::get(db, WORKSPACE, session.user_id)?;
            Ok(Ok(user.filter(|it| it.active == 1).as_ref().and_then(identity_of_user)))
        })
        .await
    }

    /// Ends the session with this secret; one that ended already stays so.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn end_session(&self, secret: &str) -> Result<(), Refusal> {
        let hash = hash_key(secret);
        self.write(move |tx, _| Ok(Ok(store::user::end_session(tx, &hash).map(drop)?))).await
    }

    /// Ends every session of the person who asks, this one included.
    ///
    /// # Errors
    /// `A0403` where no person asks. Failures of the store.
    pub async fn end_own_sessions(&self, actor: Actor) -> Result<(), Refusal> {
        let user = person(&actor)?;
        let engine = self.clone();
        self.write(move |tx, now| {
            store::user::end_sessions_of(tx, WORKSPACE, user.raw())?;
            let body = json!({ "v": 1 });
            audit::note(tx, &engine, now, &actor, "session.end_all", &user.to_string(), &body)?;
            Ok(Ok(()))
        })
        .await
    }

    /// Forgets sessions that have ended; how many.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn forget_ended_sessions(&self) -> Result<u64, Refusal> {
        self.write(|tx, now| Ok(Ok(store::user::purge_sessions(tx, now.as_micros())?))).await
    }

    /// The person who asks, with their workspace.
    ///
    /// # Errors
    /// `A0403` where no person asks. Failures of the store.
    pub async fn signed_in(&self, actor: Actor) -> Result<SignedIn, Refusal> {
        let id = person(&actor)?;
        self.read(move |db| {
            let user = store::user::get(db, WORKSPACE, id.raw())?;
            let workspace = store::workspace::get(db, WORKSPACE)?;
            let (Some(user), Some(workspace)) = (user, workspace) else {
                return Ok(Err(Refusal::not_found("user", id)));
            };
            Ok(Ok(SignedIn {
                user: view(&user),
                workspace: workspace.name,
                zone: workspace.zone,
                currency: workspace.currency,
                now: db.now()?,
            }))
        })
        .await
    }
}

fn person(actor: &Actor) -> Result<UserId, Refusal> {
    match actor {
        Actor::User(id, _) => Ok(*id),
        Actor::Key(_) | Actor::Operator | Actor::System | Actor::Rep(_) => {
            let message = "only a person has sessions";
            Err(Refusal::new(RefusalKind::Forbidden, "A0403", message))
        }
    }
}
