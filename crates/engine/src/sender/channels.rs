//! The outside as it is: channels by the connections of the workspace, loaded when they change.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use connect::email::{Audience, Config, Email, Login, Recipient, Security};
use connect::gate::{Gates, Limits};
use connect::{Failure, Roots, Secret, SystemClock};
use model::{Seconds, Timestamp};

use super::outside::{End, Outside, Parcel};
use super::reader::Address;
use crate::Refusal;
use crate::connections::{self, Open};
use crate::engine::{Engine, WORKSPACE};

/// The channels of one workspace. Clones share them.
#[derive(Clone)]
pub struct Channels {
    engine: Engine,
    gates: Gates,
    roots: Roots,
    loaded: Arc<Mutex<Option<Loaded>>>,
}

/// What was set up when it was last looked.
#[derive(Clone)]
struct Loaded {
    looked_at: Timestamp,
    /// When each connection was written: where it is the same, channels are kept.
    stamps: Vec<(String, i64)>,
    email: Option<Result<Email, Failure>>,
}

/// How long a change of a connection may go unnoticed.
const FRESH: Seconds = Seconds::new(3);

const PREPARE: Duration = Duration::from_secs(10);
const FINISH: Duration = Duration::from_secs(20);

impl std::fmt::Debug for Channels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Channels").finish_non_exhaustive()
    }
}

impl Channels {
    /// The channels that the connections of `engine` set up.
    pub fn new(engine: Engine) -> Self {
        let gates = Gates::new(Arc::new(SystemClock), Limits::USUAL);
        Self { engine, gates, roots: Roots::public(), loaded: Arc::default() }
    }

    /// The gates of all targets, to be shared with whoever else reaches outside.
    pub fn gates(&self) -> &Gates {
        &self.gates
    }

    async fn load(&self) -> Result<Loaded, Refusal> {
        let now = self.gates.now();
        let last = self.loaded.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let fresh = |it: &Loaded| now < it.looked_at.plus(FRESH);
        if let Some(last) = last.clone().filter(fresh) {
            return Ok(last);
        }
        let vault = self.engine.vault();
        let (stamps, smtp) = self
            .engine
            .read(move |db| {
                let rows = store::connection::list(db, WORKSPACE)?;
                let stamps: Vec<_> = rows.into_iter().map(|it| (it.kind, it.updated_at)).collect();
                let smtp = connections::open(db, vault.as_deref(), "smtp")?;
                Ok(Ok((stamps, smtp)))
            })
            .await?;
        let email = match last.filter(|it| it.stamps == stamps) {
            Some(last) => last.email,
            None => smtp.map(|it| self.email(&it)),
        };
        let loaded = Loaded { looked_at: now, stamps, email };
        *self.loaded.lock().unwrap_or_else(PoisonError::into_inner) = Some(loaded.clone());
        Ok(loaded)
    }

    fn email(&self, open: &Open) -> Result<Email, Failure> {
        let text = |name: &str| open.get(name).map(str::to_owned);
        let security = match open.get("security") {
            Some("plain") => Security::Plain,
            Some("tls") => Security::Tls,
            _ => Security::StartTls,
        };
        let usual = if security == Security::Tls { 465 } else { 587 };
        let port = open.get("port").and_then(|it| it.parse().ok()).unwrap_or(usual);
        let from = text("from").unwrap_or_default();
        let hello = from.rsplit_once('@').map_or("localhost", |it| it.1).to_owned();
        let login = text("user").zip(text("password"));
        let config = Config {
            host: text("host").unwrap_or_default(),
            port,
            security,
            login: login.map(|(user, it)| Login { user, password: Secret::new(it) }),
            hello,
            from_name: text("from_name").unwrap_or_else(|| "Baton".to_owned()),
            from,
            bounces: text("bounces"),
            prepare: PREPARE,
            finish: FINISH,
        };
        Email::new(config, &self.roots, self.gates.clone())
    }

    async fn try_once(&self, parcel: &Parcel) -> End {
        let loaded = match self.load().await {
            Ok(loaded) => loaded,
            Err(refusal) => {
                let (code, detail) = (refusal.code.to_owned(), refusal.message);
                return End::Later { code, detail, after: None, counts: false };
            }
        };
        match &parcel.to {
            Address::Email { name, address, unsubscribe } => {
                let email = match &loaded.email {
                    None => return End::not_set_up("email"),
                    Some(Err(failure)) => return End::from(Err(failure.clone())),
                    Some(Ok(email)) => email,
                };
                let audience = match unsubscribe {
                    None => Audience::Colleague,
                    Some(url) => {
                        Audience::Prospect { unsubscribe_url: url.clone(), unsubscribe_mail: None }
                    }
                };
                let to = Recipient { name: name.clone(), address: address.clone(), audience };
                email.deliver(&to, &parcel.message).await.into()
            }
            Address::Slack { .. } => End::not_set_up("slack"),
            Address::Teams => End::not_set_up("teams"),
            Address::WebPush { .. } => End::not_set_up("web_push"),
            Address::Sms { .. } => End::not_set_up("sms"),
        }
    }
}

impl Outside for Channels {
    fn deliver<'a>(&'a self, parcel: &'a Parcel) -> Pin<Box<dyn Future<Output = End> + Send + 'a>> {
        Box::pin(self.try_once(parcel))
    }
}
