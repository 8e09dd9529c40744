//! The part after the question mark; unknown parameters are refused, not passed over.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use super::nul;
use crate::error::ApiError;
use crate::page::wrong_query;

/// The parameters of a query. `T` denies unknown fields.
pub(crate) struct Query<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let mut pairs = parts.uri.query().unwrap_or_default().split('&');
        if let Some(pair) = pairs.find(|it| nul::is_in_address(it)) {
            let name = pair.split('=').next().filter(|it| !nul::is_in_address(it));
            return Err(wrong_query(name.unwrap_or("query"), nul::MESSAGE));
        }
        let read = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        read.map(|it| Self(it.0)).map_err(|rejection| {
            let text = rejection.body_text();
            let text = text.strip_prefix("Failed to deserialize query string: ").unwrap_or(&text);
            match text.split_once(": ") {
                Some((name, message)) if !name.contains(' ') => wrong_query(name, message),
                _ => wrong_query("query", text),
            }
        })
    }
}
