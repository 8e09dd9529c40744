//! Webhooks out, by Standard Webhooks 1.0: signed, the same id at every try, success is 2xx alone.
//!
//! What holds: a redirect is a failure; 410 ends the endpoint; everything else may be tried again
//! by [`Schedule::WEBHOOK`](crate::retry::Schedule::WEBHOOK). The answer's body is not read.

mod event;
pub mod signature;

use url::Url;

use crate::delivery::{Code, Delivery, Failure, Receipt};
use crate::http::{Answer, Http, Request};
use crate::secret::Secret;
pub use event::{Event, Form};
pub use signature::SigningSecret;

/// Where events go.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// May hold a credential, as the addresses of many automation services do.
    pub url: Secret,
    /// With what to sign; two while one replaces the other.
    pub secrets: Vec<SigningSecret>,
    /// How the event is written.
    pub form: Form,
}

/// Delivers events.
#[derive(Clone)]
pub struct Webhooks {
    http: Http,
}

impl Webhooks {
    /// Through `http`, which should reach no further than those who enter endpoints may.
    pub fn new(http: Http) -> Self {
        Self { http }
    }

    /// Tries once to deliver `event` to `endpoint`.
    pub async fn deliver(&self, endpoint: &Endpoint, event: &Event) -> Delivery {
        let forbidden = |_| Failure::refused(Code::AddressForbidden, "not a URL");
        let url = Url::parse(endpoint.url.expose()).map_err(forbidden)?;
        if endpoint.secrets.is_empty() {
            return Err(Failure::refused(Code::Misconfigured, "the endpoint has no secret"));
        }
        let sent_at = self.http.gates().now().as_seconds();
        let (body, headers) = event.write(&endpoint.form)?;
        let signature = signature::sign(&endpoint.secrets, &event.id, sent_at, &body);
        let lane = url.as_str().to_owned();
        let mut request = Request::post(url, "application/json", body)
            .in_lane(lane)
            .ignoring_body()
            .header("webhook-id", event.id.as_str())?
            .header("webhook-timestamp", &sent_at.to_string())?
            .header("webhook-signature", &signature)?;
        for (name, value) in headers {
            request = request.header(name, &value)?;
        }
        self.http.call(request, judge).await
    }
}

fn judge(answer: Answer) -> Delivery {
    let detail = format!("HTTP {}", answer.status);
    match answer.status {
        200..=299 => Ok(Receipt(detail)),
        410 => Err(Failure::refused(Code::EndpointGone, detail)),
        // The receiver may mend what it refuses today.
        400..=407 | 409 | 411..=424 | 426..=428 | 430..=499 => {
            Err(Failure::failed(Code::NotTaken, detail).after(answer.retry_after))
        }
        _ => answer.success().map(|_| Receipt(detail)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::delivery::Verdict;

    #[test]
    fn only_2xx_is_a_success_and_only_410_is_final() {
        for status in 100..600 {
            let end = judge(Answer { status, retry_after: None, body: Vec::new() });
            match status {
                200..=299 => assert!(end.is_ok(), "{status}"),
                410 => assert_eq!(end.unwrap_err().verdict, Verdict::Refused),
                100..=199 => assert!(end.is_err()),
                _ => {
                    let verdict = end.unwrap_err().verdict;
                    assert_eq!(verdict, Verdict::Failed { retry_after: None }, "{status}");
                }
            }
        }
    }
}
