//! Slack as this workspace has it: who is who, and whether buttons are answered.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use connect::http::Http;
use connect::slack::{Config, Slack, SocketMode, Waits};
use connect::{ActionKind, Code, Delivery, Failure, Message, Secret};
use url::Url;

use crate::connections::Open;

/// One workspace of Slack. Clones share what they found out.
#[derive(Clone)]
pub(crate) struct SlackDesk {
    pub(crate) slack: Slack,
    /// What Slack signs clicks with.
    pub(crate) signing_secret: Option<Secret>,
    /// Opens a socket for clicks, and where.
    app: Option<(Http, Url, Secret)>,
    /// Member ids by mail address: they do not change.
    members: Arc<Mutex<BTreeMap<String, String>>>,
}

impl SlackDesk {
    pub(super) fn new(http: Http, base_url: Url, open: &Open) -> Result<Self, Failure> {
        let secret = |name: &str| open.get(name).map(Secret::new);
        let missing = || Failure::refused(Code::Misconfigured, "`bot_token` is missing");
        let token = secret("bot_token").ok_or_else(missing)?;
        let app = secret("app_token").map(|it| (http.clone(), base_url.clone(), it));
        let signing_secret = secret("signing_secret");
        let slack = Slack::new(http, Config { base_url, token });
        Ok(Self { slack, signing_secret, app, members: Arc::default() })
    }

    /// A socket that clicks come over.
    pub(super) fn socket(&self) -> Option<SocketMode> {
        let (http, base_url, token) = self.app.clone()?;
        Some(SocketMode::new(http, base_url, token, Waits::USUAL))
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
        if self.signing_secret.is_some() || self.app.is_some() {
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
