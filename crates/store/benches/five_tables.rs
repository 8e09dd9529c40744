//! What the layer costs over bare rusqlite: five rows with seven indexes per lead (lead, handoff,
//! timer, outbox, event; the lead has a body of 1,060 bytes), flushed to the disk per group.
//!
//! `cargo bench -p store`; the folder of the database files can be given as the last argument.
//! CPU is user and system time of the whole process, in steps of 10 ms.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a bench ends where it fails"
)]

use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use store::sql::{ColumnType::Int, ColumnType::Text, Insert};
use store::{DatabaseUrl, Options, Pending, Store, StoreError, Tx};
use store::{assignment, chain, decision, handoff, lead, outbox, timer};

#[path = "../tests/samples.rs"]
#[allow(dead_code, reason = "the tests use more of them")]
mod samples;

mod bare;

use bare::{BODY, SMALL, Sample, TABLES, cpu, sample};
use samples::WS;

const GROUPS: [usize; 4] = [1, 16, 128, 1024];
const ROUND: Duration = Duration::from_millis(2500);

static LEAD: Insert = Insert::new(
    "LEAD",
    "b_lead",
    &[
        ("id", Int),
        ("state", Text),
        ("owner", Text),
        ("email", Text),
        ("phone", Text),
        ("at", Int),
        ("body", Text),
    ],
    "",
);
static HANDOFF: Insert = Insert::new(
    "HANDOFF",
    "b_handoff",
    &[("id", Int), ("lead_id", Int), ("owner", Text), ("state", Text), ("due_at", Int)],
    "",
);
static TIMER: Insert =
    Insert::new("TIMER", "b_timer", &[("id", Int), ("handoff_id", Int), ("due_at", Int)], "");
static OUTBOX: Insert =
    Insert::new("OUTBOX", "b_outbox", &[("id", Int), ("lead_id", Int), ("body", Text)], "");
static EVENT: Insert = Insert::new(
    "EVENT",
    "b_event",
    &[("id", Int), ("lead_id", Int), ("at", Int), ("body", Text)],
    "",
);

fn main() {
    let folder = std::env::args().skip(1).find(|it| !it.starts_with('-'));
    let folder = folder.map_or_else(std::env::temp_dir, Into::into);
    println!("memory of an open, idle store: {} kB", idle_memory(&folder));
    println!("{:<28} {:>6} {:>10} {:>12}", "variant", "group", "leads/s", "CPU us/lead");
    for group in GROUPS {
        for (name, run) in [
            ("bare rusqlite", bare as fn(&Path, usize) -> Figures),
            ("layer, a job per lead", jobs),
            ("layer, a job per group", batch),
            ("schema, a job per lead", |file, group| capture(file, group, 1)),
            ("schema, a job per group", |file, group| capture(file, group, group)),
        ] {
            let scratch = tempfile::TempDir::new_in(&folder).unwrap();
            let it = run(&scratch.path().join("bench.db"), group);
            let rate = it.leads as f64 / it.wall.as_secs_f64();
            let cpu = it.cpu.as_micros() as f64 / it.leads as f64;
            println!("{name:<28} {group:>6} {rate:>10.0} {cpu:>12.1}");
        }
    }
}

/// What the resident memory grows by when a fresh store is opened and used once, in kB.
fn idle_memory(folder: &Path) -> u64 {
    let resident = || {
        let status = std::fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find(|it| it.starts_with("VmRSS")).unwrap();
        line.split_whitespace().nth(1).unwrap().parse::<u64>().unwrap()
    };
    let before = resident();
    let scratch = tempfile::TempDir::new_in(folder).unwrap();
    let store = open(&scratch.path().join("bench.db"));
    store.write(|tx| insert(tx, &[sample(1)])).wait().unwrap();
    store.read(|db| db.now()).wait().unwrap();
    resident() - before
}

struct Figures {
    leads: i64,
    wall: Duration,
    cpu: Duration,
}

/// Runs groups until the round is over. `one` does the group that starts at the given id.
fn measure(group: usize, mut one: impl FnMut(i64)) -> Figures {
    let mut next = 1;
    // The first groups grow the log and fill the caches.
    for _ in 0..(2_048 / group).clamp(2, 300) {
        one(next);
        next += group as i64;
    }
    let (first, start, cpu) = (next, Instant::now(), cpu());
    while start.elapsed() < ROUND {
        one(next);
        next += group as i64;
    }
    Figures { leads: next - first, wall: start.elapsed(), cpu: bare::cpu() - cpu }
}

fn bare(file: &Path, group: usize) -> Figures {
    let conn = bare::open(file);
    measure(group, |first| bare::insert(&conn, first, group as i64))
}

fn open(file: &Path) -> Store {
    let store = Store::open(&DatabaseUrl::sqlite_file(file), Options::standard()).unwrap();
    Connection::open(file).unwrap().execute_batch(TABLES).unwrap();
    store
}

