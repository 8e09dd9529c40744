//! A CSV file of leads through `baton import`, beside a bare insert of as many leads into five
//! tables with seven indexes in the same run (1,000 a commit, flushed to the disk).
//!
//! `cargo bench -p cli --bench import -- [ROWS] [POSTGRES_URL]`; 1,000,000 rows unless said
//! otherwise. The policy is the demo's, its reps without a cap, so that each lead is given to
//! somebody, with its deadlines, timers and messages. A tenth of the rows is cut short, and so
//! rejected, when the variable `BATON_BENCH_BROKEN` is set. CPU is user and system time, in steps of 10 ms.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a bench ends where it fails"
)]

use std::io::{BufWriter, Write};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

#[path = "../../store/benches/bare.rs"]
#[allow(dead_code, reason = "the bench of the store uses more of it")]
mod bare;

const ROWS: i64 = 1_000_000;
const GROUP: i64 = 1_000;

/// The bounds of the design: leads a second where the machine is quiet, and CPU over the bare insert.
const RATE_MIN: f64 = 20_000.0;
const CPU_MAX: f64 = 2.0;

struct Figures {
    wall: Duration,
    cpu: Duration,
    bytes: u64,
    resident_kib: Option<u64>,
}

fn main() {
    let mut args = std::env::args().skip(1).filter(|it| !it.starts_with('-'));
    let rows = args.next().map_or(ROWS, |it| it.parse().unwrap());
    let postgres = args.next();
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("leads.csv");
    let size = generate(&file, rows, is_broken());
    println!("{rows} rows of {} bytes", size / rows.unsigned_abs());
    println!(
        "{:<24} {:>10} {:>12} {:>11} {:>10}",
        "variant", "leads/s", "CPU us/lead", "bytes/lead", "RSS MiB"
    );
    let bare = bare_insert(folder.path(), rows);
    show("bare five tables", rows, &bare);
    let url = format!("sqlite://{}", folder.path().join("baton.db").display());
    let sqlite = import(folder.path(), &file, &url);
    show("import, SQLite", rows, &sqlite);
    if let Some(url) = postgres {
        show("import, Postgres", rows, &import(folder.path(), &file, &url));
    }
    let rate = rows as f64 / sqlite.wall.as_secs_f64();
    let cpu = sqlite.cpu.as_secs_f64() / bare.cpu.as_secs_f64();
    println!(
        "{rate:.0} leads/s (at least {RATE_MIN:.0} where quiet), {cpu:.2} x the CPU of the bare \
         insert (at most {CPU_MAX:.1})"
    );
}

fn is_broken() -> bool {
    std::env::var_os("BATON_BENCH_BROKEN").is_some()
}

fn show(name: &str, rows: i64, it: &Figures) {
    let rate = rows as f64 / it.wall.as_secs_f64();
    let cpu = it.cpu.as_micros() as f64 / rows as f64;
    let bytes = it.bytes as f64 / rows as f64;
    let resident = it.resident_kib.map_or_else(|| "-".to_owned(), |it| (it / 1024).to_string());
    println!("{name:<24} {rate:>10.0} {cpu:>12.1} {bytes:>11.0} {resident:>10}");
}

fn bare_insert(folder: &Path, rows: i64) -> Figures {
    let file = folder.join("bare.db");
    let conn = bare::open(&file);
    let (start, cpu) = (Instant::now(), bare::cpu());
    for first in (1..=rows).step_by(GROUP as usize) {
        bare::insert(&conn, first, GROUP.min(rows - first + 1));
    }
    let (wall, cpu) = (start.elapsed(), bare::cpu() - cpu);
    drop(conn);
    let bytes = std::fs::metadata(&file).unwrap().len();
    std::fs::remove_file(&file).unwrap();
    Figures { wall, cpu, bytes, resident_kib: None }
}

