//! Trying a connection out: a message that says it is a test, or a sign-in without any.

use connect::{Failure, Receipt};
use model::id::OutboxId;
use serde_json::json;

use super::Channels;
use crate::connections::KINDS;
use crate::engine::WORKSPACE;
use crate::identity::Identity;
use crate::message::{Content, Language};
use crate::refusal::FieldFault;
use crate::sender::outside::{End, Parcel};
use crate::sender::reader::Address;
use crate::sender::words;
use crate::{Actor, Refusal, RefusalKind, audit};

/// How a trial ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trial {
    /// Whether the other side took it.
    pub taken: bool,
    /// What went wrong.
    pub code: Option<String>,
    /// The same in words, or what the other side calls what it took.
    pub detail: String,
}

impl Channels {
    /// Sends a test message by the connection `kind`, as it is set up now, to `to`: a mail address,
    /// a phone number, a member or channel of Slack, a rep for their browsers (the caller where
    /// absent); a Teams address has one channel.
    ///
    /// # Errors
    /// `A0404` for an unknown kind, `A0411` where `to` is missing. Failures of the store.
    pub async fn try_out(
        &self,
        identity: &Identity,
        kind: &str,
        to: Option<String>,
    ) -> Result<Trial, Refusal> {
        let own = identity.rep().map(ToString::to_string);
        let to = to.map(|it| it.trim().to_owned()).filter(|it| !it.is_empty());
        let to = match kind {
            "smtp" => to.map(|address| Address::Email { name: None, address, unsubscribe: None }),
            "slack" => to.map(|it| match it.contains('@') {
                true => Address::Slack { user: None, email: Some(it) },
                false => Address::Slack { user: Some(it), email: None },
            }),
            "teams" => Some(Address::Teams { reader: None }),
            "sms" => to.map(|phone| Address::Sms { phone }),
            "web_push" => to.or(own).map(|rep| Address::WebPush { rep }),
            other if KINDS.iter().any(|it| it.0 == other) => {
                let message = format!("nothing is sent by `{other}` itself");
                return Err(Refusal::new(RefusalKind::Invalid, "A0411", message));
            }
            other => return Err(Refusal::not_found("kind of connection", other)),
        };
        let Some(to) = to else { return Err(nowhere()) };
        self.note(&identity.actor, kind).await?;
        let language = Language::default();
        let content = Content {
            language,
            title: language.label("test.title").to_owned(),
            summary: vec![language.label("test.summary").to_owned()],
            ..Content::default()
        };
        self.send_now(to, &content).await
    }

    /// Sends a message as a preview shows it to the mail address of the caller.
    ///
    /// # Errors
    /// `A0411` where the caller has no mail address. Failures of the store.
    pub async fn send_preview(
        &self,
        identity: &Identity,
        content: &Content,
    ) -> Result<Trial, Refusal> {
        let Actor::User(user, _) = identity.actor.clone() else { return Err(nowhere()) };
        let user = self
            .engine
            .read(move |db| Ok(Ok(store::user::get(db, WORKSPACE, user.raw())?)))
            .await?;
        let address = user.map(|it| it.email).ok_or_else(nowhere)?;
        let to = Address::Email { name: None, address, unsubscribe: None };
        self.send_now(to, content).await
    }

    /// Signs in at the other side and sends nothing; `None` where that cannot be done without.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn check(&self, kind: &str) -> Result<Option<Trial>, Refusal> {
        let loaded = self.load().await?;
        Ok(match kind {
            "smtp" => match loaded.email {
                Some(Ok(email)) => Some(signed_in(email.check().await)),
                Some(Err(failure)) => Some(Trial::of(End::from(Err(failure)))),
                None => None,
            },
            "slack" => match loaded.slack {
                Some(Ok(desk)) => Some(signed_in(desk.slack.check().await)),
                Some(Err(failure)) => Some(Trial::of(End::from(Err(failure)))),
                None => None,
            },
            _ => None,
        })
    }

    async fn send_now(&self, to: Address, content: &Content) -> Result<Trial, Refusal> {
        // What was written a moment ago is what is to be tried.
        self.forget();
        let now = self.engine.now().await?;
        let id: OutboxId = self.engine.next_id(now);
        let Ok(id) = id.to_string().parse::<connect::Key>() else { return Err(nowhere()) };
        let message = words::message(content, [id.clone(), id], "notification.test", now);
        Ok(Trial::of(self.try_once(&Parcel { to, message }).await))
    }

    async fn note(&self, actor: &Actor, kind: &str) -> Result<(), Refusal> {
        let (engine, actor, kind) = (self.engine.clone(), actor.clone(), kind.to_owned());
        self.engine
            .write(move |tx, now| {
                let body = json!({ "v": 1 });
                audit::note(tx, &engine, now, &actor, "connection.test", &kind, &body)?;
                Ok(Ok(()))
            })
            .await
    }
}

impl Trial {
    fn of(end: End) -> Self {
        match end {
            End::Sent(detail) => Self { taken: true, code: None, detail },
            End::Refused { code, detail } | End::Later { code, detail, .. } => {
                Self { taken: false, code: Some(code), detail }
            }
        }
    }
}

fn signed_in(end: Result<(), Failure>) -> Trial {
    Trial::of(End::from(end.map(|()| Receipt("signed in".to_owned()))))
}

fn nowhere() -> Refusal {
    let message = "say where the test goes";
    let field = FieldFault {
        at: "to".to_owned(),
        code: "A0411".to_owned(),
        message: "a mail address, number, member or rep".to_owned(),
    };
    Refusal::new(RefusalKind::Invalid, "A0411", message).with_fields(vec![field])
}
