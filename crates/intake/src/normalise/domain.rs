//! Host names: one form, and the registrable domain by the Public Suffix List.
//!
//! Internationalised hosts are kept in their ASCII form (UTS 46 Punycode), so `münchen.example` and
//! `xn--mnchen-3ya.example` are one host. Private suffixes count: every user of `github.io` or
//! `myshopify.com` is a company of its own.

use std::borrow::Cow;

/// Longest host name in bytes (RFC 1035).
pub const HOST_BYTES_MAX: usize = 253;

/// Longest label of a host name in bytes (RFC 1035).
const LABEL_BYTES_MAX: usize = 63;

/// Lower-case ASCII form of a host with at least one dot; `None` when it is no public host name.
pub fn host(text: &str) -> Option<String> {
    let text = text.strip_suffix('.').unwrap_or(text);
    if HOST_BYTES_MAX * 4 < text.len() {
        return None;
    }
    let ascii: Cow<'_, str> = if text.is_ascii() {
        Cow::Owned(text.to_ascii_lowercase())
    } else {
        Cow::Owned(idna::domain_to_ascii(text).ok()?)
    };
    is_host(&ascii).then(|| ascii.into_owned())
}

/// The domain that somebody registered: `mail.acme.co.uk` is in `acme.co.uk`.
///
/// `None` for a bare public suffix. A private suffix that is itself the host stands for its owner.
pub fn registrable(host: &str) -> Option<&str> {
    if let Some(domain) = psl::domain(host.as_bytes()) {
        return std::str::from_utf8(domain.as_bytes()).ok();
    }
    let suffix = psl::suffix(host.as_bytes())?;
    (suffix.typ() == Some(psl::Type::Private)).then_some(host)
}

/// True when the Public Suffix List knows how `host` ends.
pub fn has_known_ending(host: &str) -> bool {
    psl::suffix(host.as_bytes()).is_some_and(|suffix| suffix.is_known())
}

fn is_host(ascii: &str) -> bool {
    if HOST_BYTES_MAX < ascii.len() || !ascii.contains('.') {
        return false;
    }
    // An all-digit last label is an IP address, not a name.
    let last_is_number =
        ascii.rsplit('.').next().is_some_and(|label| label.bytes().all(|it| it.is_ascii_digit()));
    !last_is_number && ascii.split('.').all(is_label)
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.len() <= LABEL_BYTES_MAX
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_have_one_form() {
        assert_eq!(host("WWW.Example.COM.").as_deref(), Some("www.example.com"));
        assert_eq!(host("MÜNCHEN.example").as_deref(), Some("xn--mnchen-3ya.example"));
        assert_eq!(host("xn--mnchen-3ya.example").as_deref(), Some("xn--mnchen-3ya.example"));
        for bad in
            ["", ".", "localhost", "a..b", "-a.com", "a-.com", "127.0.0.1", "a b.com", "a_b.com"]
        {
            assert_eq!(host(bad), None, "{bad}");
        }
    }

    #[test]
    fn registrable_domains_follow_the_public_suffix_list() {
        for (host, domain) in [
            ("mail.acme.co.uk", Some("acme.co.uk")),
            ("acme.gmbh", Some("acme.gmbh")),
            ("x.com.br", Some("x.com.br")),
            ("foo.github.io", Some("foo.github.io")),
            ("a.foo.github.io", Some("foo.github.io")),
            ("github.io", Some("github.io")),
            ("co.uk", None),
        ] {
            assert_eq!(registrable(host), domain, "{host}");
        }
    }

    #[test]
    fn invented_endings_are_recognised_as_such() {
        assert!(has_known_ending("acme.com"));
        assert!(!has_known_ending("acme.notatld"));
    }
}
