//! Mail set up by the operator in one line: `smtps://user:password@mail.example?from=baton@example`.

use std::collections::BTreeMap;
use std::fmt;
use std::str::FromStr;

use url::{Url, form_urlencoded};

use crate::connections::Open;

/// A mail server for workspaces that name none of their own.
#[derive(Clone)]
pub struct SmtpUrl(pub(super) Open);

/// A text that is no such URL.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "not a mail server: {0}; write \
     `smtp://USER:PASSWORD@HOST:587?from=ADDRESS`, with `smtps` for TLS from the start and \
     `smtp+plain` for this machine's own server"
)]
pub struct SmtpUrlError(String);

/// What may stand behind the `?`.
const MORE: [&str; 3] = ["from", "from_name", "bounces"];

impl FromStr for SmtpUrl {
    type Err = SmtpUrlError;

    fn from_str(text: &str) -> Result<Self, SmtpUrlError> {
        let wrong = |why: &str| SmtpUrlError(why.to_owned());
        let url: Url = text.trim().parse().map_err(|_| wrong("no URL"))?;
        let security = match url.scheme() {
            "smtp" => "starttls",
            "smtps" => "tls",
            "smtp+plain" => "plain",
            _ => return Err(wrong("another scheme")),
        };
        let host = url.host_str().filter(|it| !it.is_empty()).ok_or_else(|| wrong("no host"))?;
        let mut settings = BTreeMap::from([
            ("host".to_owned(), host.to_owned()),
            ("security".to_owned(), security.to_owned()),
        ]);
        let mut set = |name: &str, value: Option<String>| {
            settings.extend(value.map(|it| (name.to_owned(), it)));
        };
        set("port", url.port().map(|it| it.to_string()));
        set("user", decoded(url.username()));
        set("password", url.password().and_then(decoded));
        for (name, value) in url.query_pairs() {
            if !MORE.contains(&name.as_ref()) {
                return Err(wrong(&format!("`{name}` is none of {}", MORE.join(", "))));
            }
            set(&name, Some(value.into_owned()));
        }
        match settings.get("from").is_some_and(|it| it.contains('@')) {
            true => Ok(Self(Open::of(settings))),
            false => Err(wrong("no `from`")),
        }
    }
}

/// Without the escapes of a URL; nothing where it is empty.
fn decoded(part: &str) -> Option<String> {
    let form = format!("it={}", part.replace('+', "%2B").replace('&', "%26"));
    let decoded = form_urlencoded::parse(form.as_bytes()).next()?.1.into_owned();
    Some(decoded).filter(|it| !it.is_empty())
}

/// It holds a password.
impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SmtpUrl(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_url_names_server_login_and_sender() {
        let url: SmtpUrl =
            "smtps://bo%40x:p%2Fa+s&s@mail.example:2465?from=baton@x.example&from_name=The+team"
                .parse()
                .unwrap();
        for (name, value) in [
            ("host", "mail.example"),
            ("port", "2465"),
            ("security", "tls"),
            ("user", "bo@x"),
            ("password", "p/a+s&s"),
            ("from", "baton@x.example"),
            ("from_name", "The team"),
        ] {
            assert_eq!(url.0.get(name), Some(value), "{name}");
        }
        assert_eq!(format!("{url:?}"), "SmtpUrl(…)");
        let plain: SmtpUrl = "smtp+plain://localhost:25?from=b@localhost".parse().unwrap();
        assert_eq!((plain.0.get("security"), plain.0.get("user")), (Some("plain"), None));
    }

    #[test]
    fn what_is_missing_or_unknown_is_said() {
        for (text, why) in [
            ("mail.example", "no URL"),
            ("https://mail.example?from=a@b", "another scheme"),
            ("smtp://mail.example", "no `from`"),
            ("smtp://mail.example?from=a@b&form=c", "`form` is none of"),
        ] {
            let error = text.parse::<SmtpUrl>().unwrap_err().to_string();
            assert!(error.contains(why), "{text}: {error}");
        }
    }
}
