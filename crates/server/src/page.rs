//! Pages by seek: `?after=ID&limit=N`, newest first; the answer names where the next one begins.

use std::fmt::Display;
use std::str::FromStr;

use serde::Serialize;
use utoipa::ToSchema;

use crate::error::ApiError;

/// Entries of a page where the caller does not say.
pub const LIMIT_STANDARD: u32 = 50;

/// The most entries of a page.
pub const LIMIT_MAX: u32 = 200;

/// One page of a list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The entries.
    pub items: Vec<T>,
    /// Send it as `after` to get the next page; `null` on the last one.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A page of `items`, of which one more than `limit` were asked for.
    pub fn of<K: Display>(mut items: Vec<T>, limit: usize, key: impl Fn(&T) -> K) -> Self {
        let more = limit < items.len();
        items.truncate(limit);
        let next = if more { items.last().map(|it| key(it).to_string()) } else { None };
        Self { items, next }
    }
}

/// The length of a page that was asked for.
///
/// # Errors
/// `A0410` where it is 0 or above [`LIMIT_MAX`].
pub(crate) fn limit(asked: Option<u32>) -> Result<usize, ApiError> {
    let asked = asked.unwrap_or(LIMIT_STANDARD);
    match (1..=LIMIT_MAX).contains(&asked) {
        true => Ok(asked as usize),
        false => Err(wrong_query("limit", format!("is 1 to {LIMIT_MAX}"))),
    }
}

/// Reads a parameter that has a type of its own.
///
/// # Errors
/// `A0410` with what the type says.
pub(crate) fn parse<T>(name: &str, text: Option<&String>) -> Result<Option<T>, ApiError>
where
    T: FromStr,
    T::Err: Display,
{
    let parsed = text.map(|it| it.parse());
    parsed.transpose().map_err(|error: T::Err| wrong_query(name, error.to_string()))
}

/// A parameter that cannot be used.
pub(crate) fn wrong_query(name: &str, message: impl Into<String>) -> ApiError {
    let text = "the query cannot be read";
    ApiError::new(axum::http::StatusCode::UNPROCESSABLE_ENTITY, "A0410", text).at(name, message)
}

/// A parameter that is one of `known`.
///
/// # Errors
/// `A0410` for another one.
pub(crate) fn one_of(
    name: &str,
    given: Option<String>,
    known: &[&str],
) -> Result<Option<String>, ApiError> {
    match given {
        Some(text) if !known.contains(&text.as_str()) => {
            Err(wrong_query(name, format!("use one of {}", known.join(", "))))
        }
        given => Ok(given),
    }
}
