//! Parts of a path. What is not an id is not found: nothing can have that name.

use std::str::FromStr;

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;

use super::nul;
use crate::error::ApiError;
use crate::observe;

/// The one variable part of a path.
pub(crate) struct Segment(String);

/// Two variable parts of a path.
pub(crate) struct Segments(pub(crate) Segment, pub(crate) Segment);

impl Segment {
    /// The part as an id or name of `what`.
    pub(crate) fn parse<T: FromStr>(&self, what: &str) -> Result<T, ApiError> {
        let short: String = self.0.chars().take(40).collect();
        self.0.parse().map_err(|_| ApiError::not_found(what, short))
    }

    /// The part as it is.
    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Segment {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        refuse_nul(parts)?;
        let found = Path::<String>::from_request_parts(parts, state).await;
        if let Ok(Path(text)) = &found {
            observe::note_segment(text);
        }
        found.map(|Path(it)| Self(it)).map_err(|_| ApiError::not_found("resource", "?"))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Segments {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        refuse_nul(parts)?;
        let found = Path::<(String, String)>::from_request_parts(parts, state).await;
        if let Ok(Path((first, _))) = &found {
            observe::note_segment(first);
        }
        found
            .map(|Path((a, b))| Self(Segment(a), Segment(b)))
            .map_err(|_| ApiError::not_found("resource", "?"))
    }
}

/// Nothing has a name with U+0000 in it.
fn refuse_nul(parts: &Parts) -> Result<(), ApiError> {
    match nul::is_in_address(parts.uri.path()) {
        true => Err(ApiError::not_found("resource", "?")),
        false => Ok(()),
    }
}
