//! The outside as it is: channels by the connections of the workspace, loaded when they change.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use connect::email::{Audience, Config, Email, Login, Recipient, Security};
use connect::gate::{Gates, Limits};
use connect::http::{Http, Patience, Reach};
use connect::sms::{self, Sms};
use connect::teams::Teams;
use connect::{Code, Failure, Roots, Secret, SystemClock};
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
    teams: Option<Result<(Teams, Secret), Failure>>,
    sms: Option<Result<Sms, Failure>>,
}

/// How long a change of a connection may go unnoticed.
const FRESH: Seconds = Seconds::new(3);

const PREPARE: Duration = Duration::from_secs(10);
/// Where text messages go if no other provider is named.
const SMS_BASE: &str = "https://api.twilio.com";

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
        let (stamps, smtp, teams, sms) = self
            .engine
            .read(move |db| {
                let rows = store::connection::list(db, WORKSPACE)?;
                let stamps: Vec<_> = rows.into_iter().map(|it| (it.kind, it.updated_at)).collect();
                let mut open = |kind| connections::open(db, vault.as_deref(), kind);
                let (smtp, teams, sms) = (open("smtp")?, open("teams")?, open("sms")?);
                Ok(Ok((stamps, smtp, teams, sms)))
            })
            .await?;
        let loaded = match last.filter(|it| it.stamps == stamps) {
            Some(last) => Loaded { looked_at: now, ..last },
            None => Loaded {
                looked_at: now,
                stamps,
                email: smtp.map(|it| self.email(&it)),
                teams: teams.map(|it| self.teams(&it)),
                sms: sms.map(|it| self.sms(&it)),
            },
        };
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

    fn teams(&self, open: &Open) -> Result<(Teams, Secret), Failure> {
        let http = self.http(Reach::public(), Patience::VENDOR)?;
        Ok((Teams::new(http), Secret::new(open.get("url").unwrap_or_default())))
    }

    fn sms(&self, open: &Open) -> Result<Sms, Failure> {
        let text = |name: &str| open.get(name).unwrap_or_default().to_owned();
        let base = open.get("base_url").unwrap_or(SMS_BASE);
        let base_url = base
            .parse()
            .map_err(|_| Failure::refused(Code::Misconfigured, "`base_url` is no URL"))?;
        let config = sms::Config {
            base_url,
            account: text("account"),
            token: Secret::new(text("token")),
            from: sms::From::Number(text("from")),
            status_url: None,
            keep: Seconds::from_hours(1),
        };
        // The operator's own provider may stand in the house.
        Ok(Sms::new(self.http(Reach::private(), Patience::VENDOR)?, config))
    }

    /// A client that goes as far as `reach`.
    ///
    /// # Errors
    /// Where TLS cannot be set up.
    pub fn http(&self, reach: Reach, patience: Patience) -> Result<Http, Failure> {
        Http::new(reach, patience, &self.roots, self.gates.clone())
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
            Address::Teams => match &loaded.teams {
                None => End::not_set_up("teams"),
                Some(Err(failure)) => End::from(Err(failure.clone())),
                Some(Ok((teams, flow))) => teams.deliver(flow, &parcel.message).await.into(),
            },
            Address::WebPush { .. } => End::not_set_up("web_push"),
            Address::Sms { phone } => match &loaded.sms {
                None => End::not_set_up("sms"),
                Some(Err(failure)) => End::from(Err(failure.clone())),
                Some(Ok(sms)) => sms.deliver(phone, &parcel.message).await.into(),
            },
        }
    }
}

impl Outside for Channels {
    fn deliver<'a>(&'a self, parcel: &'a Parcel) -> Pin<Box<dyn Future<Output = End> + Send + 'a>> {
        Box::pin(self.try_once(parcel))
    }
}
