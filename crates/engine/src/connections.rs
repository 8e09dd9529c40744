//! Connections: how outside systems are reached. Secrets go in and never come out.

use std::collections::BTreeMap;

use model::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::connection::Connection;
use store::{Snapshot, StoreError, Tx};

use crate::engine::{Answer, Engine, WORKSPACE};
use crate::refusal::FieldFault;
use crate::vault::{Vault, VaultError};
use crate::{Actor, Refusal, RefusalKind, audit};

/// One setting of a kind of connection.
#[derive(Clone, Copy, Debug)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// Whether it is kept encrypted and never shown.
    pub secret: bool,
    /// Whether the connection is of no use without it.
    pub required: bool,
}

const fn plain(name: &'static str) -> Setting {
    Setting { name, secret: false, required: false }
}

const fn needed(name: &'static str) -> Setting {
    Setting { name, secret: false, required: true }
}

const fn secret(name: &'static str) -> Setting {
    Setting { name, secret: true, required: false }
}

const fn needed_secret(name: &'static str) -> Setting {
    Setting { name, secret: true, required: true }
}

/// Every kind with its settings.
pub const KINDS: [(&str, &[Setting]); 6] = [
    (
        "smtp",
        &[
            needed("host"),
            plain("port"),
            plain("security"),
            plain("user"),
            secret("password"),
            needed("from"),
            plain("from_name"),
            plain("bounces"),
        ],
    ),
    (
        "slack",
        &[
            needed_secret("bot_token"),
            secret("app_token"),
            secret("signing_secret"),
            plain("base_url"),
        ],
    ),
    ("teams", &[needed_secret("url")]),
    ("sms", &[needed("account"), needed_secret("token"), needed("from"), plain("base_url")]),
    ("web_push", &[plain("subject"), secret("key")]),
    ("marketing", &[plain("email"), plain("slack")]),
];

/// A connection as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectionView {
    /// Which, e.g. `smtp`.
    pub kind: String,
    /// What is not secret.
    pub settings: BTreeMap<String, String>,
    /// Names of the secrets that are set.
    pub secrets: Vec<String>,
    /// When it was last written.
    pub updated_at: Timestamp,
    /// Who wrote it.
    pub updated_by: String,
}

/// A connection with its secrets, for whoever uses it.
#[derive(Clone, Default)]
pub(crate) struct Open {
    settings: BTreeMap<String, String>,
}

impl Open {
    pub(crate) fn of(settings: BTreeMap<String, String>) -> Self {
        Self { settings }
    }

    /// A setting or secret; nothing where it is absent or empty.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.settings.get(name).map(String::as_str).filter(|it| !it.is_empty())
    }
}

/// Where secrets go, and whose they are. With another one of these, whoever may write a connection
/// could have its secrets sent to a place of their own.
const PLACE: [&str; 6] = ["host", "port", "security", "base_url", "user", "account"];

const VALUE_LENGTH_MAX: usize = 2_000;

