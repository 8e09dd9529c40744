//! The outside as it is: channels by the connections of the workspace, loaded when they change.

mod browsers;
mod set_up;
pub(crate) mod slack;
mod smtp_url;
mod trial;

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use connect::email::{Audience, Email, Recipient};
use connect::gate::{Gates, Limits};
use connect::http::{Http, Patience, Reach};
use connect::slack::SocketMode;
use connect::sms::Sms;
use connect::teams::Teams;
use connect::web_push::WebPush;
use connect::{Failure, Roots, Secret, SystemClock};
use model::{Seconds, Timestamp};

use super::outside::{End, Outside, Parcel};
use super::reader::Address;
use crate::Refusal;
use crate::connections;
use crate::engine::{Engine, WORKSPACE};
use crate::links::Links;
use slack::SlackDesk;
pub use smtp_url::{SmtpUrl, SmtpUrlError};
pub use trial::Trial;

/// The channels of one workspace. Clones share them.
#[derive(Clone)]
pub struct Channels {
    engine: Engine,
    gates: Gates,
    roots: Roots,
    settings: Settings,
    loaded: Arc<Mutex<Option<Loaded>>>,
}

/// What the operator says of the outside.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How far addresses that people enter may lead.
    pub entered: Reach,
    /// Where this server is reached, if anywhere.
    pub links: Option<Arc<Links>>,
    /// The mail server of workspaces that name none.
    pub smtp: Option<SmtpUrl>,
}

impl Default for Settings {
    fn default() -> Self {
        Self { entered: Reach::public(), links: None, smtp: None }
    }
}

/// A channel as it was set up, if it was.
type Way<T> = Option<Result<T, Failure>>;

/// What was set up when it was last looked.
#[derive(Clone)]
struct Loaded {
    looked_at: Timestamp,
    /// When each connection was written: where it is the same, channels are kept.
    stamps: Vec<(String, i64)>,
    email: Way<Email>,
    slack: Way<SlackDesk>,
    teams: Way<(Teams, Secret)>,
    sms: Way<Sms>,
    web_push: Way<WebPush>,
}

/// How long a change of a connection may go unnoticed.
const FRESH: Seconds = Seconds::new(3);

impl std::fmt::Debug for Channels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Channels").finish_non_exhaustive()
    }
}

impl Channels {
    /// The channels that the connections of `engine` set up.
    pub fn new(engine: Engine, settings: Settings) -> Self {
        let gates = Gates::new(Arc::new(SystemClock), Limits::USUAL);
        Self { engine, gates, roots: Roots::public(), settings, loaded: Arc::default() }
    }

    /// The gates of all targets, to be shared with whoever else reaches outside.
    pub fn gates(&self) -> &Gates {
        &self.gates
    }

    /// Where this server is reached, if anywhere.
    pub(crate) fn links(&self) -> Option<Arc<Links>> {
        self.settings.links.clone()
    }

    /// The workspace's Slack, where it is set up and in order.
    pub(crate) async fn slack_desk(&self) -> Result<Option<SlackDesk>, Refusal> {
        Ok(self.load().await?.slack.and_then(Result::ok))
    }

    /// When the connection to Slack was written, and a socket to listen on where it has a token
    /// for one.
    pub(crate) async fn slack_socket(&self) -> Result<(Option<i64>, Option<SocketMode>), Refusal> {
        let loaded = self.load().await?;
        let stamp = loaded.stamps.iter().find(|it| it.0 == "slack").map(|it| it.1);
        let desk = loaded.slack.and_then(Result::ok);
        Ok((stamp, desk.and_then(|it| it.socket())))
    }

    /// Looks again at the connections before the next message.
    fn forget(&self) {
        *self.loaded.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    async fn load(&self) -> Result<Loaded, Refusal> {
        let now = self.gates.now();
        let last = self.loaded.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let fresh = |it: &Loaded| now < it.looked_at.plus(FRESH);
        if let Some(last) = last.clone().filter(fresh) {
            return Ok(last);
        }
        let vault = self.engine.vault();
        let (stamps, [smtp, slack, teams, sms, web_push]) = self
            .engine
            .read(move |db| {
                let rows = store::connection::list(db, WORKSPACE)?;
                let stamps: Vec<_> = rows.into_iter().map(|it| (it.kind, it.updated_at)).collect();
                let mut open = [None, None, None, None, None];
                let kinds = ["smtp", "slack", "teams", "sms", "web_push"];
                for (open, kind) in open.iter_mut().zip(kinds) {
                    *open = connections::open(db, vault.as_deref(), kind)?;
                }
                Ok(Ok((stamps, open)))
            })
            .await?;
        let smtp = smtp.or_else(|| self.settings.smtp.as_ref().map(|it| it.0.clone()));
        let loaded = match last.filter(|it| it.stamps == stamps) {
            Some(last) => Loaded { looked_at: now, ..last },
            None => Loaded {
                looked_at: now,
                stamps,
                web_push: web_push.map(|it| self.web_push(&it, smtp.as_ref())),
                email: smtp.map(|it| self.email(&it)),
                slack: slack.map(|it| self.slack(&it)),
                teams: teams.map(|it| self.teams(&it)),
                sms: sms.map(|it| self.sms(&it)),
            },
        };
        *self.loaded.lock().unwrap_or_else(PoisonError::into_inner) = Some(loaded.clone());
        Ok(loaded)
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
            Err(refusal) => return End::of_store(refusal),
        };
        let message = &parcel.message;
        match &parcel.to {
            Address::Email { name, address, unsubscribe } => {
                let audience = match unsubscribe {
                    None => Audience::Colleague,
                    Some(url) => {
                        Audience::Prospect { unsubscribe_url: url.clone(), unsubscribe_mail: None }
                    }
                };
                let to = Recipient { name: name.clone(), address: address.clone(), audience };
                match ready(&loaded.email, "email") {
                    Ok(email) => email.deliver(&to, message).await.into(),
                    Err(end) => end,
                }
            }
            Address::Slack { user, email } => match ready(&loaded.slack, "slack") {
                Ok(desk) => desk.deliver(user.as_deref(), email.as_deref(), message).await.into(),
                Err(end) => end,
            },
            Address::Teams { reader } => match ready(&loaded.teams, "teams") {
                Ok((teams, flow)) => teams.deliver(flow, message, reader.as_ref()).await.into(),
                Err(end) => end,
            },
            Address::WebPush { rep } => match ready(&loaded.web_push, "web_push") {
                Ok(push) => browsers::deliver(&self.engine, push, rep, message).await,
                Err(end) => end,
            },
            Address::Sms { phone } => match ready(&loaded.sms, "sms") {
                Ok(sms) => End::of_text(sms.deliver(phone, message).await),
                Err(end) => end,
            },
        }
    }
}

/// The channel, or how a try ends without it.
fn ready<'a, T>(way: &'a Way<T>, name: &str) -> Result<&'a T, End> {
    match way {
        None => Err(End::not_set_up(name)),
        Some(Err(failure)) => Err(End::from(Err(failure.clone()))),
        Some(Ok(channel)) => Ok(channel),
    }
}

impl Outside for Channels {
    fn deliver<'a>(&'a self, parcel: &'a Parcel) -> Pin<Box<dyn Future<Output = End> + Send + 'a>> {
        Box::pin(self.try_once(parcel))
    }
}
