//! Web push (RFC 8030): an encrypted note to a browser, by way of its vendor's push service.
//!
//! What holds: the push service reads nothing but size and urgency (RFC 8291), and knows us by a
//! key of ours (RFC 8292); a subscription that is gone is said to be gone.

mod encrypt;
mod note;
mod vapid;

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::Seconds;
use p256::PublicKey;
use sha2::{Digest, Sha256};
use url::Url;

use crate::delivery::{Code, Delivery, Failure, Receipt};
use crate::http::{Answer, Http, Request};
use crate::message::{Key, Message};
pub use vapid::{VapidError, VapidKeys};

/// What a browser gave us to reach it.
#[derive(Clone)]
pub struct Subscription {
    endpoint: Url,
    key: PublicKey,
    auth: [u8; AUTH_BYTES],
}

/// A subscription that no browser made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a push subscription: an https endpoint, `p256dh` of 65 bytes and `auth` of 16")]
pub struct SubscriptionError;

/// How we introduce ourselves to push services.
#[derive(Clone, Debug)]
pub struct Config {
    /// Our keys; subscriptions are bound to them.
    pub keys: VapidKeys,
    /// Whom a push service may write to: `mailto:…` or an `https` address.
    pub contact: String,
    /// How long a service keeps a note for a browser that is away.
    pub keep: Seconds,
}

/// Sends notes to browsers.
#[derive(Clone)]
pub struct WebPush {
    http: Http,
    config: Config,
}

pub(crate) const AUTH_BYTES: usize = 16;

impl Subscription {
    /// From the parts of the browser's `PushSubscription`, keys in base64url.
    pub fn new(endpoint: &str, p256dh: &str, auth: &str) -> Result<Self, SubscriptionError> {
        let bytes = |text: &str| {
            URL_SAFE_NO_PAD.decode(text.trim_end_matches('=')).map_err(|_| SubscriptionError)
        };
        let endpoint = Url::parse(endpoint).map_err(|_| SubscriptionError)?;
        let key = PublicKey::from_sec1_bytes(&bytes(p256dh)?).map_err(|_| SubscriptionError)?;
        let auth = bytes(auth)?.try_into().map_err(|_| SubscriptionError)?;
        Ok(Self { endpoint, key, auth })
    }
}

impl WebPush {
    /// Through `http`, which should reach public hosts only: browsers name the endpoints.
    pub fn new(http: Http, config: Config) -> Self {
        Self { http, config }
    }

    /// Tries once to send `message` to `subscription`.
    pub async fn deliver(&self, subscription: &Subscription, message: &Message) -> Delivery {
        let now = self.http.gates().now();
        let note = note::note(message)?;
        let body = encrypt::seal(subscription, &note)
            .ok_or_else(|| Failure::failed(Code::Misconfigured, "no random bytes, or no cipher"))?;
        let keys = &self.config.keys;
        let token = keys.token(&subscription.endpoint, &self.config.contact, now);
        let request =
            Request::post(subscription.endpoint.clone(), "application/octet-stream", body)
                .ignoring_body()
                .header("content-encoding", "aes128gcm")?
                .header("ttl", &self.config.keep.get().to_string())?
                .header("urgency", "high")?
                .header("topic", &topic(&message.thread))?
                .header("authorization", &format!("vapid t={token}, k={}", keys.public()))?;
        self.http.call(request, judge).await
    }
}

fn judge(answer: Answer) -> Delivery {
    match answer.status {
        404 | 410 => {
            let detail = format!("HTTP {}", answer.status);
            Err(Failure::refused(Code::SubscriptionGone, detail))
        }
        _ => answer.success().map(|it| Receipt(format!("HTTP {}", it.status))),
    }
}

/// A waiting note about the same handoff is replaced. At most 32 characters of base64url.
fn topic(thread: &Key) -> String {
    let digest = Sha256::digest(thread.as_str());
    URL_SAFE_NO_PAD.encode(digest.iter().copied().take(24).collect::<Vec<u8>>())
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Whoever knows the address may send there.
        f.write_str("Subscription(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str =
        "BCVxsr7N_eNgVRqvHtD0zTZsEc6-VV-JvLexhqUzORcxaOzi6-AYWXvTBHm4bjyPjs7Vd8pZGH6SRpkNtoIAiw4";

    #[test]
    fn a_subscription_has_a_point_of_the_curve_and_sixteen_bytes() {
        let new = |key: &str, auth: &str| Subscription::new("https://push.example/x", key, auth);
        let auth = "BTBZMqHH6r4Tts7J_aSIgg";
        new(KEY, auth).unwrap();
        new(&format!("{KEY}="), &format!("{auth}==")).unwrap();
        for (key, auth) in [("", auth), (KEY, ""), (KEY, "BTBZ"), ("BCVx", auth), ("QUJD", auth)] {
            assert_eq!(new(key, auth).err(), Some(SubscriptionError), "{key} {auth}");
        }
        // Not on the curve.
        let other = KEY.replace("BCVx", "BCVy");
        assert_eq!(new(&other, auth).err(), Some(SubscriptionError));
        assert_eq!(Subscription::new("push", KEY, auth).err(), Some(SubscriptionError));
    }

    #[test]
    fn a_subscription_that_is_gone_ends() {
        for (status, code) in [
            (404, Code::SubscriptionGone),
            (410, Code::SubscriptionGone),
            (403, Code::Credentials),
            (413, Code::NotTaken),
            (429, Code::NotNow),
        ] {
            let failure =
                judge(Answer { status, retry_after: None, body: Vec::new() }).unwrap_err();
            assert_eq!(failure.code, code);
            assert_eq!(failure.code.ends_target(), matches!(status, 404 | 410));
        }
    }

    #[test]
    fn topics_fit_and_differ() {
        let topic = |it: &str| topic(&it.parse().unwrap());
        assert_eq!(topic("h_1").len(), 32);
        assert_ne!(topic("h_1"), topic("h_2"));
    }
}