impl Engine {
    /// All connections, by kind.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn connections(&self) -> Result<Vec<ConnectionView>, Refusal> {
        let vault = self.vault();
        self.read(move |db| {
            let rows = store::connection::list(db, WORKSPACE)?;
            Ok(Ok(rows.iter().map(|it| view(vault.as_deref(), it)).collect()))
        })
        .await
    }

    /// Writes a connection. Secrets that are not named stay as they are, unless they would now go
    /// elsewhere or belong to another account; an empty value removes one.
    ///
    /// # Errors
    /// `A0404` for an unknown kind, `A0411` for settings that cannot be, `A0507` where this server
    /// has no key to encrypt with, or not the one that the secrets were encrypted with. Failures of
    /// the store.
    pub async fn put_connection(
        &self,
        actor: Actor,
        kind: String,
        values: BTreeMap<String, String>,
    ) -> Result<ConnectionView, Refusal> {
        let Some((kind, settings)) = KINDS.into_iter().find(|it| it.0 == kind) else {
            return Err(Refusal::not_found("kind of connection", kind));
        };
        let vault = self.needed_vault()?;
        let engine = self.clone();
        self.write_once(move |tx, now| {
            let known = store::connection::get(tx, WORKSPACE, kind)?;
            if let Some(refusal) = known.as_ref().and_then(|it| foreign(&vault, it)) {
                return Ok(Err(refusal));
            }
            let mut all = known.map(|it| opened(&vault, &it)).unwrap_or_default().settings;
            let stays = |name: &str| all.get(name) == values.get(name).filter(|it| !it.is_empty());
            let is_same_place = PLACE.into_iter().all(stays);
            let is_kept = |name: &str| settings.iter().any(|it| it.name == name && it.secret);
            all.retain(|name, _| is_same_place && is_kept(name));
            all.extend(values.clone());
            all.retain(|_, it| !it.is_empty());
            if let Err(refusal) = check(settings, &all) {
                return Ok(Err(refusal));
            }
            put(tx, &engine, &vault, &actor, (kind, &all), now)
        })
        .await
    }

    /// Removes a connection.
    ///
    /// # Errors
    /// `A0404` where there is none. Failures of the store.
    pub async fn remove_connection(&self, actor: Actor, kind: String) -> Result<(), Refusal> {
        let engine = self.clone();
        self.write_once(move |tx, now| {
            if !store::connection::remove(tx, WORKSPACE, &kind)? {
                return Ok(Err(Refusal::not_found("connection", &kind)));
            }
            let body = json!({ "v": 1 });
            audit::note(tx, &engine, now, &actor, "connection.remove", &kind, &body)?;
            Ok(Ok(()))
        })
        .await
    }

    /// The key this server encrypts with.
    ///
    /// # Errors
    /// `A0507` where it has none.
    pub(crate) fn needed_vault(&self) -> Result<std::sync::Arc<Vault>, Refusal> {
        self.vault().ok_or_else(|| {
            let message = "this server has no key to encrypt secrets with: give it one with \
                           `--key-file` or `BATON_KEY`";
            Refusal::new(RefusalKind::Unavailable, "A0507", message)
        })
    }
}

/// Writes a connection with these settings and secrets over the one of its kind.
fn put(
    tx: &mut Tx<'_>,
    engine: &Engine,
    vault: &Vault,
    actor: &Actor,
    (kind, all): (&str, &BTreeMap<String, String>),
    now: Timestamp,
) -> Answer<ConnectionView> {
    let settings = KINDS.iter().find(|it| it.0 == kind).map(|it| it.1).unwrap_or_default();
    let is_secret = |name: &str| settings.iter().any(|it| it.name == name && it.secret);
    let (secrets, open): (BTreeMap<_, _>, BTreeMap<_, _>) =
        all.iter().partition(|it| is_secret(it.0));
    let sealed = match secrets.is_empty() {
        true => None,
        false => match vault.seal(&place(kind), json!(secrets).to_string().as_bytes()) {
            Ok(sealed) => Some(sealed),
            Err(error) => return Ok(Err(error.into())),
        },
    };
    let row = Connection {
        workspace_id: WORKSPACE,
        kind: kind.to_owned(),
        settings: json!(open).to_string(),
        key_id: sealed.as_ref().map(|it| it.key_id.clone()),
        secrets: sealed.map(|it| it.bytes),
        updated_at: now.as_micros(),
        updated_by: actor.to_string(),
    };
    store::connection::put(tx, &row)?;
    let body = json!({ "v": 1, "secrets": secrets.keys().collect::<Vec<_>>() });
    audit::note(tx, engine, now, actor, "connection.put", kind, &body)?;
    Ok(Ok(view(Some(vault), &row)))
}

/// The secret `name` of a connection; where it has none, the one that `make` gives is kept.
pub(crate) fn secret_of(
    tx: &mut Tx<'_>,
    engine: &Engine,
    vault: &Vault,
    (kind, name): (&str, &str),
    make: impl FnOnce() -> Result<String, Refusal>,
    now: Timestamp,
) -> Answer<String> {
    // Of two that make one, the second finds the first's.
    store::workspace::lock(tx, WORKSPACE)?;
    let known = store::connection::get(tx, WORKSPACE, kind)?;
    if let Some(refusal) = known.as_ref().and_then(|it| foreign(vault, it)) {
        return Ok(Err(refusal));
    }
    let mut all = known.map(|it| opened(vault, &it)).unwrap_or_default().settings;
    if let Some(known) = all.get(name) {
        return Ok(Ok(known.clone()));
    }
    let made = match make() {
        Ok(made) => made,
        Err(refusal) => return Ok(Err(refusal)),
    };
    all.insert(name.to_owned(), made.clone());
    let put = put(tx, engine, vault, &Actor::System, (kind, &all), now)?;
    Ok(put.map(|_| made))
}

/// Why a connection is not written by this server: secrets of another key would be lost.
fn foreign(vault: &Vault, row: &Connection) -> Option<Refusal> {
    let key = row.key_id.as_ref().filter(|it| *it != vault.key_id())?;
    Some(VaultError::Closed(key.clone()).into())
}

