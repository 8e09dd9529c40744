//! What came back, and what a status usually means.

use model::{Seconds, Timestamp};
use reqwest::header::{HeaderMap, RETRY_AFTER};
use serde::de::DeserializeOwned;

use crate::delivery::{Code, Failure};

/// An answer whose body, if it was read at all, is short.
#[derive(Clone, Debug)]
pub(crate) struct Answer {
    /// The HTTP status.
    pub(crate) status: u16,
    /// What `Retry-After` asks for.
    pub(crate) retry_after: Option<Seconds>,
    /// The body.
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// Itself when it is a success; else what a failure of this status means with a vendor.
    pub(crate) fn success(self) -> Result<Self, Failure> {
        let detail = format!("HTTP {}", self.status);
        match self.status {
            200..=299 => Ok(self),
            300..=399 => Err(Failure::failed(Code::Redirected, detail)),
            401 | 403 => Err(Failure::failed(Code::Credentials, detail)),
            408 | 409 | 423 | 425 | 429 | 500..=599 => {
                Err(Failure::failed(Code::NotNow, detail).after(self.retry_after))
            }
            _ => Err(Failure::refused(Code::NotTaken, detail)),
        }
    }

    /// The body as JSON. What came with a success but cannot be read leaves open what happened.
    pub(crate) fn json<T: DeserializeOwned>(&self) -> Result<T, Failure> {
        serde_json::from_slice(&self.body).map_err(|error| {
            // The position alone: the text is not ours to repeat.
            let (line, column) = (error.line(), error.column());
            let detail = format!("HTTP {}, not the agreed JSON at {line}:{column}", self.status);
            Failure::unknown(Code::Unreadable, detail)
        })
    }
}

/// `Retry-After` in seconds or as a date.
pub(super) fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<Seconds> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if let Ok(seconds) = text.parse::<u32>() {
        return Some(Seconds::new(seconds));
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?.timestamp();
    let seconds = date.as_second().saturating_sub(now.as_seconds()).max(0);
    Some(Seconds::new(u32::try_from(seconds).unwrap_or(u32::MAX)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Verdict;

    fn asked(text: &str) -> Option<u32> {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, text.parse().unwrap())]);
        // 2026-11-27T12:00:00Z
        retry_after(&headers, Timestamp::from_seconds(1_795_780_800)).map(Seconds::get)
    }

    #[test]
    fn retry_after_is_read_as_seconds_and_as_a_date() {
        assert_eq!(asked("120"), Some(120));
        assert_eq!(asked("Fri, 27 Nov 2026 12:01:00 GMT"), Some(60));
        assert_eq!(asked("Fri, 27 Nov 2026 11:00:00 GMT"), Some(0));
        assert_eq!(asked("soon"), None);
        assert_eq!(asked("-5"), None);
    }

    #[test]
    fn a_status_tells_whether_to_come_back() {
        let end = |status| {
            let answer = Answer { status, retry_after: None, body: Vec::new() };
            answer.success().map(|_| ()).map_err(|it| (it.code, it.verdict))
        };
        let later = Verdict::Failed { retry_after: None };
        assert_eq!(end(204), Ok(()));
        assert_eq!(end(302), Err((Code::Redirected, later)));
        assert_eq!(end(401), Err((Code::Credentials, later)));
        assert_eq!(end(404), Err((Code::NotTaken, Verdict::Refused)));
        assert_eq!(end(429), Err((Code::NotNow, later)));
        assert_eq!(end(503), Err((Code::NotNow, later)));
    }
}
