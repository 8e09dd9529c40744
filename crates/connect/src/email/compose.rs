//! A message as a mail: headers, envelope and both bodies.

use std::time::{Duration, UNIX_EPOCH};

use lettre::Address;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MultiPart};
use model::Timestamp;

use super::{Audience, Recipient, address, html};
use crate::delivery::{Code, Failure};
use crate::message::{Key, Message};
use crate::text;

/// As whom we write.
#[derive(Clone)]
pub(super) struct Sender {
    pub(super) name: String,
    pub(super) address: Address,
    pub(super) bounces: Option<Address>,
}

/// Ready for the wire.
pub(super) struct Mail {
    /// Where bounces go.
    pub(super) from: Address,
    pub(super) to: Address,
    pub(super) content: Vec<u8>,
    pub(super) message_id: String,
}

const NAME_CHARS_MAX: usize = 100;
const SUBJECT_CHARS_MAX: usize = 200;

/// The mail that carries `message`.
pub(super) fn mail(
    sender: &Sender,
    to: &Recipient,
    message: &Message,
    now: Timestamp,
) -> Result<Mail, Failure> {
    let recipient = address(&to.address, Code::MailAddress)?;
    let message_id = message_id(&message.id, sender);
    let mut builder = lettre::Message::builder()
        .from(mailbox(Some(&sender.name), &sender.address))
        .to(mailbox(to.name.as_deref(), &recipient))
        .subject(text::cut(&text::one_line(&message.title), SUBJECT_CHARS_MAX))
        .date(UNIX_EPOCH + Duration::from_secs(u64::try_from(now.as_seconds()).unwrap_or(0)))
        .message_id(Some(message_id.clone()))
        .raw_header(header("Auto-Submitted", "auto-generated")?)
        .raw_header(header("Content-Language", &message.language)?);
    if message.thread != message.id {
        let first = self::message_id(&message.thread, sender);
        builder = builder.in_reply_to(first.clone()).references(first);
    }
    match &to.audience {
        Audience::Colleague => {
            builder = builder.raw_header(header("X-Auto-Response-Suppress", "All")?);
        }
        Audience::Prospect { unsubscribe_url, unsubscribe_mail } => {
            let mut ways = format!("<{unsubscribe_url}>");
            if let Some(it) = unsubscribe_mail {
                ways.push_str(&format!(", <mailto:{it}>"));
            }
            builder = builder
                .raw_header(header("List-Unsubscribe", &ways)?)
                .raw_header(header("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")?);
        }
    }
    let bodies = MultiPart::alternative_plain_html(text::plain_body(message), html::page(message));
    let broken = |it: &dyn std::fmt::Display| Failure::refused(Code::Misconfigured, it.to_string());
    let mail = builder.multipart(bodies).map_err(|it| broken(&it))?;
    let from = return_path(sender, &message.id)?;
    Ok(Mail { from, to: recipient, content: mail.formatted(), message_id })
}

fn mailbox(name: Option<&str>, address: &Address) -> Mailbox {
    let name = name.map(|it| text::cut(&text::one_line(it), NAME_CHARS_MAX));
    Mailbox::new(name.filter(|it| !it.is_empty()), address.clone())
}

fn message_id(id: &Key, sender: &Sender) -> String {
    format!("<{id}@{}>", sender.address.domain())
}

/// Where bounces go, with the message's id in it, so that a bounce names its mail.
fn return_path(sender: &Sender, id: &Key) -> Result<Address, Failure> {
    let Some(bounces) = &sender.bounces else { return Ok(sender.address.clone()) };
    let user = format!("{}+{id}", bounces.user());
    Address::new(user, bounces.domain())
        .map_err(|_| Failure::refused(Code::Misconfigured, "the bounce address is too long"))
}

/// A header whose value must be clean: it comes from our own configuration.
fn header(name: &'static str, value: &str) -> Result<HeaderValue, Failure> {
    let visible = |it: char| matches!(it, ' '..='~');
    let name = HeaderName::new_from_ascii(name.to_owned());
    match (name, value.chars().all(visible)) {
        (Ok(name), true) => Ok(HeaderValue::new(name, value.to_owned())),
        _ => Err(Failure::refused(Code::Misconfigured, "a header with characters it cannot hold")),
    }
}

#[cfg(test)]
mod tests;
