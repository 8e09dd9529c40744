//! Web addresses: scheme added, host in its one form, and the registrable domain.

use super::domain;
use crate::note::{Normalised, Note};
use crate::refusal::Refusal;

/// Longest address in bytes.
const ADDRESS_BYTES_MAX: usize = 2_048;

/// A web address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebAddress {
    /// The address with scheme, host in lower-case ASCII, and what follows as it was.
    pub text: String,
    /// The host without `www.`.
    pub host: String,
    /// The registrable domain, which stands for the company.
    pub domain: Option<String>,
}

/// Reads an address with or without `https://`.
///
/// # Errors
/// [`Refusal::NotAWebAddress`], also for other schemes than `http` and `https` and for addresses
/// with a user name in them.
pub fn normalise(text: &str) -> Result<Normalised<WebAddress>, Refusal> {
    let text = text.trim();
    if ADDRESS_BYTES_MAX < text.len()
        || text.contains(|it: char| it.is_whitespace() || it.is_control())
    {
        return Err(Refusal::NotAWebAddress);
    }
    let (scheme, rest) = split_scheme(text).ok_or(Refusal::NotAWebAddress)?;
    let end = rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let (authority, tail) = rest.split_at_checked(end).ok_or(Refusal::NotAWebAddress)?;
    // A user name would also let `https://acme.com@evil.example` pass for Acme.
    if authority.contains('@') || tail.starts_with('\\') {
        return Err(Refusal::NotAWebAddress);
    }
    let (host, port) = split_port(authority).ok_or(Refusal::NotAWebAddress)?;
    let host = domain::host(host).ok_or(Refusal::NotAWebAddress)?;
    let tail = if tail == "/" { "" } else { tail };
    let text = format!("{}://{host}{port}{tail}", scheme.unwrap_or("https"));
    if ADDRESS_BYTES_MAX < text.len() {
        return Err(Refusal::NotAWebAddress);
    }
    let notes = if scheme.is_none() { vec![Note::SchemeAdded] } else { Vec::new() };
    let domain = domain::registrable(&host).map(str::to_owned);
    let host =
        host.strip_prefix("www.").filter(|it| it.contains('.')).map_or(host.clone(), str::to_owned);
    Ok(Normalised { value: WebAddress { text, host, domain }, notes })
}

/// The scheme, if one is written; `None` for a scheme that is not of the web.
fn split_scheme(text: &str) -> Option<(Option<&'static str>, &str)> {
    let Some((scheme, rest)) = text.split_once("://") else {
        return Some((None, text.strip_prefix("//").unwrap_or(text)));
    };
    match scheme.to_ascii_lowercase().as_str() {
        "https" => Some((Some("https"), rest)),
        "http" => Some((Some("http"), rest)),
        // The `://` may stand in the query of an address without scheme.
        _ if scheme.contains(['/', '?']) => Some((None, text)),
        _ => None,
    }
}

/// The host and `:port`, the latter empty for none and for the usual ones.
fn split_port(authority: &str) -> Option<(&str, String)> {
    let Some((host, port)) = authority.rsplit_once(':') else {
        return Some((authority, String::new()));
    };
    match port {
        "" | "80" | "443" => Some((host, String::new())),
        _ => {
            let number: u16 = port.parse().ok()?;
            Some((host, format!(":{number}")))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_have_one_form() {
        for (text, expected, host, domain) in [
            ("acme.com", "https://acme.com", "acme.com", Some("acme.com")),
            ("WWW.Acme.com/", "https://www.acme.com", "acme.com", Some("acme.com")),
            (
                "http://shop.acme.co.uk/A?b=C#d",
                "http://shop.acme.co.uk/A?b=C#d",
                "shop.acme.co.uk",
                Some("acme.co.uk"),
            ),
            ("https://acme.com:443", "https://acme.com", "acme.com", Some("acme.com")),
            ("acme.com:8080/x", "https://acme.com:8080/x", "acme.com", Some("acme.com")),
            ("//acme.com", "https://acme.com", "acme.com", Some("acme.com")),
            (
                "acme.com/?next=http://x.com",
                "https://acme.com/?next=http://x.com",
                "acme.com",
                Some("acme.com"),
            ),
            ("https://me.github.io", "https://me.github.io", "me.github.io", Some("me.github.io")),
        ] {
            let done = normalise(text).unwrap().value;
            assert_eq!(
                (done.text.as_str(), done.host.as_str(), done.domain.as_deref()),
                (expected, host, domain),
                "{text}"
            );
        }
    }

    #[test]
    fn what_is_no_web_address_is_refused() {
        for text in [
            "",
            "acme",
            "javascript:alert(1)",
            "ftp://acme.com",
            "mailto:a@acme.com",
            "https://acme.com@evil.example",
            "https://acme.com\\@evil.example",
            "http://127.0.0.1",
            "a b.com",
            "https://",
            "acme.com:99999",
        ] {
            assert_eq!(normalise(text), Err(Refusal::NotAWebAddress), "{text}");
        }
    }
}
