//! The least that a lead costs on this machine: five rows with seven indexes, by bare rusqlite, in
//! groups of one commit each.

use std::path::Path;
use std::sync::LazyLock;
use std::time::Duration;

use rusqlite::{Connection, params};

pub(crate) const TABLES: &str = "
create table b_lead (id integer primary key, state text not null, owner text, email text not null,
    phone text not null, at integer not null, body text not null) strict;
create unique index b_lead_email on b_lead (email);
create index b_lead_phone on b_lead (phone);
create index b_lead_state on b_lead (state, id);
create index b_lead_owner on b_lead (owner, id);
create table b_handoff (id integer primary key, lead_id integer not null, owner text not null,
    state text not null, due_at integer not null) strict;
create index b_handoff_lead on b_handoff (lead_id);
create index b_handoff_owner on b_handoff (owner, state);
create table b_timer (id integer primary key, handoff_id integer not null,
    due_at integer not null) strict;
create index b_timer_due on b_timer (due_at);
create table b_outbox (id integer primary key, lead_id integer not null, body text not null) strict;
create table b_event (id integer primary key, lead_id integer not null, at integer not null,
    body text not null) strict;";

pub(crate) struct Sample {
    pub(crate) id: i64,
    pub(crate) owner: String,
    pub(crate) email: String,
    pub(crate) phone: String,
    pub(crate) due_at: i64,
}

pub(crate) const SMALL: &str = r#"{"v":1,"kind":"handoff.offered","rep":"rep-17","pool":"emea"}"#;

pub(crate) fn sample(id: i64) -> Sample {
    // A multiplier spreads keys over the index as real addresses do.
    let spread = id.wrapping_mul(0x9E37_79B9_7F4A_7C15_u64 as i64);
    Sample {
        id,
        owner: format!("rep-{}", id % 50),
        email: format!("{spread:016x}@example.com"),
        phone: format!("+49{}", spread.unsigned_abs() % 10_000_000_000),
        due_at: id + 900_000_000,
    }
}

pub(crate) static BODY: LazyLock<String> =
    LazyLock::new(|| format!(r#"{{"v":1,"note":"{}"}}"#, "x".repeat(1_043)));

pub(crate) fn cpu() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap();
    let fields: Vec<_> = stat.rsplit_once(')').unwrap().1.split_whitespace().collect();
    let ticks: u64 = fields[11].parse::<u64>().unwrap() + fields[12].parse::<u64>().unwrap();
    Duration::from_millis(ticks * 10)
}

/// A fresh file with the tables, with the settings of the product's writer.
pub(crate) fn open(file: &Path) -> Connection {
    let conn = Connection::open(file).unwrap();
    conn.pragma_update(None, "journal_mode", "wal").unwrap();
    conn.pragma_update(None, "synchronous", "full").unwrap();
    conn.pragma_update(None, "cache_size", -16_384).unwrap();
    conn.execute_batch(TABLES).unwrap();
    conn
}

/// Inserts a group of `n` leads from the id `first` on.
pub(crate) fn insert(conn: &Connection, first: i64, n: i64) {
    let prepare = |sql| conn.prepare_cached(sql).unwrap();
    let mut lead = prepare("insert into b_lead values (?1,?2,?3,?4,?5,?6,?7)");
    let mut handoff = prepare("insert into b_handoff values (?1,?2,?3,?4,?5)");
    let mut timer = prepare("insert into b_timer values (?1,?2,?3)");
    let mut outbox = prepare("insert into b_outbox values (?1,?2,?3)");
    let mut event = prepare("insert into b_event values (?1,?2,?3,?4)");
    conn.execute_batch("begin immediate").unwrap();
    for id in first..first + n {
        let it = sample(id);
        lead.execute(params![id, "assigned", it.owner, it.email, it.phone, id, *BODY]).unwrap();
        handoff.execute(params![id, id, it.owner, "offered", it.due_at]).unwrap();
        timer.execute(params![id, id, it.due_at]).unwrap();
        outbox.execute(params![id, id, SMALL]).unwrap();
        event.execute(params![id, id, id, SMALL]).unwrap();
    }
    conn.execute_batch("commit").unwrap();
}
