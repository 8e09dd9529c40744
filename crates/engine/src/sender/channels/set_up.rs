//! Channels made of the settings of their connections.

use std::time::Duration;

use connect::email::{Config, Email, Login, Security};
use connect::http::{Patience, Reach};
use connect::sms::{self, Sms};
use connect::teams::Teams;
use connect::web_push::{self, WebPush};
use connect::{Code, Failure, Secret};
use model::Seconds;
use url::Url;

use super::Channels;
use super::slack::SlackDesk;
use crate::connections::Open;

const PREPARE: Duration = Duration::from_secs(10);
const FINISH: Duration = Duration::from_secs(20);

/// Where text messages go if no other provider is named.
const SMS_BASE: &str = "https://api.twilio.com";

/// Slack, if nothing else is named.
const SLACK_BASE: &str = "https://slack.com/api/";

/// How long texts and pushes are kept for a device that is away; later there is a newer message.
const KEEP: Seconds = Seconds::from_hours(1);

impl Channels {
    pub(super) fn email(&self, open: &Open) -> Result<Email, Failure> {
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

    pub(super) fn slack(&self, open: &Open) -> Result<SlackDesk, Failure> {
        let base = base_url(open, SLACK_BASE)?;
        SlackDesk::new(self.http(Reach::private(), Patience::VENDOR)?, base, open)
    }

    pub(super) fn teams(&self, open: &Open) -> Result<(Teams, Secret), Failure> {
        let http = self.http(self.settings.entered.clone(), Patience::VENDOR)?;
        Ok((Teams::new(http), Secret::new(open.get("url").unwrap_or_default())))
    }

    pub(super) fn sms(&self, open: &Open) -> Result<Sms, Failure> {
        let text = |name: &str| open.get(name).unwrap_or_default().to_owned();
        let config = sms::Config {
            base_url: base_url(open, SMS_BASE)?,
            account: text("account"),
            token: Secret::new(text("token")),
            from: match text("from") {
                pool if pool.starts_with("MG") => sms::From::Pool(pool),
                number => sms::From::Number(number),
            },
            status_url: self.settings.links.as_ref().map(|it| it.sms_reports()),
            keep: KEEP,
        };
        // The operator's own provider may stand in the house.
        Ok(Sms::new(self.http(Reach::private(), Patience::VENDOR)?, config))
    }

    /// Push services want somebody to write to: who is named, else who mail comes from, else the
    /// address of this server.
    pub(super) fn web_push(&self, open: &Open, smtp: Option<&Open>) -> Result<WebPush, Failure> {
        let misconfigured = |why: &str| Failure::refused(Code::Misconfigured, why);
        let named = open.get("subject").map(str::to_owned);
        let sender = smtp.and_then(|it| it.get("from")).map(|it| format!("mailto:{it}"));
        let public = self.settings.links.as_ref().map(|it| it.public_url().to_owned());
        let contact = named.or(sender).or(public.filter(|it| it.starts_with("https://")));
        let contact = contact.ok_or_else(|| misconfigured("`web_push` needs a `subject`"))?;
        let keys = open.get("key").and_then(|it| it.parse().ok());
        let keys = keys.ok_or_else(|| misconfigured("no browser has asked for the key yet"))?;
        let config = web_push::Config { keys, contact, keep: KEEP };
        Ok(WebPush::new(self.http(self.settings.entered.clone(), Patience::VENDOR)?, config))
    }
}

fn base_url(open: &Open, usual: &str) -> Result<Url, Failure> {
    let base = open.get("base_url").unwrap_or(usual);
    base.parse().map_err(|_| Failure::refused(Code::Misconfigured, "`base_url` is no URL"))
}
