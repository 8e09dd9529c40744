//! What a lead costs from `POST` to the durable answer: Baton, a bare server that only stores, and
//! a stack that many teams build themselves, one after the other in each round.
//!
//! `cargo bench -p cli --bench post_lead -- [--rounds N] [--seconds N] [--clients N]...
//! [--only NAME]...`. Under `cargo xtask postgres -- cargo bench ...` Baton on Postgres is measured
//! too (`baton-pg`), and the Node peer after `npm install` in `benches/peers/node`; what is skipped
//! is said.
//!
//! Throughput depends on what else the machine does, so the verdicts are ratios of medians of
//! interleaved runs, with the flush time of the same minutes beside them. CPU is user and system
//! time of all processes of a server, database included.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a bench ends where it fails"
)]

#[path = "post_lead/bare.rs"]
mod bare;
#[path = "post_lead/client.rs"]
mod client;
#[path = "post_lead/process.rs"]
mod process;
#[path = "post_lead/report.rs"]
mod report;
#[path = "post_lead/target.rs"]
mod target;

use std::time::Duration;

use report::Run;
use target::Target;

/// What to run.
struct Plan {
    rounds: usize,
    time: Duration,
    clients: Vec<usize>,
    only: Vec<String>,
}

const WARM_UP: Duration = Duration::from_millis(500);

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments.first().is_some_and(|it| it == bare::COMMAND) {
        return bare::serve(&arguments[1]);
    }
    let plan = Plan::read(&arguments);
    let folder = tempfile::TempDir::new().unwrap();
    let targets: Vec<Target> = target::start_all(folder.path())
        .into_iter()
        .filter(|it| plan.only.is_empty() || plan.only.iter().any(|name| name == it.name))
        .collect();
    let memory = |targets: &[Target]| -> Vec<_> {
        targets.iter().map(|it| (it.name, it.memory_kib())).collect()
    };
    let at_rest = memory(&targets);
    let mut runs: Vec<Run> = Vec::new();
    let mut flushes = Vec::new();
    for round in 1..=plan.rounds {
        for clients in &plan.clients {
            flushes.push(process::flush_micros(folder.path()));
            for target in &targets {
                client::load(target, *clients, WARM_UP);
                let before = target.cpu();
                let loaded = client::load(target, *clients, plan.time);
                let cpu = target.cpu() - before;
                let run = Run::new(target.name, *clients, loaded, cpu);
                eprintln!("round {round}: {run}");
                runs.push(run);
            }
        }
    }
    report::print(&runs, &plan.clients, &flushes, &memory(&targets));
    report::print_at_rest(&at_rest);
}

impl Plan {
    fn read(arguments: &[String]) -> Self {
        let mut plan =
            Self { rounds: 5, time: Duration::from_secs(3), clients: Vec::new(), only: Vec::new() };
        let mut rest = arguments.iter();
        while let Some(name) = rest.next() {
            let mut value = || rest.next().unwrap_or_else(|| panic!("{name} needs a value"));
            match name.as_str() {
                "--rounds" => plan.rounds = value().parse().unwrap(),
                "--seconds" => plan.time = Duration::from_secs(value().parse().unwrap()),
                "--clients" => plan.clients.push(value().parse().unwrap()),
                "--only" => plan.only.push(value().clone()),
                // What cargo adds.
                "--bench" => {}
                other => panic!("unknown argument {other}"),
            }
        }
        if plan.clients.is_empty() {
            plan.clients = vec![1, 32, 128];
        }
        plan
    }
}
