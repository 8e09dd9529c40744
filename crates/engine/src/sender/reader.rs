//! Who reads a message, in which language, on which clock, and where they are reached.

use connect::teams::Mention;
use jiff::tz::TimeZone;
use model::{Rep, RepId, Value};

use crate::live::Live;
use crate::message::{Language, Package, Reader};

/// Where one reader is reached on one channel.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// By mail.
    Email {
        /// As shown.
        name: Option<String>,
        /// The mailbox.
        address: String,
        /// Where a lead ends all mail; nothing for colleagues.
        unsubscribe: Option<String>,
    },
    /// In Slack.
    Slack {
        /// The member id, where the roster names one.
        user: Option<String>,
        /// The mail address it is looked up by.
        email: Option<String>,
    },
    /// In Teams, through the workspace's channel.
    Teams {
        /// Whom the card is for.
        reader: Option<Mention>,
    },
    /// In the browsers of a rep.
    WebPush {
        /// Whose.
        rep: String,
    },
    /// By text message.
    Sms {
        /// The number, E.164.
        phone: String,
    },
}

/// The reader of a message.
pub(crate) enum Who<'a> {
    /// A rep of the roster.
    Rep(&'a Rep),
    /// The lead.
    Prospect,
    /// Who brings leads.
    Marketing,
}

impl Who<'_> {
    /// The reader that the outbox names; `None` where the roster does not know them any more.
    pub(crate) fn of<'a>(live: &'a Live, recipient: &str) -> Option<Who<'a>> {
        match recipient {
            "prospect" => Some(Who::Prospect),
            "marketing" => Some(Who::Marketing),
            _ => {
                let id: RepId = recipient.strip_prefix("rep:")?.parse().ok()?;
                let index = live.setup.find(&id)?;
                live.setup.roster().rep(index).filter(|it| it.active).map(Who::Rep)
            }
        }
    }

    pub(crate) const fn kind(&self) -> Reader {
        match self {
            Who::Rep(_) => Reader::Rep,
            Who::Prospect => Reader::Prospect,
            Who::Marketing => Reader::Marketing,
        }
    }

    /// The first of the rep's languages that messages are written in; the lead's own.
    pub(crate) fn language(&self, lead: Option<&str>) -> Language {
        let known = match self {
            Who::Rep(rep) => match rep.attributes.get("languages") {
                Some(Value::List(all)) => all.iter().find_map(|it| Language::of(it)),
                _ => None,
            },
            Who::Prospect => lead.and_then(Language::of),
            Who::Marketing => None,
        };
        known.unwrap_or_default()
    }

    /// The clock that instants are told on.
    pub(crate) fn zone(&self, live: &Live) -> TimeZone {
        match self {
            Who::Rep(rep) => live.setup.find(&rep.id).map_or(TimeZone::UTC, |it| live.zone(it)),
            Who::Prospect | Who::Marketing => live.rules.zone.clone(),
        }
    }

    /// Where they are reached on `channel`; `None` where nobody knows.
    pub(crate) fn address(&self, channel: &str, package: &Package) -> Option<Address> {
        match (self, channel) {
            (Who::Rep(rep), "email") => rep.email.clone().map(|address| Address::Email {
                name: Some(rep.name.clone()),
                address,
                unsubscribe: None,
            }),
            (Who::Rep(rep), "slack") => {
                let user = rep.addresses.slack.clone();
                let email = rep.email.clone();
                (user.is_some() || email.is_some()).then_some(Address::Slack { user, email })
            }
            (Who::Rep(rep), "teams") => {
                let reader = rep.addresses.teams.clone();
                let reader = reader.map(|user| Mention { user, name: rep.name.clone() });
                Some(Address::Teams { reader })
            }
            (Who::Rep(rep), "web_push") => Some(Address::WebPush { rep: rep.id.to_string() }),
            (Who::Rep(rep), "sms") => {
                rep.addresses.phone.clone().map(|phone| Address::Sms { phone })
            }
            (Who::Prospect, "email") if !package.lead.email.is_empty() => Some(Address::Email {
                name: Some(package.lead.name.clone()).filter(|it| !it.is_empty()),
                address: package.lead.email.clone(),
                unsubscribe: None,
            }),
            (Who::Prospect, "sms") if !package.lead.phone.is_empty() => {
                Some(Address::Sms { phone: package.lead.phone.clone() })
            }
            (Who::Rep(_) | Who::Prospect | Who::Marketing, _) => None,
        }
    }
}

/// Addresses of people stay out of logs.
impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Email { .. } => "Email(…)",
            Self::Slack { .. } => "Slack(…)",
            Self::Teams { .. } => "Teams(…)",
            Self::WebPush { .. } => "WebPush(…)",
            Self::Sms { .. } => "Sms(…)",
        })
    }
}