/// How a connection stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// There is none.
    Absent,
    /// It lacks something that it needs.
    Partial,
    /// Its secrets do not open with the key of this server.
    Closed,
    /// It can be used.
    Ready,
}

/// How the connection of this kind stands for a server with this key.
///
/// # Errors
/// Failures of the store.
pub fn state(
    db: &mut Snapshot<'_>,
    vault: Option<&Vault>,
    kind: &str,
) -> Result<State, StoreError> {
    let Some(row) = store::connection::get(db, WORKSPACE, kind)? else { return Ok(State::Absent) };
    let opens = row.secrets.as_ref().zip(row.key_id.as_ref()).is_none_or(|(bytes, key)| {
        vault.is_some_and(|it| it.open(&place(kind), key, bytes).is_ok())
    });
    Ok(match (opens, open(db, vault, kind)?) {
        (false, _) => State::Closed,
        (true, None) => State::Partial,
        (true, Some(_)) => State::Ready,
    })
}

/// The connection of this kind with its secrets; `None` where it is not set up, or its secrets
/// cannot be opened.
pub(crate) fn open(
    db: &mut Snapshot<'_>,
    vault: Option<&Vault>,
    kind: &str,
) -> Result<Option<Open>, StoreError> {
    let row = store::connection::get(db, WORKSPACE, kind)?;
    let complete = |row: &Connection| {
        let known = KINDS.iter().find(|it| it.0 == kind);
        let open = vault.map(|it| opened(it, row))?;
        let whole = known.is_some_and(|(_, settings)| {
            settings.iter().all(|it| !it.required || open.get(it.name).is_some())
        });
        whole.then_some(open)
    };
    Ok(row.as_ref().and_then(complete))
}

fn opened(vault: &Vault, row: &Connection) -> Open {
    let mut settings: BTreeMap<String, String> =
        serde_json::from_str(&row.settings).unwrap_or_default();
    let secrets = row.secrets.as_ref().zip(row.key_id.as_ref());
    let secrets = secrets.and_then(|(bytes, key)| vault.open(&place(&row.kind), key, bytes).ok());
    let secrets: Option<BTreeMap<String, String>> =
        secrets.and_then(|it| serde_json::from_slice(&it).ok());
    settings.extend(secrets.unwrap_or_default());
    Open { settings }
}

fn place(kind: &str) -> String {
    format!("connection.{kind}")
}

fn view(vault: Option<&Vault>, row: &Connection) -> ConnectionView {
    let settings: BTreeMap<String, String> =
        serde_json::from_str(&row.settings).unwrap_or_default();
    let all = vault.map(|it| opened(it, row).settings).unwrap_or_default();
    let secrets = all.into_keys().filter(|it| !settings.contains_key(it)).collect();
    ConnectionView {
        kind: row.kind.clone(),
        settings,
        secrets,
        updated_at: Timestamp::from_micros(row.updated_at),
        updated_by: row.updated_by.clone(),
    }
}

fn check(settings: &[Setting], values: &BTreeMap<String, String>) -> Result<(), Refusal> {
    let mut faults = Vec::new();
    let mut fault = |at: &str, message: String| {
        faults.push(FieldFault { at: at.to_owned(), code: "A0411".to_owned(), message });
    };
    for (name, value) in values {
        if !settings.iter().any(|it| it.name == name) {
            let known: Vec<_> = settings.iter().map(|it| it.name).collect();
            fault(name, format!("there is no such setting; use {}", known.join(", ")));
        } else if VALUE_LENGTH_MAX < value.len() || value.chars().any(char::is_control) {
            fault(name, format!("one line of at most {VALUE_LENGTH_MAX} bytes"));
        }
    }
    for setting in settings.iter().filter(|it| it.required && !values.contains_key(it.name)) {
        fault(setting.name, "must be given".to_owned());
    }
    let port = values.get("port").is_some_and(|it| it.parse::<u16>().is_err());
    if port {
        fault("port", "a number from 1 to 65535".to_owned());
    }
    let security = values.get("security").map(String::as_str);
    if security.is_some_and(|it| !["tls", "starttls", "plain"].contains(&it)) {
        fault("security", "use one of tls, starttls, plain".to_owned());
    }
    match faults.is_empty() {
        true => Ok(()),
        false => {
            let message = "the connection cannot be set up like this";
            Err(Refusal::new(RefusalKind::Invalid, "A0411", message).with_fields(faults))
        }
    }
}
