//! Slack as this workspace has it: who is who, and whether buttons are answered.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use connect::http::Http;
use connect::slack::{Config, Slack};
use connect::{ActionKind, Code, Delivery, Failure, Message, Secret};
use url::Url;

use crate::connections::Open;

/// One workspace of Slack. Clones share what they found out.
#[derive(Clone)]
pub(crate) struct SlackDesk {
    slack: Slack,
    /// Member ids by mail address: they do not change.
    members: Arc<Mutex<BTreeMap<String, String>>>,
    /// Whether a click comes back: by signed requests or over a socket.
    answers: bool,
}

impl SlackDesk {
    pub(super) fn new(http: Http, base_url: Url, open: &Open) -> Result<Self, Failure> {
        let secret = |name: &str| open.get(name).map(Secret::new);
        let missing = || Failure::refused(Code::Misconfigured, "`bot_token` is missing");
        let token = secret("bot_token").ok_or_else(missing)?;
        let answers = open.get("signing_secret").or(open.get("app_token")).is_some();
        let slack = Slack::new(http, Config { base_url, token });
        Ok(Self { slack, members: Arc::default(), answers })
    }

    /// Tries once to post to a member or channel, or to the member with this mail address.
    pub(super) async fn deliver(
        &self,
        user: Option<&str>,
        email: Option<&str>,
        message: &Message,
    ) -> Delivery {
        let channel = match (user, email) {
            (Some(user), _) => user.to_owned(),
            (None, Some(email)) => self.member(email).await?,
            (None, None) => {
                return Err(Failure::refused(Code::SlackNobody, "neither member id nor mail"));
            }
        };
        if self.answers {
            return self.slack.deliver(&channel, message).await;
        }
        // A button that nobody answers is worse than none.
        let mut message = message.clone();
        message.actions.retain(|it| it.kind == ActionKind::Open);
        self.slack.deliver(&channel, &message).await
    }

    /// The member id of the person with this mail address.
    pub(crate) async fn member(&self, email: &str) -> Result<String, Failure> {
        let known = self.members.lock().unwrap_or_else(PoisonError::into_inner).get(email).cloned();
        if let Some(known) = known {
            return Ok(known);
        }
        let found = self.slack.member(email).await?;
        let mut members = self.members.lock().unwrap_or_else(PoisonError::into_inner);
        members.insert(email.to_owned(), found.clone());
        Ok(found)
    }
}
