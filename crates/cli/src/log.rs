//! The log of a server: a line for each request and for what an operator should know, on standard
//! error. Lines name ids and codes, never people.

use tracing::level_filters::LevelFilter;
use tracing_subscriber::filter::Targets;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;
use tracing_subscriber::{Layer, Registry, fmt};

use crate::outcome::Failure;

/// How a line of the log looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum LogFormat {
    /// For people
    Text,
    /// One JSON object a line
    Json,
}

/// Names the level: `off`, `error`, `warn`, `info`, `debug` or `trace`.
const VARIABLE: &str = "BATON_LOG";

/// Whose lines are written. Nobody has checked what those of other crates name.
const CRATES: [&str; 4] = ["baton", "server", "engine", "store"];

/// Writes the log from now on.
pub(crate) fn start(format: LogFormat) -> Result<(), Failure> {
    let level = level(std::env::var(VARIABLE).ok().as_deref())?;
    let filter = Targets::new().with_targets(CRATES.map(|it| (it, level)));
    let lines = fmt::layer().with_writer(std::io::stderr);
    let lines: Box<dyn Layer<Registry> + Send + Sync> = match format {
        LogFormat::Text => lines.with_ansi(false).with_filter(filter).boxed(),
        LogFormat::Json => {
            let json = lines.json().flatten_event(true);
            json.with_current_span(false).with_span_list(false).with_filter(filter).boxed()
        }
    };
    let started = tracing_subscriber::registry().with(lines).try_init();
    started.map_err(|error| Failure::Input(format!("cannot start the log: {error}")))
}

fn level(named: Option<&str>) -> Result<LevelFilter, Failure> {
    let Some(named) = named else { return Ok(LevelFilter::INFO) };
    named.parse().map_err(|_| {
        let known = "off, error, warn, info, debug or trace";
        Failure::Input(format!("`{VARIABLE}` is `{named}`; give {known}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_is_info_unless_one_is_named() {
        assert_eq!(level(None).unwrap(), LevelFilter::INFO);
        assert_eq!(level(Some("warn")).unwrap(), LevelFilter::WARN);
        assert!(matches!(level(Some("loud")), Err(Failure::Input(it)) if it.contains("`loud`")));
    }
}
