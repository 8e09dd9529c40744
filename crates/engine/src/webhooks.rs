//! Webhooks: who outside is told of events. Addresses and signing secrets are kept encrypted.

mod log;
mod secrets;

use connect::webhook::SigningSecret;
use model::Timestamp;
use model::id::WebhookId;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::webhook::Webhook;
use store::{Snapshot, StoreError, Tx};

use crate::engine::{Answer, Engine, WORKSPACE};
use crate::refusal::FieldFault;
use crate::vault::Vault;
use crate::{Actor, Refusal, RefusalKind, audit};
pub use log::WebhookDeliveryView;
pub(crate) use log::event_key;
pub(crate) use secrets::Secrets;

/// A webhook to make.
#[derive(Clone, Debug)]
pub struct WebhookRequest {
    /// Where events go.
    pub url: String,
    /// Which: `*`, a group such as `handoff.*`, or names.
    pub events: Vec<String>,
    /// What it is for.
    pub description: String,
    /// Whether events are written as CloudEvents.
    pub cloudevents: bool,
}

/// What changes about a webhook; absent stays as it is.
#[derive(Clone, Debug, Default)]
pub struct WebhookChange {
    /// Where events go.
    pub url: Option<String>,
    /// Which events.
    pub events: Option<Vec<String>>,
    /// What it is for.
    pub description: Option<String>,
    /// Whether it is told of events.
    pub enabled: Option<bool>,
}

/// A webhook as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WebhookView {
    /// The webhook.
    pub id: WebhookId,
    /// Scheme and host of its address: the rest may be a credential.
    pub host: String,
    /// Which events.
    pub events: Vec<String>,
    /// What it is for.
    pub description: String,
    /// Whether events are written as CloudEvents.
    pub cloudevents: bool,
    /// Whether it is told of events.
    pub enabled: bool,
    /// Why it was disabled.
    pub disabled_why: Option<String>,
    /// Since when nothing has been taken.
    pub failing_since: Option<Timestamp>,
    /// Who made it.
    pub created_by: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The most webhooks of a workspace: each is looked at several times a second.
const WEBHOOKS_MAX: usize = 50;
const EVENTS_MAX: usize = 50;
const URL_LENGTH_MAX: usize = 2_000;
const TEXT_LENGTH_MAX: usize = 200;

