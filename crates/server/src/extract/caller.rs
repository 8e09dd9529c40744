//! The gate before every route: who asks, and how far they may do what the route does.

use axum::extract::{FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use engine::access::{Action, Reach};
use engine::identity::Identity;
use engine::sight::Sight;

use crate::error::{ApiError, internal};
use crate::observe;
use crate::routes::{BodyKind, Need};
use crate::{App, Limits};

/// The check before one route.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    pub(crate) app: App,
    pub(crate) need: Need,
    pub(crate) body: BodyKind,
}

/// The most bytes of the body of a request.
#[derive(Clone, Copy, Debug)]
pub(crate) struct BodyBytesMax(pub(crate) usize);

/// Who asks, with how far they may do what the route does; never [`Reach::Nothing`].
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) identity: Identity,
    pub(crate) reach: Reach,
}

impl Caller {
    /// Who it is, to be written beside what is done.
    pub(crate) fn actor(&self) -> engine::Actor {
        self.identity.actor.clone()
    }

    /// What the caller may see or change by the route's own action.
    pub(crate) fn sight(&self) -> Sight {
        Sight::of(self.reach, &self.identity)
    }
}

/// Lets those through who may do what the route does.
pub(crate) async fn gate(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let Limits { body_bytes_max, batch_bytes_max, .. } = gate.app.limits;
    let most = match gate.body {
        BodyKind::Single => body_bytes_max,
        BodyKind::Batch => batch_bytes_max,
    };
    parts.extensions.insert(BodyBytesMax(most));
    match gate.need {
        Need::Nobody | Need::Signature | Need::SignIn => {}
        Need::Action(action) => match caller(&gate.app, &parts, action).await {
            Ok(caller) => {
                observe::note_actor(&caller.identity.actor);
                parts.extensions.insert(caller);
            }
            Err(error) => return error.into_response(),
        },
    }
    next.run(Request::from_parts(parts, body)).await
}

async fn caller(app: &App, parts: &Parts, action: Action) -> Result<Caller, ApiError> {
    let identity = app.auth.identify(&app.engine, &parts.method, &parts.headers).await?;
    match identity.reach(action) {
        Reach::Nothing => Err(ApiError::forbidden(match (&identity.scopes, action.scope()) {
            (Some(_), Some(scope)) => format!("the API key needs the scope `{scope}`"),
            (Some(_), None) => "no API key may do this; a person must sign in".to_owned(),
            (None, _) => format!("the role `{}` does not include this", identity.role),
        })),
        reach => Ok(Caller { identity, reach }),
    }
}

impl<S: Sync> FromRequestParts<S> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        // The gate put it there; a route for nobody in particular has no caller to ask for.
        parts.extensions.get::<Self>().cloned().ok_or_else(internal)
    }
}
