//! Text messages by the interface of Twilio, which others speak too.
//!
//! What holds: a text is at most [`TEXT_CHARS_MAX`] characters and keeps its link whole; a person
//! who said STOP gets no more; reports on what became of a text are believed when signed.

mod status;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use model::Seconds;
use serde::Deserialize;
use url::{Url, form_urlencoded};

use crate::delivery::{Code, Delivery, Failure, Receipt};
use crate::http::{Answer, Http, Request};
use crate::message::{ActionKind, Message};
use crate::secret::Secret;
use crate::text;
pub use status::{Report, State, StatusError, sign, verify};

/// Two texts of a phone at most.
pub const TEXT_CHARS_MAX: usize = 320;

/// The account that sends.
#[derive(Clone, Debug)]
pub struct Config {
    /// Usually `https://api.twilio.com`.
    pub base_url: Url,
    /// `AC…`.
    pub account: String,
    /// The password of the account.
    pub token: Secret,
    /// As whom we write.
    pub from: From,
    /// Where reports on each text go, if anywhere; `/` and the message's id are put behind it.
    pub status_url: Option<String>,
    /// After this a text that could not be delivered is given up.
    pub keep: Seconds,
}

/// As whom we write.
#[derive(Clone, Debug)]
pub enum From {
    /// A number of ours, e.g. `+15005550006`.
    Number(String),
    /// A pool of numbers, `MG…`.
    Pool(String),
}

/// Sends texts.
#[derive(Clone)]
pub struct Sms {
    http: Http,
    config: Config,
}

#[derive(Deserialize)]
struct Sent {
    sid: String,
}

#[derive(Deserialize)]
struct Refusal {
    code: u32,
}

impl Sms {
    /// Through `http`, which must reach the base address.
    pub fn new(http: Http, config: Config) -> Self {
        Self { http, config }
    }

    /// Tries once to send `message` to the number `to`, e.g. `+4930123456`.
    pub async fn deliver(&self, to: &str, message: &Message) -> Delivery {
        let digits = to.strip_prefix('+').unwrap_or_default();
        if !((7..=15).contains(&digits.len()) && digits.chars().all(|it| it.is_ascii_digit())) {
            return Err(Failure::refused(Code::PhoneNumber, "a number is `+` and 7 to 15 digits"));
        }
        let config = &self.config;
        let path = format!("2010-04-01/Accounts/{}/Messages.json", config.account);
        let url = config
            .base_url
            .join(&path)
            .map_err(|_| Failure::refused(Code::Misconfigured, "the base address is no base"))?;
        let login = STANDARD.encode(format!("{}:{}", config.account, config.token.expose()));
        let request =
            Request::post(url, "application/x-www-form-urlencoded", self.form(to, message))
                .header("authorization", &format!("Basic {login}"))?;
        self.http.call(request, judge).await
    }

    /// The body: made apart, so that a delivery can move between threads.
    fn form(&self, to: &str, message: &Message) -> Vec<u8> {
        let config = &self.config;
        let mut form = form_urlencoded::Serializer::new(String::new());
        form.append_pair("To", to).append_pair("Body", &text(message));
        match &config.from {
            From::Number(number) => form.append_pair("From", number),
            From::Pool(pool) => form.append_pair("MessagingServiceSid", pool),
        };
        form.append_pair("ValidityPeriod", &config.keep.get().to_string());
        if let Some(url) = &config.status_url {
            form.append_pair("StatusCallback", &format!("{url}/{}", message.id));
        }
        form.finish().into_bytes()
    }
}

fn judge(answer: Answer) -> Delivery {
    if let Ok(refusal) = answer.json::<Refusal>() {
        let detail = format!("HTTP {}, error {}", answer.status, refusal.code);
        match refusal.code {
            21_610 => return Err(Failure::refused(Code::OptedOut, detail)),
            21_211 | 21_214 | 21_217 | 21_614 => {
                return Err(Failure::refused(Code::PhoneNumber, detail));
            }
            20_429 => return Err(Failure::failed(Code::NotNow, detail).after(answer.retry_after)),
            20_003 => return Err(Failure::failed(Code::Credentials, detail)),
            _ => {
                return match answer.success() {
                    Ok(_) => Err(Failure::unknown(Code::Unreadable, detail)),
                    Err(failure) => Err(Failure { detail, ..failure }),
                };
            }
        }
    }
    Ok(Receipt(answer.success()?.json::<Sent>()?.sid))
}

/// Title, what to do and the link; what is too long is cut, never the link.
fn text(message: &Message) -> String {
    let link = message.action(ActionKind::Open).map(|it| it.url.as_str());
    let link = link.filter(|it| it.chars().count() <= TEXT_CHARS_MAX / 2);
    let room = TEXT_CHARS_MAX - link.map_or(0, |it| it.chars().count() + 1);
    let words = format!("{}\n{}", text::one_line(&message.title), text::second_line(message));
    let mut text = text::cut(words.trim(), room);
    if let Some(link) = link {
        text.push('\n');
        text.push_str(link);
    }
    text
}

#[cfg(test)]
mod tests;