impl Engine {
    /// All webhooks, oldest first.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn webhooks(&self) -> Result<Vec<WebhookView>, Refusal> {
        let vault = self.vault();
        self.read(move |db| {
            let rows = store::webhook::list(db, WORKSPACE)?;
            Ok(Ok(rows.iter().map(|it| view(vault.as_deref(), it)).collect()))
        })
        .await
    }

    /// One webhook.
    ///
    /// # Errors
    /// `A0404` for an unknown one. Failures of the store.
    pub async fn webhook(&self, id: WebhookId) -> Result<WebhookView, Refusal> {
        let vault = self.vault();
        self.read(move |db| {
            let row = store::webhook::get(db, WORKSPACE, id.raw())?;
            let row = row.map(|it| view(vault.as_deref(), &it));
            Ok(row.ok_or_else(|| Refusal::not_found("webhook", id)))
        })
        .await
    }

    /// Makes a webhook, told of what happens from now on; its secret comes with the first answer
    /// only.
    ///
    /// # Errors
    /// `A0411` for parts that cannot be, `A0507` where this server has no key. Failures of the
    /// store.
    pub async fn create_webhook(
        &self,
        actor: Actor,
        request: WebhookRequest,
    ) -> Result<(WebhookView, Option<String>), Refusal> {
        let WebhookRequest { url, events, description, cloudevents } = request;
        check(Some(&url), Some(&events), Some(&description))?;
        let vault = self.needed_vault()?;
        let secret = fresh()?;
        let shown = secret.reveal();
        let secrets = Secrets::new(url, &secret);
        let engine = self.clone();
        let view = self
            .write_once(move |tx, now| {
                if WEBHOOKS_MAX <= store::webhook::list(tx, WORKSPACE)?.len() {
                    let message =
                        format!("there are {WEBHOOKS_MAX} webhooks, the most there can be");
                    return Ok(Err(Refusal::new(RefusalKind::Conflict, "A0611", message)));
                }
                let id: WebhookId = engine.next_id(now);
                let sealed = match secrets.seal(&vault, id) {
                    Ok(sealed) => sealed,
                    Err(error) => return Ok(Err(error.into())),
                };
                let row = Webhook {
                    workspace_id: WORKSPACE,
                    id: id.raw(),
                    secrets: sealed.bytes,
                    key_id: sealed.key_id,
                    description: description.clone(),
                    events: json!(events).to_string(),
                    form: if cloudevents { "cloudevents" } else { "standard" }.to_owned(),
                    state: "enabled".to_owned(),
                    disabled_why: None,
                    failing_since: None,
                    cursor: heads(tx)?,
                    created_by: actor.to_string(),
                    created_at: now.as_micros(),
                };
                store::webhook::insert(tx, std::slice::from_ref(&row))?;
                let body = json!({ "v": 1, "events": events });
                audit::note(tx, &engine, now, &actor, "webhook.create", &id.to_string(), &body)?;
                Ok(Ok(view(Some(&vault), &row)))
            })
            .await?;
        let fresh = !self.once.as_ref().is_some_and(|it| it.is_replayed());
        Ok((view, fresh.then_some(shown)))
    }

    /// Changes a webhook. Enabling one that was disabled goes on with what happens from now on.
    ///
    /// # Errors
    /// `A0404` for an unknown one, `A0411` for parts that cannot be, `A0507` where this server has
    /// no key. Failures of the store.
    pub async fn change_webhook(
        &self,
        actor: Actor,
        id: WebhookId,
        change: WebhookChange,
    ) -> Result<WebhookView, Refusal> {
        check(change.url.as_ref(), change.events.as_ref(), change.description.as_ref())?;
        let vault = self.needed_vault()?;
        let engine = self.clone();
        self.write_once(move |tx, now| {
            let Some(mut row) = store::webhook::lock(tx, WORKSPACE, id.raw())? else {
                return Ok(Err(Refusal::not_found("webhook", id)));
            };
            if let Some(url) = &change.url {
                let sealed = Secrets::open(&vault, &row)
                    .and_then(|it| Secrets { url: url.clone(), ..it }.seal(&vault, id));
                match sealed {
                    Ok(sealed) => (row.secrets, row.key_id) = (sealed.bytes, sealed.key_id),
                    Err(error) => return Ok(Err(error.into())),
                }
            }
            if let Some(events) = &change.events {
                row.events = json!(events).to_string();
            }
            if let Some(description) = &change.description {
                row.description.clone_from(description);
            }
            match change.enabled {
                Some(true) if row.state != "enabled" => {
                    "enabled".clone_into(&mut row.state);
                    (row.disabled_why, row.failing_since) = (None, None);
                    row.cursor = heads(tx)?;
                }
                Some(false) => {
                    "disabled".clone_into(&mut row.state);
                    row.disabled_why = Some("by hand".to_owned());
                }
                Some(true) | None => {}
            }
            store::webhook::update(tx, &row)?;
            let body = json!({ "v": 1, "enabled": row.state == "enabled" });
            audit::note(tx, &engine, now, &actor, "webhook.change", &id.to_string(), &body)?;
            Ok(Ok(view(Some(&vault), &row)))
        })
        .await
    }

    /// Gives a webhook a new secret; the old one signs too for a day.
    ///
    /// # Errors
    /// As [`Engine::change_webhook`].
    pub async fn rotate_webhook(
        &self,
        actor: Actor,
        id: WebhookId,
    ) -> Result<(WebhookView, Option<String>), Refusal> {
        let vault = self.needed_vault()?;
        let secret = fresh()?;
        let shown = secret.reveal();
        let engine = self.clone();
        let view = self
            .write_once(move |tx, now| {
                let Some(mut row) = store::webhook::lock(tx, WORKSPACE, id.raw())? else {
                    return Ok(Err(Refusal::not_found("webhook", id)));
                };
                let rotated = Secrets::open(&vault, &row)
                    .and_then(|it| it.rotated(&secret, now).seal(&vault, id));
                match rotated {
                    Ok(sealed) => (row.secrets, row.key_id) = (sealed.bytes, sealed.key_id),
                    Err(error) => return Ok(Err(error.into())),
                }
                store::webhook::update(tx, &row)?;
                let body = json!({ "v": 1 });
                audit::note(tx, &engine, now, &actor, "webhook.rotate", &id.to_string(), &body)?;
                Ok(Ok(view(Some(&vault), &row)))
            })
            .await?;
        let fresh = !self.once.as_ref().is_some_and(|it| it.is_replayed());
        Ok((view, fresh.then_some(shown)))
    }

    /// Removes a webhook for ever.
    ///
    /// # Errors
    /// `A0404` for an unknown one. Failures of the store.
    pub async fn remove_webhook(&self, actor: Actor, id: WebhookId) -> Result<(), Refusal> {
        let engine = self.clone();
        self.write_once(move |tx, now| {
            let Some(row) = store::webhook::lock(tx, WORKSPACE, id.raw())? else {
                return Ok(Err(Refusal::not_found("webhook", id)));
            };
            // What could open its address and secrets goes with it.
            let removed = Webhook { state: "removed".to_owned(), secrets: Vec::new(), ..row };
            store::webhook::update(tx, &removed)?;
            let body = json!({ "v": 1 });
            audit::note(tx, &engine, now, &actor, "webhook.remove", &id.to_string(), &body)?;
            Ok(Ok(()))
        })
        .await
    }
}

