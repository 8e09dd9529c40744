//! The address of a database: `sqlite://FILE` or `postgres://USER:PASSWORD@HOST/NAME`.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use ::postgres::config::SslMode;

use crate::StoreError;

/// Where the database is. `Debug` and `Display` never show the password.
#[derive(Clone)]
pub struct DatabaseUrl {
    target: Target,
    shown: String,
}

#[derive(Clone)]
pub(crate) enum Target {
    Sqlite(PathBuf),
    Postgres(Box<::postgres::Config>),
}

const FORMS: &str = "write `sqlite://FILE` or `postgres://USER@HOST/NAME`";

impl DatabaseUrl {
    /// The address of the SQLite file at `path`.
    pub fn sqlite_file(path: impl Into<PathBuf>) -> Self {
        let path = path.into();
        let shown = format!("sqlite://{}", path.display());
        Self { target: Target::Sqlite(path), shown }
    }

    pub(crate) fn target(&self) -> &Target {
        &self.target
    }

    /// The same server with another database on it; SQLite addresses stay as they are.
    #[cfg(feature = "testing")]
    pub(crate) fn with_database(&self, name: &str) -> Self {
        match &self.target {
            Target::Sqlite(_) => self.clone(),
            Target::Postgres(config) => {
                let mut config = config.clone();
                config.dbname(name);
                let shown = format!("{} (database {name})", self.shown);
                Self { target: Target::Postgres(config), shown }
            }
        }
    }
}

impl FromStr for DatabaseUrl {
    type Err = StoreError;

    fn from_str(text: &str) -> Result<Self, StoreError> {
        let shown = redact(text);
        let refuse = |problem: &str| {
            let address = shown.chars().take(200).collect();
            Err(StoreError::Url { address, problem: problem.to_owned() })
        };
        if let Some(path) = text.strip_prefix("sqlite://") {
            return match path {
                "" | "/" => refuse("the file is missing; write `sqlite://FILE`"),
                ":memory:" => refuse("a database in memory loses leads; name a file"),
                // The name reaches SQLite as it is, so a query would become part of the file's name.
                _ if path.contains('?') => refuse("options after `?` are not supported"),
                _ => Ok(Self::sqlite_file(path)),
            };
        }
        if !text.starts_with("postgres://") && !text.starts_with("postgresql://") {
            return refuse(FORMS);
        }
        let Ok(config) = text.parse::<::postgres::Config>() else {
            return refuse(FORMS);
        };
        match config.get_ssl_mode() {
            SslMode::Disable | SslMode::Prefer => {}
            _ => {
                return refuse(
                    "this build cannot encrypt the connection; use a local proxy or socket and `sslmode=disable`",
                );
            }
        }
        Ok(Self { target: Target::Postgres(Box::new(config)), shown })
    }
}

/// Hides everything that may be a secret: what stands between `:` and the last `@` of the part
/// before the first `/`, and the whole query.
fn redact(text: &str) -> String {
    let Some((scheme, rest)) = text.split_once("://") else {
        return text.split(['@', '?']).next().unwrap_or_default().to_owned();
    };
    if scheme == "sqlite" {
        return text.to_owned();
    }
    let (rest, query) = rest.split_once('?').map_or((rest, ""), |(rest, _)| (rest, "?***"));
    match rest.rsplit_once('@') {
        None => format!("{scheme}://{rest}{query}"),
        Some((login, place)) => match login.split_once(':') {
            None => format!("{scheme}://{login}@{place}{query}"),
            Some((user, _)) => format!("{scheme}://{user}:***@{place}{query}"),
        },
    }
}

impl fmt::Display for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown)
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DatabaseUrl({})", self.shown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_never_shown() {
        for text in [
            "postgres://bo:s3cret@db/baton",
            "postgres://bo:s3c@s3cret@db/baton",
            "postgresql://bo:s3cret@db/baton?password=s3cret",
            "postgres://db/baton?user=bo&password=s3cret",
        ] {
            let url: DatabaseUrl = text.parse().unwrap();
            assert!(!format!("{url} {url:?}").contains("s3c"), "{url}");
        }
        for text in ["mysql://bo:s3cret@db/x", "postgres://bo:s3cret@db:port/x", "bo:x@s3cret"] {
            let error = text.parse::<DatabaseUrl>().unwrap_err();
            assert_eq!(error.code(), "S0001");
            assert!(!format!("{error} {error:?}").contains("s3cret"), "{error}");
        }
    }

    #[test]
    fn an_address_that_cannot_hold_leads_is_refused() {
        for text in ["sqlite://", "sqlite://:memory:", "sqlite://a.db?mode=ro", "baton.db"] {
            assert_eq!(text.parse::<DatabaseUrl>().unwrap_err().code(), "S0001", "{text}");
        }
        let error = "postgres://db/x?sslmode=require".parse::<DatabaseUrl>().unwrap_err();
        assert!(error.to_string().contains("cannot encrypt"), "{error}");
    }

    #[test]
    fn relative_and_absolute_files_are_read() {
        for (text, path) in [("sqlite://a.db", "a.db"), ("sqlite:///var/lib/a.db", "/var/lib/a.db")]
        {
            let url: DatabaseUrl = text.parse().unwrap();
            let Target::Sqlite(file) = url.target() else { panic!("{url}") };
            assert_eq!(file, &PathBuf::from(path));
        }
    }
}
