//! The monthly report over five million handoffs: `cargo bench -p report`.
//!
//! Prints seconds on the wall, CPU seconds, the size of the columns and the peak memory. With `-- --export FILE.csv` the
//! same handoffs are also written as CSV for `benches/peers/report_duckdb.py`, which measures DuckDB on them.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::unwrap_used,
    reason = "a bench measures and reads clocks"
)]

use std::fmt::Write as _;
use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::time::Instant;

use model::{Seconds, Timestamp};
use report::{
    Disposition, Duty, Facts, HandoffFact, Metric, OutcomeFact, OutcomeKind, Period, Report,
    Settings, report,
};

const HANDOFFS: u32 = 5_000_000;
/// 2025-11-20T00:00:00Z; the handoffs fill a year.
const START: i64 = 1_763_596_800;
const YEAR: u32 = 365 * 86_400;
const RUNS: usize = 9;
const REPS: usize = 200;
const REASONS: [&str; 12] = [
    "Product - Portal Sign Up",
    "Product - Voice",
    "Marketing - Events",
    "Quinn - Reply Received",
    "Marketing - Contact Sales",
    "Tracked Webpage Visit",
    "Marketing - Webinar",
    "Partner - Referral",
    "Product - Trial",
    "Marketing - Content",
    "Ads - Search",
    "Ads - Social",
];
const REJECTS: [&str; 5] =
    ["no budget", "wrong persona", "timing mismatch", "spam", "wrong company size"];
const TIERS: [&str; 3] = ["1", "2", "3"];
const ALLOWED: [u32; 3] = [900, 14_400, 86_400];

/// One synthetic handoff; times in seconds.
struct Sample {
    created: i64,
    reason: usize,
    tier: usize,
    rep: usize,
    team: usize,
    disposition: Option<Disposition>,
    reject: Option<usize>,
    touch_after: Option<u32>,
    attempt_after: Option<u32>,
    known_before: u32,
    disposed_after: Option<u32>,
    is_opportunity: bool,
    is_won: bool,
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    let export =
        arguments.iter().position(|it| it == "--export").and_then(|at| arguments.get(at + 1));
    let reps: Vec<String> = (0..REPS).map(|it| format!("rep {it:03}")).collect();
    let teams: Vec<String> = (0..8).map(|it| format!("team {it}")).collect();
    let mut csv = export.map(|path| BufWriter::new(File::create(path).unwrap()));
    if let Some(csv) = &mut csv {
        writeln!(csv, "created,reason,tier,rep,team,disposition,reject,touch_after,attempt_after,age,touch_due,disposed_after,is_opportunity,is_won").unwrap();
    }
    let mut random = Random(7);
    let mut facts = Facts::with_capacity(HANDOFFS as usize);
    let started = Instant::now();
    for _ in 0..HANDOFFS {
        let sample = sample(&mut random);
        if let Some(csv) = &mut csv {
            csv.write_all(row(&sample, &reps, &teams).as_bytes()).unwrap();
        }
        push(&mut facts, &sample, &reps, &teams);
    }
    let loading = started.elapsed().as_secs_f64();
    drop(csv);
    println!("handoffs            {HANDOFFS}");
    println!("loading             {loading:.2} s");
    let megabytes = facts.column_bytes() as f64 / 1e6;
    println!(
        "columns             {megabytes:.0} MB, {:.1} bytes a handoff",
        megabytes * 1e6 / f64::from(HANDOFFS)
    );
    println!("peak before report  {} MB", peak_megabytes());
    let at = |seconds: i64| Timestamp::from_seconds(START + seconds);
    let year =
        Settings::monthly(Period::new(at(0), at(i64::from(YEAR))).unwrap(), at(i64::from(YEAR)));
    measure("whole year, 5 groupings", &facts, &year);
    let mut one = year.clone();
    one.dimensions.truncate(1);
    measure("whole year, by reason", &facts, &one);
    let mut month = year;
    month.period = Period::new(at(i64::from(YEAR) - 30 * 86_400), at(i64::from(YEAR))).unwrap();
    measure("last 30 days, 5 groupings", &facts, &month);
    println!("peak                {} MB", peak_megabytes());
}

fn measure(name: &str, facts: &Facts, settings: &Settings) {
    let mut runs = Vec::new();
    let mut last: Option<Report> = None;
    let cpu = cpu_seconds();
    for _ in 0..RUNS {
        let started = Instant::now();
        last = Some(report(facts, settings.clone()));
        runs.push(started.elapsed().as_secs_f64());
    }
    let cpu = (cpu_seconds() - cpu) / RUNS as f64;
    runs.sort_by(f64::total_cmp);
    let median = runs.get(RUNS / 2).copied().unwrap_or_default();
    let best = runs.first().copied().unwrap_or_default();
    let total = last.unwrap().total;
    let speed = total.speed.unwrap();
    println!("{name:<26} wall median {median:.3} s, best {best:.3} s, CPU {cpu:.3} s");
    println!(
        "    {} handoffs, acceptance {}, SLA kept {}, speed p50 {} s, p90 {} s",
        total.handoffs,
        Metric::Acceptance.rate(&total).fraction(),
        Metric::TouchCompliance.rate(&total).fraction(),
        speed.median,
        speed.p90
    );
}

