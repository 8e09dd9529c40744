//! One mail over one connection, and what each reply means at each stage.

use std::net::SocketAddr;
use std::time::Duration;

use lettre::Address;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, CertificateStore, TlsParameters,
};
use lettre::transport::smtp::commands::{self, Data, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailParameter};

use super::Security;
use super::compose::Mail;
use crate::delivery::{Code, Failure};
use crate::tls::Roots;

/// Where the server is and how to talk to it.
pub(super) struct Place<'a> {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) security: Security,
    pub(super) login: Option<Credentials>,
    pub(super) hello: String,
    pub(super) prepare: Duration,
    pub(super) finish: Duration,
    pub(super) roots: &'a Roots,
}

/// One mail server.
#[derive(Clone)]
pub(super) struct Server {
    host: String,
    port: u16,
    security: Security,
    login: Option<Credentials>,
    hello: ClientId,
    prepare: Duration,
    finish: Duration,
    tls: TlsParameters,
}

/// How far a mail has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Connect,
    Login,
    Sender,
    Recipient,
    Content,
}

impl Server {
    pub(super) fn new(place: Place<'_>) -> Result<Self, Failure> {
        let broken = |it: Error| Failure::refused(Code::Misconfigured, it.to_string());
        let mut tls = TlsParameters::builder(place.host.clone())
            .certificate_store(CertificateStore::WebpkiRoots);
        for der in place.roots.extra() {
            tls = tls.add_root_certificate(Certificate::from_der(der.to_vec()).map_err(broken)?);
        }
        Ok(Self {
            host: place.host,
            port: place.port,
            security: place.security,
            login: place.login,
            hello: ClientId::Domain(place.hello),
            prepare: place.prepare,
            finish: place.finish,
            tls: tls.build_rustls().map_err(broken)?,
        })
    }

    /// What fails as a whole.
    pub(super) fn name(&self) -> String {
        format!("smtp://{}:{}", self.host, self.port)
    }

    /// Hands one mail over.
    pub(super) async fn hand_over(&self, mail: &Mail) -> Result<(), Failure> {
        let prepared = tokio::time::timeout(self.prepare, self.prepare(&mail.from, &mail.to)).await;
        let mut connection = prepared
            .unwrap_or_else(|_| Err(Failure::failed(Code::Unreachable, "no reply in time")))?;
        match tokio::time::timeout(self.finish, connection.message(&mail.content)).await {
            Ok(Ok(_)) => {}
            Ok(Err(error)) => return Err(failure(Stage::Content, &error)),
            Err(_) => {
                return Err(Failure::unknown(Code::NoAnswer, "no reply to the content in time"));
            }
        }
        // It is theirs now; what becomes of the connection does not matter.
        let _ = tokio::time::timeout(Duration::from_millis(200), connection.quit()).await;
        Ok(())
    }

    /// Signs in and leaves.
    pub(super) async fn check(&self) -> Result<(), Failure> {
        let signed_in = tokio::time::timeout(self.prepare, self.sign_in()).await;
        let mut connection = signed_in
            .unwrap_or_else(|_| Err(Failure::failed(Code::Unreachable, "no reply in time")))?;
        let _ = tokio::time::timeout(Duration::from_millis(200), connection.quit()).await;
        Ok(())
    }

    async fn sign_in(&self) -> Result<AsyncSmtpConnection, Failure> {
        let mut connection = self.connect().await?;
        if let Some(login) = &self.login {
            connection
                .auth(&[Mechanism::Plain, Mechanism::Login], login)
                .await
                .map_err(|it| failure(Stage::Login, &it))?;
        }
        Ok(connection)
    }

    /// A connection on which only the content is missing.
    async fn prepare(&self, from: &Address, to: &Address) -> Result<AsyncSmtpConnection, Failure> {
        let mut connection = self.sign_in().await?;
        let mut options = Vec::new();
        if !(from.to_string().is_ascii() && to.to_string().is_ascii()) {
            if !connection.server_info().supports_feature(Extension::SmtpUtfEight) {
                let detail = "the server takes no letters outside ASCII in addresses";
                return Err(Failure::refused(Code::MailAddress, detail));
            }
            options.push(MailParameter::SmtpUtfEight);
        }
        connection
            .command(commands::Mail::new(Some(from.clone()), options))
            .await
            .map_err(|it| failure(Stage::Sender, &it))?;
        connection
            .command(Rcpt::new(to.clone(), Vec::new()))
            .await
            .map_err(|it| failure(Stage::Recipient, &it))?;
        connection.command(Data).await.map_err(|it| failure(Stage::Sender, &it))?;
        Ok(connection)
    }

