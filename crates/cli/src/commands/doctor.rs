//! `baton doctor`: one screen of checks of a database and the machine it runs on.

mod advice;
mod connections;
mod machine;
mod node;
mod workspace;

use std::io::Write;

use serde_json::json;
use store::migrate::MIGRATIONS;
use store::{DatabaseUrl, Engine, Migrate, Options, Store};

use crate::database::{DatabaseArg, command_options};
use crate::outcome::{Failure, Outcome};
use crate::screen::{self, Format, Line, Status, counted};

/// Arguments of `baton doctor`.
#[derive(clap::Args)]
pub(crate) struct Args {
    #[command(flatten)]
    database: DatabaseArg,
    /// Ask this running node too: the address of its `--admin-listen`; may be given several times
    #[arg(long = "node-at", value_name = "URL")]
    nodes: Vec<String>,
    /// Sign in at the mail server and at Slack; nothing is sent
    #[arg(long)]
    try_connections: bool,
    /// File with the key of the server, as for `baton serve`
    #[arg(long, value_name = "FILE")]
    key_file: Option<std::path::PathBuf>,
    /// How to report
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

/// Runs `baton doctor`.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let url = args.database.url()?;
    let file = args.database.file();
    let mut lines = vec![Line::new(Status::Ok, "baton", env!("CARGO_PKG_VERSION"))];
    match file.as_deref().filter(|it| !it.exists()) {
        Some(_) => lines.push(Line::new(Status::Fail, "database", format!("{url} is not there"))),
        None => {
            let look = connections::Look {
                key_file: args.key_file.as_deref(),
                database: url.to_string(),
                tries: args.try_connections,
            };
            database(&url, &look, &mut lines);
        }
    }
    lines.push(machine::zone_data());
    if let Some(file) = &file {
        lines.push(machine::log_size(file));
    }
    let folder = file.as_deref().map_or(std::path::Path::new("."), crate::database::folder);
    lines.push(machine::disk(folder));
    lines.push(machine::flush(folder));
    lines.push(machine::open_files());
    lines.extend(args.nodes.iter().map(|it| node::check(it)));

    let count = |status| lines.iter().filter(|it| it.status == status).count();
    let (failed, warned) = (count(Status::Fail), count(Status::Warn));
    match args.format {
        Format::Json => {
            let shown: Vec<_> = lines
                .iter()
                .map(|it| {
                    let advice = advised(it).then(|| advice::of(&it.name));
                    json!({ "name": it.name, "status": it.status.as_str(), "detail": it.detail,
                        "advice": advice })
                })
                .collect();
            let document = json!({ "format": "doctor/1", "ok": failed == 0, "checks": shown });
            writeln!(out, "{document:#}")?;
        }
        Format::Text => {
            screen::checks(out, &lines)?;
            let wrong: Vec<&Line> = lines.iter().filter(|it| advised(it)).collect();
            if !wrong.is_empty() {
                writeln!(out)?;
            }
            for line in wrong {
                writeln!(out, "{}: {}", line.name, advice::of(&line.name))?;
            }
            let words = |number: usize, thing| counted(i64::try_from(number).unwrap_or(0), thing);
            let summary = match (failed, warned) {
                (0, 0) => "all is well".to_owned(),
                (0, _) => words(warned, "warning"),
                (_, 0) => words(failed, "failure"),
                (_, _) => format!("{}, {}", words(failed, "failure"), words(warned, "warning")),
            };
            writeln!(out, "\n{summary}")?;
        }
    }
    Ok(if failed == 0 { Outcome::Done } else { Outcome::CheckFailed })
}

fn advised(line: &Line) -> bool {
    line.status != Status::Ok
}

/// What only an open database can tell; one failure where it cannot be opened.
fn database(url: &DatabaseUrl, look: &connections::Look<'_>, lines: &mut Vec<Line>) {
    let options = Options { migrate: Migrate::Check, ..command_options() };
    let store = match Store::open(url, options) {
        Ok(store) => store,
        Err(error) => {
            let cause =
                std::error::Error::source(&error).map_or(String::new(), |it| format!(": {it}"));
            let detail = format!("{error}{cause} ({})", error.code());
            lines.push(Line::new(Status::Fail, "database", detail));
            return;
        }
    };
    let kind = match store.engine() {
        Engine::Sqlite => "SQLite",
        Engine::Postgres => "Postgres",
    };
    let version = store.read(|db| db.engine_version()).wait();
    lines.push(match version {
        Ok(version) => Line::new(Status::Ok, "database", format!("{kind} {version} at {url}")),
        Err(error) => Line::new(Status::Fail, "database", error.to_string()),
    });
    let newest = MIGRATIONS.last().map_or("none", |it| it.name());
    lines.push(Line::new(Status::Ok, "migrations", format!("up to date ({newest})")));
    workspace::checks(&store, lines);
    connections::checks(&store, look, lines);
}