fn import(folder: &Path, file: &Path, url: &str) -> Figures {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/demo");
    let policy = folder.join("policy.yaml");
    std::fs::copy(examples.join("policy.yaml"), &policy).unwrap();
    let roster = std::fs::read_to_string(examples.join("roster.yaml")).unwrap();
    let uncapped = roster.replace("capacity: { open: 400 }, ", "");
    assert_ne!(roster, uncapped, "the demo's reps have a cap");
    let roster = folder.join("roster.yaml");
    std::fs::write(&roster, uncapped).unwrap();
    let (start, cpu) = (Instant::now(), children());
    let mut child = Command::new(env!("CARGO_BIN_EXE_baton"))
        .args(["import", "leads", "--database", url, "--policy"])
        .arg(&policy)
        .arg("--roster")
        .arg(&roster)
        .arg(file)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let mut resident_kib = None;
    let status = loop {
        resident_kib = resident(child.id()).or(resident_kib);
        match child.try_wait().unwrap() {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(20)),
        }
    };
    let (wall, cpu) = (start.elapsed(), children() - cpu);
    assert_eq!(status.code(), Some(i32::from(is_broken())), "1 where rows were rejected");
    let bytes = std::fs::metadata(folder.join("baton.db")).map_or(0, |it| it.len());
    Figures { wall, cpu, bytes, resident_kib }
}

/// The most memory a process has had resident, in KiB.
fn resident(process: u32) -> Option<u64> {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status.lines().find(|it| it.starts_with("VmHWM"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// CPU of the processes that this one has waited for.
fn children() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<_> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks: u64 = fields[13].parse::<u64>().unwrap() + fields[14].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}

const COUNTRIES: [&str; 10] = ["US", "DE", "GB", "IN", "FR", "CA", "JP", "BR", "NL", "AU"];
const TITLES: [&str; 6] = [
    "VP of Operations",
    "Head of Customer Support",
    "Software Engineer",
    "Chief Technology Officer",
    "Marketing Manager",
    "Director of Procurement",
];
const INDUSTRIES: [&str; 6] =
    ["Healthcare", "Retail", "Logistics", "Financial Services", "Software", "Manufacturing"];
const REASONS: [&str; 4] = [
    "Product - Voice",
    "Marketing - Contact Sales",
    "Quinn - Reply Received",
    "Product - Portal Sign Up",
];
const PRODUCTS: [&str; 4] = ["voice_ai", "voice", "messaging", "wireless"];

/// Writes the file; its size.
fn generate(file: &Path, rows: i64, broken: bool) -> u64 {
    let mut out = BufWriter::new(std::fs::File::create(file).unwrap());
    out.write_all(
        b"external_id,email,phone,first_name,last_name,title,company,website,industry,country,\
          employees,product,monthly_potential,message,handoff_reason\n",
    )
    .unwrap();
    for row in 0..rows {
        // A multiplier spreads keys over the indexes as real addresses do.
        let spread = row.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15_u64 as i64);
        let pick =
            |n: usize, salt: u32| (spread.rotate_left(salt).unsigned_abs() % n as u64) as usize;
        if broken && row % 10 == 9 {
            writeln!(out, "crm-{row:09},person.{spread:016x}@broken.example").unwrap();
            continue;
        }
        writeln!(
            out,
            "crm-{row:09},person.{spread:016x}@company{c}.example,+1415{p:07},Given{g},Family{f},\
             {title},Company {c} Inc,https://www.company{c}.example,{industry},{country},{employees},\
             {product},{potential},Please call me about routing for site {row},{reason}",
            c = pick(200_000, 11),
            p = 2_000_000 + spread.unsigned_abs() % 7_999_999,
            g = pick(2_000, 3),
            f = pick(40_000, 7),
            title = TITLES[pick(TITLES.len(), 17)],
            industry = INDUSTRIES[pick(INDUSTRIES.len(), 23)],
            country = COUNTRIES[pick(COUNTRIES.len(), 29)],
            employees = 1 + pick(5_000, 31),
            product = PRODUCTS[pick(PRODUCTS.len(), 37)],
            potential = 100 + pick(50_000, 41),
            reason = REASONS[pick(REASONS.len(), 43)],
        )
        .unwrap();
    }
    out.flush().unwrap();
    file.metadata().unwrap().len()
}
