//! Mail over SMTP: a message as text and HTML, and what the server's reply means.
//!
//! What holds: names and subjects add no headers; a mail has the same `Message-ID` at every try; no
//! password and no mail leaves unencrypted for another machine; an error before the content left
//! means that nothing arrived, silence after it that nobody knows.

mod compose;
mod html;
mod smtp;

use std::fmt;
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::authentication::Credentials;

use crate::delivery::{Code, Delivery, Failure, Receipt};
use crate::gate::{Gates, Lane};
use crate::message::Message;
use crate::secret::Secret;
use crate::tls::Roots;
use smtp::Server;

/// How to reach the mail server and as whom to write.
#[derive(Clone, Debug)]
pub struct Config {
    /// Host of the server.
    pub host: String,
    /// Its port, usually 587 or 465.
    pub port: u16,
    /// How the connection is protected.
    pub security: Security,
    /// User and password, where the server wants them.
    pub login: Option<Login>,
    /// How we introduce ourselves: a name of this machine.
    pub hello: String,
    /// Name that readers see.
    pub from_name: String,
    /// Address that readers see and answer to.
    pub from: String,
    /// Address for bounces, e.g. `bounce@mail.example`; each mail adds `+ID` to its local part.
    pub bounces: Option<String>,
    /// For everything up to the content.
    pub prepare: Duration,
    /// For the content until the server has taken it.
    pub finish: Duration,
}

/// How the connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Security {
    /// From the first byte (port 465).
    Tls,
    /// Demanded with STARTTLS (port 587).
    StartTls,
    /// Not at all: for a server on this machine only.
    Plain,
}

/// Who we are to the server.
#[derive(Clone, Debug)]
pub struct Login {
    /// The user.
    pub user: String,
    /// The password.
    pub password: Secret,
}

/// Who gets a mail.
#[derive(Clone)]
pub struct Recipient {
    /// Their name, if known.
    pub name: Option<String>,
    /// Their address.
    pub address: String,
    /// What they are to us.
    pub audience: Audience,
}

/// What a reader is to us.
#[derive(Clone, Debug)]
pub enum Audience {
    /// Works with Baton: no unsubscribing.
    Colleague,
    /// A lead: may end all mail with one click (RFC 8058).
    Prospect {
        /// Acts on the one-click `POST`, shows a page on `GET`.
        unsubscribe_url: String,
        /// Takes the same wish by mail.
        unsubscribe_mail: Option<String>,
    },
}

/// Sends mail through one server.
#[derive(Clone)]
pub struct Email {
    server: Server,
    sender: compose::Sender,
    gates: Gates,
}

impl Email {
    /// A sender by `config`.
    pub fn new(config: Config, roots: &Roots, gates: Gates) -> Result<Self, Failure> {
        let login =
            config.login.map(|it| Credentials::new(it.user, it.password.expose().to_owned()));
        let server = Server::new(smtp::Place {
            host: config.host,
            port: config.port,
            security: config.security,
            login,
            hello: config.hello,
            prepare: config.prepare,
            finish: config.finish,
            roots,
        })?;
        let ours = |text: &str| address(text, Code::Misconfigured);
        let sender = compose::Sender {
            name: config.from_name,
            address: ours(&config.from)?,
            bounces: config.bounces.as_deref().map(ours).transpose()?,
        };
        Ok(Self { server, sender, gates })
    }

    /// Signs in at the server and sends nothing.
    pub async fn check(&self) -> Result<(), Failure> {
        let lane = Lane { target: self.server.name(), name: String::new() };
        self.gates.pass(&lane, self.server.check()).await
    }

    /// Tries once to hand `message` for `to` over to the server.
    pub async fn deliver(&self, to: &Recipient, message: &Message) -> Delivery {
        let mail = compose::mail(&self.sender, to, message, self.gates.now())?;
        let lane = Lane { target: self.server.name(), name: String::new() };
        self.gates.pass(&lane, self.server.hand_over(&mail)).await?;
        Ok(Receipt(mail.message_id))
    }
}

impl fmt::Debug for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recipient").finish_non_exhaustive()
    }
}

fn address(text: &str, code: Code) -> Result<Address, Failure> {
    text.parse().map_err(|_| Failure::refused(code, "not a mail address"))
}