    async fn connect(&self) -> Result<AsyncSmtpConnection, Failure> {
        let unreachable = |it: std::io::Error| Failure::failed(Code::Unreachable, it.to_string());
        let addresses: Vec<SocketAddr> = tokio::net::lookup_host((self.host.as_str(), self.port))
            .await
            .map_err(unreachable)?
            .collect();
        if self.security == Security::Plain && !addresses.iter().all(|it| it.ip().is_loopback()) {
            let detail = "an unprotected connection may only go to this machine";
            return Err(Failure::refused(Code::Misconfigured, detail));
        }
        let implicit = (self.security == Security::Tls).then(|| self.tls.clone());
        // The addresses are given, so that what was checked is what is connected to.
        let mut connection = AsyncSmtpConnection::connect_tokio1(
            addresses.as_slice(),
            Some(self.prepare),
            &self.hello,
            implicit,
            None,
        )
        .await
        .map_err(|it| failure(Stage::Connect, &it))?;
        if self.security == Security::StartTls {
            if !connection.can_starttls() {
                return Err(Failure::failed(Code::MailTls, "the server offers no STARTTLS"));
            }
            connection
                .starttls(self.tls.clone(), &self.hello)
                .await
                .map_err(|it| failure(Stage::Connect, &it))?;
        }
        Ok(connection)
    }
}

fn failure(stage: Stage, error: &Error) -> Failure {
    let detail = error.to_string();
    if error.is_transient() {
        return Failure::failed(Code::NotNow, detail);
    }
    if error.is_permanent() {
        return match stage {
            Stage::Connect => Failure::failed(Code::NotNow, detail),
            // Mended by the operator, not by giving the mail up.
            Stage::Login => Failure::failed(Code::Credentials, detail),
            Stage::Recipient if names_the_mailbox(&detail) => {
                Failure::refused(Code::MailboxRefused, detail)
            }
            Stage::Sender | Stage::Recipient | Stage::Content => {
                Failure::refused(Code::MailRefused, detail)
            }
        };
    }
    if error.is_tls() {
        return Failure::failed(Code::MailTls, detail);
    }
    match stage {
        Stage::Content => Failure::unknown(Code::NoAnswer, detail),
        Stage::Login if error.is_client() => Failure::failed(Code::Misconfigured, detail),
        Stage::Connect | Stage::Login | Stage::Sender | Stage::Recipient => {
            Failure::failed(Code::Unreachable, detail)
        }
    }
}

/// Whether a refusal speaks of the mailbox and not of policy, size or quota: `5.1.x` where the
/// server gives an enhanced status (RFC 3463), else 550, 551 or 553.
fn names_the_mailbox(detail: &str) -> bool {
    let mut words = detail.split(|it: char| it.is_whitespace() || "()[]:".contains(it));
    match words.clone().find(|it| is_enhanced_status(it)) {
        Some(status) => status.starts_with("5.1."),
        None => words.any(|it| matches!(it, "550" | "551" | "553")),
    }
}

fn is_enhanced_status(word: &str) -> bool {
    let parts: Vec<&str> = word.split('.').collect();
    let digits = |it: &&str| (1..=3).contains(&it.len()) && it.chars().all(|c| c.is_ascii_digit());
    parts.len() == 3 && parts.first() == Some(&"5") && parts.iter().all(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mailbox_is_ended_only_by_a_reply_about_the_mailbox() {
        for gone in [
            "permanent error (550): 5.1.1 no such user",
            "permanent error (550): No such user here",
            "permanent error (553): sorry",
        ] {
            assert!(names_the_mailbox(gone), "{gone}");
        }
        for stays in [
            "permanent error (550): 5.7.1 blocked by policy",
            "permanent error (552): 5.2.2 mailbox full",
            "permanent error (554): refused",
        ] {
            assert!(!names_the_mailbox(stays), "{stays}");
        }
    }
}
