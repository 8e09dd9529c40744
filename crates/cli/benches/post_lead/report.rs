//! Medians, ratios and verdicts.

use std::fmt;
use std::time::Duration;

use crate::client::Loaded;

/// One target under one load for some seconds.
pub(crate) struct Run {
    name: &'static str,
    clients: usize,
    per_second: f64,
    p50_us: f64,
    p99_us: f64,
    cpu_us: f64,
}

/// What must hold: (figure, clients, other target, comparison by ratio).
struct Demand {
    figure: &'static str,
    of: fn(&Run) -> f64,
    clients: usize,
    other: &'static str,
    holds: fn(f64) -> bool,
    says: &'static str,
}

const DEMANDS: [Demand; 6] = [
    demand("leads/s", |it| it.per_second, 1, "bare", |it| 0.6 <= it, ">= 0.60"),
    demand("leads/s", |it| it.per_second, 32, "bare", |it| 0.6 <= it, ">= 0.60"),
    demand("leads/s", |it| it.per_second, 128, "bare", |it| 0.6 <= it, ">= 0.60"),
    demand("leads/s", |it| it.per_second, 32, "node", |it| 1.5 <= it, ">= 1.50"),
    demand("CPU per lead", |it| it.cpu_us, 32, "node", |it| it <= 1.0 / 3.0, "<= 0.33"),
    demand("p50", |it| it.p50_us, 1, "node", |it| it <= 1.0, "<= 1.00"),
];

const fn demand(
    figure: &'static str,
    of: fn(&Run) -> f64,
    clients: usize,
    other: &'static str,
    holds: fn(f64) -> bool,
    says: &'static str,
) -> Demand {
    Demand { figure, of, clients, other, holds, says }
}

impl Run {
    pub(crate) fn new(name: &'static str, clients: usize, loaded: Loaded, cpu: Duration) -> Self {
        let count = loaded.times.len();
        let at = |share: usize| {
            let time = loaded.times.get((count * share / 100).min(count - 1)).unwrap();
            time.as_secs_f64() * 1e6
        };
        Self {
            name,
            clients,
            per_second: count as f64 / loaded.elapsed.as_secs_f64(),
            p50_us: at(50),
            p99_us: at(99),
            cpu_us: cpu.as_secs_f64() * 1e6 / count as f64,
        }
    }
}

impl fmt::Display for Run {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{:<6} {:>4} clients {:>8.0} leads/s  p50 {:>7.2} ms  p99 {:>7.2} ms  CPU {:>5.0} us",
            self.name,
            self.clients,
            self.per_second,
            self.p50_us / 1e3,
            self.p99_us / 1e3,
            self.cpu_us
        )
    }
}

/// Prints the medians of all rounds and what they say of the demands.
pub(crate) fn print(
    runs: &[Run],
    clients: &[usize],
    flushes: &[u64],
    memory: &[(&'static str, u64)],
) {
    println!("\nmedians:");
    for count in clients {
        for (name, _) in memory {
            let figure = |of| median(runs, name, *count, of).unwrap_or(f64::NAN);
            let (per_second, p50_us) = (figure(|it| it.per_second), figure(|it| it.p50_us));
            let (p99_us, cpu_us) = (figure(|it| it.p99_us), figure(|it| it.cpu_us));
            println!("  {}", Run { name, clients: *count, per_second, p50_us, p99_us, cpu_us });
        }
    }
    println!("\nBaton over the others:");
    for it in DEMANDS {
        let ours = median(runs, "baton", it.clients, it.of);
        let theirs = median(runs, it.other, it.clients, it.of);
        let verdict = match (ours, theirs) {
            (Some(ours), Some(theirs)) => {
                let ratio = ours / theirs;
                let word = if (it.holds)(ratio) { "met" } else { "MISSED" };
                format!("{ratio:.2} (must be {}): {word}", it.says)
            }
            _ => "not measured".to_owned(),
        };
        println!("  {:<12} {:>4} clients, over {:<5} {verdict}", it.figure, it.clients, it.other);
    }
    let mut flushes = flushes.to_vec();
    flushes.sort_unstable();
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    println!("\nfdatasync p50 {} us, load average {}", flushes[flushes.len() / 2], load.trim());
    for (name, kib) in memory {
        println!("memory of {name} after the load: {:.1} MiB", *kib as f64 / 1024.0);
    }
}

/// The most memory of a server that has nothing to do, in MiB.
const AT_REST_MAX: f64 = 40.0;

/// Prints what each server held before the first lead.
pub(crate) fn print_at_rest(memory: &[(&'static str, u64)]) {
    for (name, kib) in memory {
        let mib = *kib as f64 / 1024.0;
        let verdict = match (*name, mib <= AT_REST_MAX) {
            ("baton", true) => format!(" (must be <= {AT_REST_MAX}): met"),
            ("baton", false) => format!(" (must be <= {AT_REST_MAX}): MISSED"),
            _ => String::new(),
        };
        println!("memory of {name} at rest: {mib:.1} MiB{verdict}");
    }
}

fn median(runs: &[Run], name: &str, clients: usize, of: fn(&Run) -> f64) -> Option<f64> {
    let of_target = runs.iter().filter(|it| it.name == name && it.clients == clients);
    let mut values: Vec<f64> = of_target.map(of).collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied()
}
