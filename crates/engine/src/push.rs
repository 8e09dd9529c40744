//! Browsers of reps that take pushes: the key they subscribe with, and their subscriptions.
//!
//! The address of a browser is a credential of its push service: it is kept encrypted and shown
//! nowhere but by its host.

use connect::web_push::{Subscription, VapidKeys};
use model::id::PushId;
use model::{RepId, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use sha2::{Digest, Sha256};
use store::push::PushSubscription;
use store::{Snapshot, StoreError};

use crate::connections;
use crate::engine::{Engine, WORKSPACE};
use crate::identity::Identity;
use crate::refusal::FieldFault;
use crate::vault::Vault;
use crate::{Refusal, RefusalKind};

/// What a browser gives to be reached by.
#[derive(Clone, Serialize, Deserialize)]
pub struct PushAddress {
    /// Its address at its push service.
    pub endpoint: String,
    /// Its public key, base64url.
    pub p256dh: String,
    /// Its secret, base64url.
    pub auth: String,
}

/// A subscription as it is shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PushView {
    /// The subscription.
    pub id: PushId,
    /// Host of its push service.
    pub host: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// Browsers of one rep; the oldest gives way.
const BROWSERS_MAX: usize = 10;

const ENDPOINT_LENGTH_MAX: usize = 2_000;

impl Engine {
    /// The public key that browsers subscribe with; made when it is first asked for.
    ///
    /// # Errors
    /// `A0507` where this server has no key to encrypt with. Failures of the store.
    pub async fn push_key(&self) -> Result<String, Refusal> {
        let vault = self.needed_vault()?;
        let engine = self.clone();
        let fault = |error: connect::web_push::VapidError| {
            Refusal::new(RefusalKind::Internal, "A0500", error.to_string())
        };
        let known = {
            let vault = vault.clone();
            self.read(move |db| Ok(Ok(connections::open(db, Some(&vault), "web_push")?))).await?
        };
        let known = known.and_then(|it| it.get("key").map(str::to_owned));
        let secret = match known {
            Some(secret) => secret,
            None => {
                self.write(move |tx, now| {
                    let make = || VapidKeys::generate().map(|it| it.reveal()).map_err(fault);
                    connections::secret_of(tx, &engine, &vault, ("web_push", "key"), make, now)
                })
                .await?
            }
        };
        secret.parse::<VapidKeys>().map(|it| it.public()).map_err(fault)
    }

    /// From now on the browser at `address` takes the pushes of the caller, and of nobody else.
    ///
    /// # Errors
    /// `A0701` where the caller is no rep, `A0411` for an address that cannot be, `A0507` where
    /// this server has no key. Failures of the store.
    pub async fn subscribe_push(
        &self,
        identity: &Identity,
        address: PushAddress,
    ) -> Result<PushView, Refusal> {
        let rep = own(identity)?;
        check(&address)?;
        let vault = self.needed_vault()?;
        let engine = self.clone();
        self.write_once(move |tx, now| {
            let hash = Sha256::digest(address.endpoint.as_bytes()).to_vec();
            let sealed = match vault.seal(&place(&hash), json!(address).to_string().as_bytes()) {
                Ok(sealed) => sealed,
                Err(error) => return Ok(Err(error.into())),
            };
            let known = store::push::by_endpoint(tx, WORKSPACE, &hash)?;
            let fresh: PushId = engine.next_id(now);
            let row = PushSubscription {
                workspace_id: WORKSPACE,
                id: known.as_ref().map_or(fresh.raw(), |it| it.id),
                rep: rep.to_string(),
                endpoint_hash: hash,
                secrets: sealed.bytes,
                key_id: sealed.key_id,
                created_at: known.map_or(now.as_micros(), |it| it.created_at),
            };
            store::push::put(tx, &row)?;
            let mine = store::push::of_rep(tx, WORKSPACE, rep.as_str())?;
            let older = mine.iter().filter(|it| it.id != row.id);
            for oldest in older.take(mine.len().saturating_sub(BROWSERS_MAX)) {
                store::push::remove(tx, WORKSPACE, rep.as_str(), oldest.id)?;
            }
            Ok(Ok(view(&vault, &row)))
        })
        .await
    }

    /// The caller's browsers, the oldest first.
    ///
    /// # Errors
    /// `A0507` where this server has no key. Failures of the store.
    pub async fn push_subscriptions(&self, identity: &Identity) -> Result<Vec<PushView>, Refusal> {
        let Some(rep) = identity.rep().cloned() else { return Ok(Vec::new()) };
        let vault = self.needed_vault()?;
        self.read(move |db| {
            let rows = store::push::of_rep(db, WORKSPACE, rep.as_str())?;
            Ok(Ok(rows.iter().map(|it| view(&vault, it)).collect()))
        })
        .await
    }

    /// A browser of the caller takes no more pushes.
    ///
    /// # Errors
    /// `A0404` where the caller has no such subscription. Failures of the store.
    pub async fn unsubscribe_push(&self, identity: &Identity, id: PushId) -> Result<(), Refusal> {
        let rep = identity.rep().cloned();
        self.write_once(move |tx, _| {
            let rep = rep.as_ref().map(RepId::as_str).unwrap_or_default();
            let removed = store::push::remove(tx, WORKSPACE, rep, id.raw())?;
            Ok(removed.then_some(()).ok_or_else(|| Refusal::not_found("subscription", id)))
        })
        .await
    }

    /// Push services said that these browsers of a rep are gone.
    pub(crate) async fn forget_browsers(&self, rep: String, ids: Vec<i64>) -> Result<(), Refusal> {
        self.write(move |tx, _| {
            for id in &ids {
                store::push::remove(tx, WORKSPACE, &rep, *id)?;
            }
            Ok(Ok(()))
        })
        .await
    }
}

/// The browsers of `rep` as pushes need them; what was encrypted with another key is left out.
pub(crate) fn browsers(
    db: &mut Snapshot<'_>,
    vault: &Vault,
    rep: &str,
) -> Result<Vec<(i64, Subscription)>, StoreError> {
    let rows = store::push::of_rep(db, WORKSPACE, rep)?;
    let open = |row: &PushSubscription| {
        let it = address(vault, row)?;
        Some((row.id, Subscription::new(&it.endpoint, &it.p256dh, &it.auth).ok()?))
    };
    Ok(rows.iter().filter_map(open).collect())
}

/// The rep the caller is.
fn own(identity: &Identity) -> Result<RepId, Refusal> {
    identity.rep().cloned().ok_or_else(|| {
        let message = "only reps are told of leads: the caller is not one";
        Refusal::new(RefusalKind::Invalid, "A0701", message)
    })
}

fn check(address: &PushAddress) -> Result<(), Refusal> {
    let web = address.endpoint.starts_with("https://") || address.endpoint.starts_with("http://");
    let long = ENDPOINT_LENGTH_MAX < address.endpoint.len();
    let PushAddress { endpoint, p256dh, auth } = address;
    if web && !long && Subscription::new(endpoint, p256dh, auth).is_ok() {
        return Ok(());
    }
    let message = connect::web_push::SubscriptionError.to_string();
    let field = FieldFault {
        at: "endpoint".to_owned(),
        code: "A0411".to_owned(),
        message: message.clone(),
    };
    Err(Refusal::new(RefusalKind::Invalid, "A0411", message).with_fields(vec![field]))
}

fn address(vault: &Vault, row: &PushSubscription) -> Option<PushAddress> {
    let text = vault.open(&place(&row.endpoint_hash), &row.key_id, &row.secrets).ok()?;
    serde_json::from_slice(&text).ok()
}

fn view(vault: &Vault, row: &PushSubscription) -> PushView {
    let endpoint = address(vault, row).map(|it| it.endpoint).unwrap_or_default();
    let host = endpoint.split('/').nth(2).unwrap_or_default();
    PushView {
        id: PushId::from_raw(row.id),
        host: host.rsplit('@').next().unwrap_or_default().to_owned(),
        created_at: Timestamp::from_micros(row.created_at),
    }
}

fn place(hash: &[u8]) -> String {
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("push.{hex}")
}
