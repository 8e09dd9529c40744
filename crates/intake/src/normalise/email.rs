//! E-mail addresses: syntax, one form, a form for matching, and a class.
//!
//! Syntax is that of HTML5's `<input type=email>` with the length limits of RFC 5321 (64 bytes
//! before the `@`, 254 in all), dots not doubled, and a domain with at least one dot. The domain is
//! kept in ASCII (Punycode), so an internationalised domain matches in either spelling.

use std::fmt;

use super::domain;
use crate::lines::SortedLines;
use crate::note::{Normalised, Note};
use crate::refusal::Refusal;

static FREE_MAIL: SortedLines = SortedLines::new(include_str!("../../data/free_mail.txt"));
static ROLES: SortedLines = SortedLines::new(include_str!("../../data/role_accounts.txt"));
static MISTYPED: SortedLines = SortedLines::new(include_str!("../../data/mistyped_domains.txt"));
static PLUS_TAGS: SortedLines = SortedLines::new(include_str!("../../data/plus_tag_domains.txt"));

/// Longest part before the `@`, in bytes (RFC 5321).
const LOCAL_BYTES_MAX: usize = 64;

/// Longest address in bytes (RFC 5321, erratum 1690).
const ADDRESS_BYTES_MAX: usize = 254;

/// Longest raw text that is looked at, in bytes: an address in `Name <address>`.
const RAW_BYTES_MAX: usize = 1_000;

/// An e-mail address in its one form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Email {
    /// The address in lower case, domain in ASCII.
    pub address: String,
    /// The form to compare: Gmail dots and provider plus tags removed. Never send to it.
    pub match_key: String,
    /// Who is likely behind it.
    pub class: EmailClass,
    /// True for `sales@`, `info@` and the like, whatever the class.
    pub is_role: bool,
    /// Registrable domain of the company, absent for free-mail and disposable addresses.
    pub company_domain: Option<String>,
}

/// Who is likely behind an address. A signal for scoring, never a reason to drop a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EmailClass {
    /// A person at a company.
    Business,
    /// A mailbox of a free provider.
    FreeMail,
    /// A function at a company: `info@acme.com`.
    Role,
    /// A throw-away mailbox.
    Disposable,
}

/// What is wrong with the syntax of an address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EmailFault {
    /// No `@`.
    NoAt,
    /// More than one address, or an `@` too many.
    SeveralAt,
    /// Nothing before the `@`.
    NothingBeforeAt,
    /// A dot at an end of the part before the `@`, or two in a row.
    MisplacedDot,
    /// A letter that may not stand before the `@`.
    ForbiddenLetter,
    /// What follows the `@` is not a public host name.
    NoDomain,
    /// More than 64 bytes before the `@`, or more than 254 in all.
    TooLong,
}

impl Email {
    /// What stands after the `@`.
    pub fn domain(&self) -> &str {
        self.address.split_once('@').map_or("", |(_, domain)| domain)
    }
}

impl EmailClass {
    /// The stable name: `business`, `free_mail`, `role`, `disposable`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Business => "business",
            Self::FreeMail => "free_mail",
            Self::Role => "role",
            Self::Disposable => "disposable",
        }
    }
}

/// Reads one address, also out of `Ana Silva <ana@acme.com>` and `mailto:ana@acme.com`.
///
/// # Errors
/// [`Refusal::NotAnEmail`] with the fault.
pub fn normalise(text: &str) -> Result<Normalised<Email>, Refusal> {
    if RAW_BYTES_MAX < text.len() {
        return Err(Refusal::NotAnEmail(EmailFault::TooLong));
    }
    let mut notes = Vec::new();
    let bare = unwrap_address(text);
    if bare.len() < text.trim().len() {
        notes.push(Note::AddressUnwrapped);
    }
    let (local, host) = split(bare).map_err(Refusal::NotAnEmail)?;
    let local = local.to_ascii_lowercase();
    let email = classify(&local, &host);
    if let Some(suggestion) = MISTYPED.get(&host) {
        notes.push(Note::DomainLooksMistyped { suggestion });
    } else if !domain::has_known_ending(&host) {
        notes.push(Note::UnknownDomainEnding);
    }
    Ok(Normalised { value: email, notes })
}