fn insert(tx: &mut Tx<'_>, rows: &[Sample]) -> Result<(), StoreError> {
    tx.insert_many(&LEAD, rows, |it| {
        let Sample { id, owner, email, phone, .. } = it;
        [
            (*id).into(),
            "assigned".into(),
            owner.into(),
            email.into(),
            phone.into(),
            (*id).into(),
            BODY.as_str().into(),
        ]
    })?;
    tx.insert_many(&HANDOFF, rows, |it| {
        [it.id.into(), it.id.into(), (&it.owner).into(), "offered".into(), it.due_at.into()]
    })?;
    tx.insert_many(&TIMER, rows, |it| [it.id.into(), it.id.into(), it.due_at.into()])?;
    tx.insert_many(&OUTBOX, rows, |it| [it.id.into(), it.id.into(), SMALL.into()])?;
    tx.insert_many(&EVENT, rows, |it| [it.id.into(), it.id.into(), it.id.into(), SMALL.into()])?;
    Ok(())
}

fn jobs(file: &Path, group: usize) -> Figures {
    let store = open(file);
    measure(group, |first| {
        let answers: Vec<Pending<()>> = (first..first + group as i64)
            .map(|id| store.write(move |tx| insert(tx, &[sample(id)])))
            .collect();
        for answer in answers {
            answer.wait().unwrap();
        }
    })
}

fn batch(file: &Path, group: usize) -> Figures {
    let store = open(file);
    measure(group, |first| {
        let answer = store.write(move |tx| {
            let rows: Vec<_> = (first..first + group as i64).map(sample).collect();
            insert(tx, &rows)
        });
        answer.wait().unwrap();
    })
}

/// The rows of a whole capture in the real schema, `leads_per_job` at once.
fn capture(file: &Path, group: usize, leads_per_job: usize) -> Figures {
    let store = Store::open(&DatabaseUrl::sqlite_file(file), Options::standard()).unwrap();
    measure(group, |first| {
        let answers: Vec<Pending<()>> = (first..first + group as i64)
            .step_by(leads_per_job)
            .map(|id| store.write(move |tx| whole(tx, id, leads_per_job as i64)))
            .collect();
        for answer in answers {
            answer.wait().unwrap();
        }
    })
}

fn whole(tx: &mut Tx<'_>, first: i64, n: i64) -> Result<(), StoreError> {
    let all: Vec<_> = (first..first + n).map(sample).collect();
    lead::insert(tx, &all.iter().map(lead_row).collect::<Vec<_>>())?;
    let keys = all.iter().flat_map(|it| {
        let hash = it.id.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64 as i64);
        [1, 2].map(|kind| lead::LeadKey { workspace_id: WS, kind, hash, lead_id: it.id })
    });
    lead::insert_keys(tx, &keys.collect::<Vec<_>>())?;
    handoff::insert(tx, &all.iter().map(handoff_row).collect::<Vec<_>>())?;
    assignment::insert(tx, &all.iter().map(assignment_row).collect::<Vec<_>>())?;
    timer::insert(tx, &all.iter().map(timer_row).collect::<Vec<_>>())?;
    outbox::insert(tx, &all.iter().map(outbox_row).collect::<Vec<_>>())?;
    decision::insert(tx, &all.iter().map(decision_row).collect::<Vec<_>>())?;
    let events = all.iter().map(|it| samples::event(it.id));
    chain::append_events(tx, WS, 1, &events.collect::<Vec<_>>())?;
    Ok(())
}

fn lead_row(it: &Sample) -> lead::Lead {
    lead::Lead {
        state: "assigned".to_owned(),
        owner: Some(it.owner.clone()),
        attributes: BODY.clone(),
        ..samples::lead(it.id)
    }
}

fn handoff_row(it: &Sample) -> handoff::Handoff {
    let row = samples::handoff(it.id, it.id);
    handoff::Handoff { owner: Some(it.owner.clone()), touch_due: Some(it.due_at), ..row }
}

fn assignment_row(it: &Sample) -> assignment::Assignment {
    assignment::Assignment { rep: Some(it.owner.clone()), ..samples::assignment(it.id, it.id) }
}

fn timer_row(it: &Sample) -> timer::Timer {
    timer::Timer { due_at: it.due_at, ..samples::timer(it.id, it.id) }
}

fn outbox_row(it: &Sample) -> outbox::Outbox {
    outbox::Outbox { recipient: it.owner.clone(), next_at: it.id, ..samples::outbox(it.id) }
}

fn decision_row(it: &Sample) -> decision::Decision {
    decision::Decision {
        workspace_id: WS,
        lead_id: it.id,
        number: 1,
        decided_at: it.id,
        policy_hash: "5f70bf18a086007016e948b04aed3b82".to_owned(),
        roster_version: 1,
        lead_version: 1,
        outcome: "assigned".to_owned(),
        record: SMALL.repeat(4),
        input_digest: vec![1; 32],
        output_digest: vec![2; 32],
    }
}
