//! Checks of the ways out: is everything set up that the policy tells people by, and does it open?

use std::path::Path;
use std::sync::Arc;

use connect::http::Reach;
use engine::sender::channels::{Channels, Settings};
use engine::{Engine, connections};
use policy::section::Channel;
use store::{Store, StoreError};

use crate::screen::{Line, Status};
use crate::sending::{smtp_url, vault_of};

/// Channels with the kind of connection that each needs.
const NEEDS: [(Channel, &str, &str); 5] = [
    (Channel::Email, "email", "smtp"),
    (Channel::Slack, "slack", "slack"),
    (Channel::Teams, "teams", "teams"),
    (Channel::Sms, "sms", "sms"),
    (Channel::WebPush, "web_push", "web_push"),
];

/// How the connections are looked at.
pub(super) struct Look<'a> {
    /// File with the server's key.
    pub(super) key_file: Option<&'a Path>,
    /// The file beside which the key lies.
    pub(super) database: String,
    /// Whether to sign in at the other side.
    pub(super) tries: bool,
}

/// Adds the checks; a failure of the database becomes one.
pub(super) fn checks(store: &Store, look: &Look<'_>, lines: &mut Vec<Line>) {
    // A key that is not there is not made by looking.
    let vault = vault_of(look.key_file, &look.database, false);
    let vault = match vault {
        Ok(vault) => vault.map(Arc::new),
        Err(error) => {
            lines.push(Line::new(Status::Fail, "key", error.to_string()));
            None
        }
    };
    let smtp = match smtp_url(None) {
        Ok(smtp) => smtp,
        Err(error) => {
            lines.push(Line::new(Status::Fail, "connection smtp", error));
            None
        }
    };
    let engine = Engine::new(store.clone(), super::workspace::LOOKING_NODE);
    let (inner, opens, by_url) = (engine.clone(), vault.clone(), smtp.is_some());
    let looked = store
        .read(move |db| -> Result<Vec<(String, Line)>, StoreError> {
            let now = db.now()?;
            let live = inner.live(db, now)?.ok();
            let told = |channel| {
                let rules = live.iter().flat_map(|it| &it.setup.policy().notifications);
                rules.flat_map(|it| it.channels.iter().chain(&it.fallback)).any(|it| *it == channel)
            };
            let mut found = Vec::new();
            for (channel, name, kind) in NEEDS {
                let check = format!("connection {kind}");
                let line = match connections::state(db, opens.as_deref(), kind)? {
                    connections::State::Ready => Line::new(Status::Ok, &check, "set up"),
                    connections::State::Closed if opens.is_none() => {
                        let detail = "give the key of the server to look at its secrets";
                        Line::new(Status::Warn, &check, detail)
                    }
                    connections::State::Closed => {
                        let detail = "its secrets do not open with the key of this server";
                        Line::new(Status::Fail, &check, detail)
                    }
                    connections::State::Partial => {
                        Line::new(Status::Fail, &check, "a part that it needs is missing")
                    }
                    connections::State::Absent if kind == "smtp" && by_url => {
                        Line::new(Status::Ok, &check, "set up by BATON_SMTP_URL")
                    }
                    // The key of pushes is made when the first browser asks for it.
                    connections::State::Absent if kind == "web_push" || !told(channel) => continue,
                    connections::State::Absent => {
                        let detail = format!("the policy tells by `{name}`, and there is none");
                        Line::new(Status::Warn, &check, detail)
                    }
                };
                found.push((kind.to_owned(), line));
            }
            Ok(found)
        })
        .wait();
    let found = match looked {
        Ok(found) => found,
        Err(error) => return lines.push(Line::new(Status::Fail, "reading", error.to_string())),
    };
    if let Some(vault) = vault {
        engine.set_vault(vault);
    }
    let channels = Channels::new(engine, Settings { entered: Reach::public(), links: None, smtp });
    for (kind, line) in found {
        let tried = (look.tries && line.status == Status::Ok).then(|| sign_in(&channels, &kind));
        lines.push(tried.flatten().unwrap_or(line));
    }
}

/// Signs in at the other side; nothing where that cannot be done without sending.
fn sign_in(channels: &Channels, kind: &str) -> Option<Line> {
    let check = format!("connection {kind}");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
    let tried = runtime.ok()?.block_on(channels.check(kind));
    Some(match tried {
        Err(refusal) => Line::new(Status::Fail, &check, refusal.message),
        Ok(None) => return None,
        Ok(Some(trial)) if trial.taken => Line::new(Status::Ok, &check, trial.detail),
        Ok(Some(trial)) => {
            let code = trial.code.unwrap_or_default();
            Line::new(Status::Fail, &check, format!("{} ({code})", trial.detail))
        }
    })
}
