//! The address and signing secrets of a webhook, encrypted together.

use connect::Secret;
use connect::webhook::{Endpoint, Form, SigningSecret};
use model::id::WebhookId;
use model::{Seconds, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::webhook::Webhook;

use crate::vault::{Sealed, Vault, VaultError};

/// What is secret about a webhook.
#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct Secrets {
    /// Where events go.
    pub(crate) url: String,
    /// Signs.
    pub(super) secret: String,
    /// Signs too until then.
    pub(super) old: Option<(String, i64)>,
}

/// How long a secret signs beside the one that replaced it.
const OVERLAP: Seconds = Seconds::from_hours(24);

impl Secrets {
    pub(crate) fn new(url: String, secret: &SigningSecret) -> Self {
        Self { url, secret: secret.reveal(), old: None }
    }

    /// With a new secret; the present one goes on for a while.
    pub(crate) fn rotated(self, secret: &SigningSecret, now: Timestamp) -> Self {
        let until = now.plus(OVERLAP).as_micros();
        Self { url: self.url, secret: secret.reveal(), old: Some((self.secret, until)) }
    }

    pub(crate) fn seal(&self, vault: &Vault, id: WebhookId) -> Result<Sealed, VaultError> {
        vault.seal(&place(id), json!(self).to_string().as_bytes())
    }

    pub(crate) fn open(vault: &Vault, row: &Webhook) -> Result<Self, VaultError> {
        let place = place(WebhookId::from_raw(row.id));
        let text = vault.open(&place, &row.key_id, &row.secrets)?;
        serde_json::from_slice(&text).map_err(|_| VaultError::Closed(row.key_id.clone()))
    }

    /// Scheme and host of the address: the rest may be a credential.
    pub(crate) fn host(&self) -> String {
        let mut parts = self.url.splitn(4, '/');
        let scheme = parts.next().unwrap_or_default();
        let host = parts.nth(1).unwrap_or_default().rsplit('@').next().unwrap_or_default();
        format!("{scheme}//{host}")
    }

    /// Where to deliver at `now`; `source` names this installation in CloudEvents.
    pub(crate) fn endpoint(&self, row: &Webhook, source: &str, now: Timestamp) -> Endpoint {
        let old = self.old.iter().filter(|it| now.as_micros() < it.1).map(|it| &it.0);
        let live = std::iter::once(&self.secret).chain(old);
        let form = match row.form.as_str() {
            "cloudevents" => Form::CloudEvents { source: source.to_owned() },
            _ => Form::Standard,
        };
        Endpoint {
            url: Secret::new(self.url.clone()),
            secrets: live.filter_map(|it| it.parse().ok()).collect(),
            form,
        }
    }
}

fn place(id: WebhookId) -> String {
    format!("webhook.{id}")
}
