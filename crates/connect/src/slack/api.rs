//! Calls of the Web API: a token, JSON, and `ok` in the answer.

use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use url::{Url, form_urlencoded};

use crate::delivery::{Code, Failure};
use crate::http::{Answer, Http, Request};
use crate::secret::Secret;

/// One token at one base address.
#[derive(Clone)]
pub(super) struct Api {
    pub(super) http: Http,
    base: Url,
    token: Secret,
}

#[derive(Deserialize)]
struct Outcome {
    ok: bool,
    error: Option<String>,
}

impl Api {
    pub(super) fn new(http: Http, base: Url, token: Secret) -> Self {
        Self { http, base, token }
    }

    /// Calls `method` with JSON. Slack slows down each method, and posting in each channel.
    pub(super) async fn call<T: DeserializeOwned>(
        &self,
        method: &str,
        channel: &str,
        body: &Value,
    ) -> Result<T, Failure> {
        let bytes = body.to_string().into_bytes();
        let request = Request::post(self.url(method)?, "application/json; charset=utf-8", bytes);
        self.send(request.in_lane(format!("{method} {channel}"))).await
    }

    /// Calls a method that takes a form alone.
    pub(super) async fn ask<T: DeserializeOwned>(
        &self,
        method: &str,
        form: &[(&str, &str)],
    ) -> Result<T, Failure> {
        let body = form_urlencoded::Serializer::new(String::new()).extend_pairs(form).finish();
        let url = self.url(method)?;
        let request = Request::post(url, "application/x-www-form-urlencoded", body.into_bytes());
        self.send(request.in_lane(method.to_owned())).await
    }

    async fn send<T: DeserializeOwned>(&self, request: Request) -> Result<T, Failure> {
        let request =
            request.header("authorization", &format!("Bearer {}", self.token.expose()))?;
        self.http.call(request, judge).await
    }

    fn url(&self, method: &str) -> Result<Url, Failure> {
        self.base
            .join(method)
            .map_err(|_| Failure::refused(Code::Misconfigured, "the base address is no base"))
    }
}

fn judge<T: DeserializeOwned>(answer: Answer) -> Result<T, Failure> {
    let retry_after = answer.retry_after;
    let answer = answer.success()?;
    let outcome: Outcome = answer.json()?;
    if outcome.ok {
        return answer.json();
    }
    // A word of Slack's own list, and still somebody else's text.
    let word: String = outcome
        .error
        .unwrap_or_default()
        .chars()
        .filter(|it| it.is_ascii_alphanumeric() || *it == '_')
        .take(60)
        .collect();
    Err(match word.as_str() {
        "ratelimited"
        | "rate_limited"
        | "internal_error"
        | "fatal_error"
        | "service_unavailable"
        | "request_timeout"
        | "message_limit_exceeded" => Failure::failed(Code::NotNow, word).after(retry_after),
        "invalid_auth"
        | "not_authed"
        | "account_inactive"
        | "token_revoked"
        | "token_expired"
        | "no_permission"
        | "missing_scope"
        | "not_allowed_token_type"
        | "ekm_access_denied"
        | "access_denied"
        | "org_login_required"
        | "team_access_not_granted" => Failure::failed(Code::Credentials, word),
        "channel_not_found" | "is_archived" | "user_not_found" | "users_not_found"
        | "user_disabled" | "user_not_visible" | "cannot_dm_bot" => {
            Failure::refused(Code::SlackNobody, word)
        }
        _ => Failure::refused(Code::NotTaken, word),
    })
}

#[cfg(test)]
mod tests {
    use model::Seconds;

    use super::*;
    use crate::delivery::Verdict;

    fn end(status: u16, body: &str) -> Result<Value, (Code, Verdict)> {
        let wait = (status == 429).then(|| Seconds::new(30));
        let answer = Answer { status, retry_after: wait, body: body.as_bytes().to_vec() };
        judge(answer).map_err(|it: Failure| (it.code, it.verdict))
    }

    #[test]
    fn ok_decides_and_not_the_status() {
        let later = Verdict::Failed { retry_after: None };
        assert!(end(200, r#"{"ok":true,"ts":"1"}"#).is_ok());
        for (body, code, verdict) in [
            (r#"{"ok":false,"error":"channel_not_found"}"#, Code::SlackNobody, Verdict::Refused),
            (r#"{"ok":false,"error":"invalid_auth"}"#, Code::Credentials, later),
            (r#"{"ok":false,"error":"ratelimited"}"#, Code::NotNow, later),
            (r#"{"ok":false,"error":"invalid_blocks"}"#, Code::NotTaken, Verdict::Refused),
            (r#"{"ok":false}"#, Code::NotTaken, Verdict::Refused),
            ("<html>", Code::Unreadable, Verdict::Unknown),
            ("{}", Code::Unreadable, Verdict::Unknown),
        ] {
            assert_eq!(end(200, body), Err((code, verdict)), "{body}");
        }
        let asked = Verdict::Failed { retry_after: Some(Seconds::new(30)) };
        assert_eq!(end(429, r#"{"ok":false,"error":"ratelimited"}"#), Err((Code::NotNow, asked)));
    }
}