/// True when `host` belongs to a free e-mail provider.
pub fn is_free_mail(host: &str) -> bool {
    FREE_MAIL.has(host)
}

fn unwrap_address(text: &str) -> &str {
    let text = text.trim();
    let inner = match (text.rfind('<'), text.strip_suffix('>')) {
        (Some(open), Some(closed)) => closed.get(open + 1..).unwrap_or(text),
        _ => text,
    };
    let bare = match inner.get(..7) {
        Some(scheme) if scheme.eq_ignore_ascii_case("mailto:") => inner.get(7..).unwrap_or(inner),
        _ => inner,
    };
    bare.trim().trim_end_matches([',', ';', '.']).trim_end()
}

fn split(bare: &str) -> Result<(&str, String), EmailFault> {
    let (local, domain) = bare.split_once('@').ok_or(EmailFault::NoAt)?;
    if domain.contains('@') {
        return Err(EmailFault::SeveralAt);
    }
    if local.is_empty() {
        return Err(EmailFault::NothingBeforeAt);
    }
    if !local.bytes().all(may_stand_before_at) {
        return Err(EmailFault::ForbiddenLetter);
    }
    if local.starts_with('.') || local.ends_with('.') || local.contains("..") {
        return Err(EmailFault::MisplacedDot);
    }
    let host = domain::host(domain).ok_or(EmailFault::NoDomain)?;
    if LOCAL_BYTES_MAX < local.len() || ADDRESS_BYTES_MAX < local.len() + 1 + host.len() {
        return Err(EmailFault::TooLong);
    }
    Ok((local, host))
}

/// The letters of the HTML5 definition.
fn may_stand_before_at(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&byte)
}

fn classify(local: &str, host: &str) -> Email {
    let registrable = domain::registrable(host);
    let is_role = ROLES.has(local.split('+').next().unwrap_or(local));
    let class = if is_free_mail(host) || registrable.is_some_and(is_free_mail) {
        EmailClass::FreeMail
    } else if is_disposable(host, registrable) {
        EmailClass::Disposable
    } else if is_role {
        EmailClass::Role
    } else {
        EmailClass::Business
    };
    let company_domain = match class {
        EmailClass::Business | EmailClass::Role => registrable.map(str::to_owned),
        EmailClass::FreeMail | EmailClass::Disposable => None,
    };
    Email {
        address: format!("{local}@{host}"),
        match_key: match_key(local, host),
        class,
        is_role,
        company_domain,
    }
}

fn is_disposable(host: &str, registrable: Option<&str>) -> bool {
    disposable_emails::is_disposable_domain(host)
        || registrable.is_some_and(|it| it != host && disposable_emails::is_disposable_domain(it))
}

/// Folds the spellings that one mailbox answers to: tags after `+` where the provider is known to
/// support them, dots and `googlemail.com` at Gmail. Elsewhere `a+b@` may be somebody else.
fn match_key(local: &str, host: &str) -> String {
    let untagged = match local.split_once('+') {
        Some((bare, _)) if !bare.is_empty() && PLUS_TAGS.has(host) => bare,
        _ => local,
    };
    if !matches!(host, "gmail.com" | "googlemail.com") {
        return format!("{untagged}@{host}");
    }
    let mut key = untagged.replace('.', "");
    key.push_str("@gmail.com");
    key
}

impl fmt::Display for EmailFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::NoAt => "there is no `@`",
            Self::SeveralAt => "there is more than one `@`",
            Self::NothingBeforeAt => "nothing stands before the `@`",
            Self::MisplacedDot => "a dot before the `@` is doubled or at an end",
            Self::ForbiddenLetter => "a letter before the `@` is not allowed there",
            Self::NoDomain => "what follows the `@` is not a domain",
            Self::TooLong => "it is longer than 254 bytes, or 64 before the `@`",
        })
    }
}