fn sample(random: &mut Random) -> Sample {
    // A few reasons are frequent, most are rare; touch times are log-uniform from 10 s to about 10 days.
    let reason = (random.below(12) * random.below(12) / 11) as usize;
    let tier = random.below(3) as usize;
    let rep = random.below(REPS as u32) as usize;
    let touch_after = (random.below(100) < 78).then(|| {
        let octave = 10_u32 << random.below(16);
        octave + random.below(octave)
    });
    let disposition = match random.below(100) {
        0..45 => Some(Disposition::Submitted),
        45..70 => Some(Disposition::Rejected),
        70..74 => Some(Disposition::PursueAccount),
        74..76 => Some(Disposition::BadUseCase),
        _ => None,
    };
    let is_opportunity = disposition == Some(Disposition::Submitted) && random.below(100) < 9;
    Sample {
        created: START + i64::from(random.below(YEAR)),
        reason,
        tier,
        rep,
        team: rep % 8,
        disposition,
        reject: (disposition == Some(Disposition::Rejected)).then(|| random.below(5) as usize),
        touch_after,
        attempt_after: touch_after.map(|it| it - random.below(it / 2)),
        known_before: if random.below(4) == 0 { random.below(90 * 86_400) } else { 0 },
        disposed_after: disposition.map(|_| touch_after.unwrap_or(600) + random.below(200_000)),
        is_opportunity,
        is_won: is_opportunity && random.below(4) == 0,
    }
}

fn push(facts: &mut Facts, it: &Sample, reps: &[String], teams: &[String]) {
    let created_at = Timestamp::from_seconds(it.created);
    let after = |seconds: u32| created_at.plus(Seconds::new(seconds));
    let due = ALLOWED.get(it.tier).map(|&it| after(it));
    let fact = HandoffFact {
        created_at,
        captured_at: created_at,
        lead_since: created_at.minus(Seconds::new(it.known_before)),
        closed_at: it.disposed_after.map(after),
        reason: REASONS.get(it.reason).copied(),
        tier: TIERS.get(it.tier).copied(),
        sla: TIERS.get(it.tier).copied(),
        rep: reps.get(it.rep).map(String::as_str),
        team: teams.get(it.team).map(String::as_str),
        disposition: it.disposition,
        reject_reason: it.reject.and_then(|it| REJECTS.get(it).copied()),
        touch: Duty { due, met_at: it.touch_after.map(after) },
        dispose: Duty { due: Some(after(172_800)), met_at: it.disposed_after.map(after) },
        first_attempt_at: it.attempt_after.map(after),
        ..HandoffFact::default()
    };
    let handoff = facts.push(&fact);
    let kinds = [(it.is_opportunity, OutcomeKind::Opportunity), (it.is_won, OutcomeKind::Won)];
    for (_, kind) in kinds.into_iter().filter(|(happened, _)| *happened) {
        let outcome = OutcomeFact {
            handoff,
            kind,
            at: after(864_000),
            value: Some(500_000),
            lead_source: None,
        };
        facts.attach(&outcome);
    }
}

fn row(it: &Sample, reps: &[String], teams: &[String]) -> String {
    let number = |it: Option<u32>| it.map_or(String::new(), |it| it.to_string());
    let name = |names: &[&str], at: usize| names.get(at).copied().unwrap_or_default().to_owned();
    let disposition = it.disposition.map_or(String::new(), |it| format!("{it:?}"));
    let mut line = String::new();
    writeln!(
        line,
        "{},{},{},{},{},{disposition},{},{},{},{},{},{},{},{}",
        it.created,
        name(&REASONS, it.reason),
        name(&TIERS, it.tier),
        reps.get(it.rep).map_or("", String::as_str),
        teams.get(it.team).map_or("", String::as_str),
        it.reject.map_or(String::new(), |it| name(&REJECTS, it)),
        number(it.touch_after),
        number(it.attempt_after),
        number(it.touch_after.map(|touch| touch + it.known_before)),
        ALLOWED.get(it.tier).copied().unwrap_or_default(),
        number(it.disposed_after),
        u8::from(it.is_opportunity),
        u8::from(it.is_won),
    )
    .unwrap();
    line
}

/// SplitMix64 (S. Vigna), so that every run measures the same handoffs.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u32) -> u32 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((z ^ (z >> 31)) % u64::from(limit.max(1))) as u32
    }
}

/// CPU seconds of this process so far; 0 where the system does not tell.
fn cpu_seconds() -> f64 {
    let text = std::fs::read_to_string("/proc/self/schedstat").unwrap_or_default();
    text.split(' ').next().and_then(|it| it.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}

/// The largest resident memory so far; 0 where the system does not tell.
fn peak_megabytes() -> u64 {
    let text = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = text.lines().find(|it| it.starts_with("VmHWM:")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|it| it.parse::<u64>().ok()).unwrap_or(0) / 1024
}