/// Whether an event is one of those asked for.
pub(crate) fn wants(events: &[String], kind: &str) -> bool {
    events.iter().any(|it| match it.strip_suffix(".*") {
        Some(group) => kind.split('.').next() == Some(group),
        None => it == "*" || it == kind,
    })
}

/// The end of every stream of events, as a cursor is stored.
fn heads(db: &mut Snapshot<'_>) -> Result<String, StoreError> {
    let heads = store::chain::heads(db, WORKSPACE)?.into_iter();
    let events = heads.filter(|it| it.log == "event");
    let cursor: std::collections::BTreeMap<i64, i64> =
        events.map(|it| (it.stream, it.seq)).collect();
    Ok(json!(cursor).to_string())
}

fn fresh() -> Result<SigningSecret, Refusal> {
    SigningSecret::generate()
        .map_err(|error| Refusal::new(RefusalKind::Internal, "A0500", error.to_string()))
}

fn view(vault: Option<&Vault>, row: &Webhook) -> WebhookView {
    let secrets = vault.and_then(|it| Secrets::open(it, row).ok());
    WebhookView {
        id: WebhookId::from_raw(row.id),
        host: secrets.map(|it| it.host()).unwrap_or_default(),
        events: serde_json::from_str(&row.events).unwrap_or_default(),
        description: row.description.clone(),
        cloudevents: row.form == "cloudevents",
        enabled: row.state == "enabled",
        disabled_why: row.disabled_why.clone(),
        failing_since: row.failing_since.map(Timestamp::from_micros),
        created_by: row.created_by.clone(),
        created_at: Timestamp::from_micros(row.created_at),
    }
}

fn check(
    url: Option<&String>,
    events: Option<&Vec<String>>,
    description: Option<&String>,
) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    let mut fault = |at: String, message: String| {
        faults.push(FieldFault { at, code: "A0411".to_owned(), message });
    };
    if let Some(url) = url {
        let web = url.starts_with("https://") || url.starts_with("http://");
        if !web || URL_LENGTH_MAX < url.len() || url.chars().any(char::is_whitespace) {
            fault("url".to_owned(), format!("an https address of at most {URL_LENGTH_MAX} bytes"));
        }
    }
    if let Some(events) = events {
        if events.is_empty() || EVENTS_MAX < events.len() {
            fault("events".to_owned(), format!("name 1 to {EVENTS_MAX}, or `*`"));
        }
        let letters = |it: u8| it.is_ascii_lowercase() || b"._*".contains(&it);
        for (at, event) in events.iter().enumerate() {
            if event.is_empty() || 64 < event.len() || !event.bytes().all(letters) {
                let message = "an event such as `handoff.accepted`, a group `handoff.*`, or `*`";
                fault(format!("events[{at}]"), message.to_owned());
            }
        }
    }
    if let Some(text) = description
        && (TEXT_LENGTH_MAX < text.chars().count() || text.chars().any(char::is_control))
    {
        let message = format!("one line of at most {TEXT_LENGTH_MAX} characters");
        fault("description".to_owned(), message);
    }
    match faults.is_empty() {
        true => Ok(()),
        false => {
            let message = "the webhook cannot be like this";
            Err(Refusal::new(RefusalKind::Invalid, "A0411", message).with_fields(faults))
        }
    }
}

/// Reads a webhook under its lock, for a use case on it.
pub(crate) fn locked(tx: &mut Tx<'_>, id: WebhookId) -> Answer<Webhook> {
    let row = store::webhook::lock(tx, WORKSPACE, id.raw())?;
    Ok(row.ok_or_else(|| Refusal::not_found("webhook", id)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_filter_takes_names_groups_and_everything() {
        let wants = |filter: &str, kind| super::wants(&[filter.to_owned()], kind);
        assert!(wants("*", "lead.captured"));
        assert!(wants("handoff.*", "handoff.accepted"));
        assert!(!wants("handoff.*", "lead.captured"));
        assert!(wants("handoff.accepted", "handoff.accepted"));
        assert!(!wants("handoff.accepted", "handoff.accepted_late"));
    }

    #[test]
    fn what_cannot_be_is_named_part_by_part() {
        let url = "ftp://x".to_owned();
        let events = vec!["Handoff".to_owned(), "*".to_owned()];
        let refusal = check(Some(&url), Some(&events), None).unwrap_err();
        let at: Vec<_> = refusal.fields.iter().map(|it| it.at.as_str()).collect();
        assert_eq!(at, ["url", "events[0]"]);
    }
}
