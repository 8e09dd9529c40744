//! Chores of the repository: `cargo xtask test`, `demo`, `tidy`, `codegen`, `deploy`, `postgres`,
//! `peers`, `node`, `web`.
//!
//! Stands alone: no crate of the workspace is used here and none uses this one. Its only
//! dependency is a JSON reader, so that the first command of a fresh checkout starts in seconds.

mod codegen;
mod command;
mod demo;
mod deploy;
mod failure;
mod node;
mod peers;
mod postgres;
mod provide;
#[cfg(test)]
mod scratch;
mod test;
mod tidy;
mod user;
mod web;

use std::process::ExitCode;

use failure::{Failure, Outcome};

const USAGE: &str = "\
usage: cargo xtask COMMAND

  test                   everything a change must pass; what continuous integration runs
  tidy                   only the repository's own checks: edges, licences, sizes, codes …
  codegen                write the generated files (index of codes)
  demo [ARGS]            build baton and run `baton demo ARGS`
  deploy                 check what lies in deploy/, with the tools that this machine has
  postgres -- COMMAND    run COMMAND with a throw-away Postgres in BATON_TEST_POSTGRES
  peers -- COMMAND       run COMMAND with programs of others to test against in BATON_TEST_PEERS
  web [-- SCRIPT]        build the web app, or run a script of web/package.json (check, dev …)
  node -- ARGS           run Node.js with ARGS, installed into .tools/ when the machine has none
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(failure) => {
            eprintln!("error: {failure}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Outcome<ExitCode> {
    let Some((name, rest)) = arguments.split_first() else {
        return Err(Failure::new(USAGE));
    };
    match name.as_str() {
        "test" => test::run(rest),
        "tidy" => tidy::run(rest),
        "codegen" => codegen::run(rest),
        "demo" => demo::run(rest),
        "deploy" => deploy::run(rest),
        "postgres" => postgres::run(rest),
        "peers" => peers::run(rest),
        "node" => node::run(rest),
        "web" => web::run(rest),
        "help" | "--help" | "-h" => {
            print!("{USAGE}");
            Ok(ExitCode::SUCCESS)
        }
        unknown => Err(Failure::new(format!("no command `{unknown}`\n\n{USAGE}"))),
    }
}