#[cfg(test)]
pub(crate) fn tables() -> [&'static SortedLines; 4] {
    [&FREE_MAIL, &ROLES, &MISTYPED, &PLUS_TAGS]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn email(text: &str) -> Email {
        match normalise(text) {
            Ok(done) => done.value,
            Err(refusal) => panic!("{text:?} was refused: {refusal}"),
        }
    }

    #[test]
    fn addresses_are_classed() {
        for (text, class, company) in [
            ("Ana@Acme.com", EmailClass::Business, Some("acme.com")),
            ("ana@mail.acme.co.uk", EmailClass::Business, Some("acme.co.uk")),
            ("info@acme.com", EmailClass::Role, Some("acme.com")),
            ("sales+eu@acme.com", EmailClass::Role, Some("acme.com")),
            ("ana@gmail.com", EmailClass::FreeMail, None),
            ("ana@web.de", EmailClass::FreeMail, None),
            ("ana@nc.rr.com", EmailClass::FreeMail, None),
            ("ana@qq.com", EmailClass::FreeMail, None),
            ("x@mailinator.com", EmailClass::Disposable, None),
            ("x@sub.mailinator.com", EmailClass::Disposable, None),
            ("ana@foo.github.io", EmailClass::Business, Some("foo.github.io")),
        ] {
            let email = email(text);
            assert_eq!((email.class, email.company_domain.as_deref()), (class, company), "{text}");
        }
    }

    #[test]
    fn spellings_of_one_mailbox_match() {
        for (text, key) in [
            ("A.na+demo@GoogleMail.com", "ana@gmail.com"),
            ("ana+x@outlook.com", "ana@outlook.com"),
            ("a.na@outlook.com", "a.na@outlook.com"),
            ("ana+x@acme.com", "ana+x@acme.com"),
            ("+x@gmail.com", "+x@gmail.com"),
        ] {
            assert_eq!(email(text).match_key, key, "{text}");
        }
        assert_eq!(email("A.na+demo@GoogleMail.com").address, "a.na+demo@googlemail.com");
    }

    #[test]
    fn wrapped_addresses_are_unwrapped_and_noted() {
        for text in [
            "Ana Silva <ana@acme.com>",
            "mailto:ana@acme.com",
            "ana@acme.com;",
            "MAILTO:ana@acme.com.",
        ] {
            let done = normalise(text).unwrap();
            assert_eq!(done.value.address, "ana@acme.com", "{text}");
            assert_eq!(done.notes, [Note::AddressUnwrapped], "{text}");
        }
    }

    #[test]
    fn faults_are_named() {
        let long = format!("{}@acme.com", "a".repeat(65));
        for (text, fault) in [
            ("acme.com", EmailFault::NoAt),
            ("a@b@acme.com", EmailFault::SeveralAt),
            ("@acme.com", EmailFault::NothingBeforeAt),
            ("a..b@acme.com", EmailFault::MisplacedDot),
            (".a@acme.com", EmailFault::MisplacedDot),
            ("a b@acme.com", EmailFault::ForbiddenLetter),
            ("josé@acme.com", EmailFault::ForbiddenLetter),
            ("a@localhost", EmailFault::NoDomain),
            ("a@127.0.0.1", EmailFault::NoDomain),
            ("a@", EmailFault::NoDomain),
            (long.as_str(), EmailFault::TooLong),
        ] {
            assert_eq!(normalise(text).unwrap_err(), Refusal::NotAnEmail(fault), "{text}");
        }
    }

    #[test]
    fn internationalised_domains_match_in_either_spelling() {
        assert_eq!(email("a@Bücher.example"), email("a@xn--bcher-kva.example"));
    }

    #[test]
    fn doubtful_domains_are_noted_and_kept() {
        let done = normalise("ana@gmial.com").unwrap();
        assert_eq!(done.value.address, "ana@gmial.com");
        assert_eq!(done.notes, [Note::DomainLooksMistyped { suggestion: "gmail.com" }]);
        assert_eq!(normalise("ana@acme.notatld").unwrap().notes, [Note::UnknownDomainEnding]);
    }
}
