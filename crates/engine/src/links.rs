//! Addresses that act for a reader: signed, for one deed on one handoff by one rep, for a while.
//!
//! Looking at one changes nothing; the deed is done by a `POST` from the page it shows. Whether the
//! deed still fits is asked of the handoff itself: a link names no version, and one whose handoff
//! has moved on is told who has it now.

use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use model::id::{HandoffId, LeadId};
use model::{RepId, Seconds, Timestamp};

use crate::vault::Vault;

/// Where this server is reached from outside, and the key that signs.
#[derive(Clone, Debug)]
pub struct Links {
    public_url: String,
    vault: Arc<Vault>,
}

/// What a link does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deed {
    /// Accepts the handoff.
    Accept,
    /// Rejects it, with a reason asked for on the page.
    Reject,
    /// Reminds later.
    Snooze,
}

/// What a link stands for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ticket {
    /// On which handoff.
    pub handoff: HandoffId,
    /// By whom.
    pub rep: RepId,
    /// What.
    pub deed: Deed,
    /// Until when.
    pub expires: Timestamp,
}

/// Why a link is not followed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// It is not one of ours, or was changed.
    #[error("this link is not valid")]
    Wrong,
    /// Its time is over.
    #[error("this link has expired")]
    Expired,
}

/// How long a link is good for: longer than any deadline that it serves.
const VALID: Seconds = Seconds::from_hours(7 * 24);

const DEED: &str = "link.deed.v1";
const UNSUBSCRIBE: &str = "link.unsubscribe.v1";

impl Deed {
    /// Its name in a link.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Accept => "accept",
            Self::Reject => "reject",
            Self::Snooze => "snooze",
        }
    }

    /// The deed of this name.
    pub fn of(name: &str) -> Option<Self> {
        [Self::Accept, Self::Reject, Self::Snooze].into_iter().find(|it| it.as_str() == name)
    }
}

impl Ticket {
    /// A ticket that is good from `now` on.
    pub fn new(handoff: HandoffId, rep: RepId, deed: Deed, now: Timestamp) -> Self {
        Self { handoff, rep, deed, expires: now.plus(VALID) }
    }
}

impl Links {
    /// Links to a server that is reached at `public_url`, e.g. `https://baton.example`.
    pub fn new(public_url: &str, vault: Arc<Vault>) -> Self {
        Self { public_url: public_url.trim_end_matches('/').to_owned(), vault }
    }

    /// The address that does the ticket's deed.
    pub fn deed(&self, ticket: &Ticket) -> String {
        let Ticket { handoff, rep, deed, expires } = ticket;
        let text = format!("{handoff} {} {} {rep}", deed.as_str(), expires.as_seconds());
        format!("{}/a/{}", self.public_url, self.token(DEED, &text))
    }

    /// The address at which a lead ends all mail.
    pub fn unsubscribe(&self, lead: LeadId) -> String {
        format!("{}/u/{}", self.public_url, self.token(UNSUBSCRIBE, &lead.to_string()))
    }

    /// The address of a handoff for those who sign in.
    pub fn handoff(&self, handoff: HandoffId) -> String {
        format!("{}/handoffs/{handoff}", self.public_url)
    }

    /// Where this server is reached from outside.
    pub fn public_url(&self) -> &str {
        &self.public_url
    }

    /// Where the provider of text messages reports; `/` and the message's id are put behind it.
    pub fn sms_reports(&self) -> String {
        format!("{}/sms/status", self.public_url)
    }

    /// What the token of a deed stands for.
    ///
    /// # Errors
    /// Where it is not ours or over.
    pub fn read(&self, token: &str, now: Timestamp) -> Result<Ticket, LinkError> {
        let text = self.text(DEED, token)?;
        let mut parts = text.splitn(4, ' ');
        let mut part = || parts.next().ok_or(LinkError::Wrong);
        let handoff = part()?.parse().map_err(|_| LinkError::Wrong)?;
        let deed = Deed::of(part()?).ok_or(LinkError::Wrong)?;
        let seconds = part()?.parse().map_err(|_| LinkError::Wrong)?;
        let rep = part()?.parse().map_err(|_| LinkError::Wrong)?;
        let expires = Timestamp::from_seconds(seconds);
        match now < expires {
            true => Ok(Ticket { handoff, rep, deed, expires }),
            false => Err(LinkError::Expired),
        }
    }

    /// The lead whose token this is.
    ///
    /// # Errors
    /// Where it is not ours.
    pub fn unsubscribing(&self, token: &str) -> Result<LeadId, LinkError> {
        self.text(UNSUBSCRIBE, token)?.parse().map_err(|_| LinkError::Wrong)
    }

    fn token(&self, purpose: &str, text: &str) -> String {
        let signature = self.vault.sign(purpose, text.as_bytes());
        format!("{}.{}", URL_SAFE_NO_PAD.encode(text), URL_SAFE_NO_PAD.encode(signature))
    }

    fn text(&self, purpose: &str, token: &str) -> Result<String, LinkError> {
        let decoded = |it: &str| URL_SAFE_NO_PAD.decode(it).map_err(|_| LinkError::Wrong);
        let (text, signature) = token.split_once('.').ok_or(LinkError::Wrong)?;
        let (text, signature) = (decoded(text)?, decoded(signature)?);
        match self.vault.is_signed(purpose, &text, &signature) {
            true => String::from_utf8(text).map_err(|_| LinkError::Wrong),
            false => Err(LinkError::Wrong),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn links() -> Links {
        Links::new("https://baton.example/", Arc::new(Vault::new(&[3; 32])))
    }

    fn token(address: &str) -> &str {
        address.rsplit_once('/').unwrap().1
    }

    #[test]
    fn a_link_stands_for_one_deed_and_no_byte_of_it_can_change() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let handoff = HandoffId::from_raw(77);
        let ticket = Ticket::new(handoff, "olga".parse().unwrap(), Deed::Accept, now);
        let address = links().deed(&ticket);
        assert!(address.starts_with("https://baton.example/a/"), "{address}");
        assert_eq!(links().read(token(&address), now), Ok(ticket));
        let token = token(&address).as_bytes();
        for at in 0..token.len() {
            let mut changed = token.to_vec();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            // The last letter of base64 has bits that carry nothing.
            let same = links().read(&changed, now).is_ok();
            assert!(!same, "letter {at}");
        }
    }

    #[test]
    fn a_link_ends_and_serves_one_purpose() {
        let now = Timestamp::from_seconds(1_800_000_000);
        let ticket =
            Ticket::new(HandoffId::from_raw(7), "olga".parse().unwrap(), Deed::Reject, now);
        let address = links().deed(&ticket);
        let late = now.plus(Seconds::from_hours(7 * 24));
        assert_eq!(links().read(token(&address), late), Err(LinkError::Expired));
        let leave = links().unsubscribe(LeadId::from_raw(9));
        assert_eq!(links().unsubscribing(token(&leave)), Ok(LeadId::from_raw(9)));
        assert_eq!(links().read(token(&leave), now), Err(LinkError::Wrong));
        assert_eq!(links().unsubscribing(token(&address)), Err(LinkError::Wrong));
    }
}
