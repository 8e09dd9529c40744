//! Checks of what the database holds: can it decide, is somebody there, is anything late?

use engine::duty::PoolDuty;
use engine::{Engine, Live, duty, verify};
use model::Timestamp;
use store::{Snapshot, Store, StoreError};

use crate::screen::{Line, Status, counted};

/// Microseconds by which two clocks may differ without a word.
const CLOCK_WARN_US: i64 = 2_000_000;

/// Microseconds by which they may differ at all: timers would be late or early by as much.
const CLOCK_FAIL_US: i64 = 60_000_000;

/// How many names a line lists.
const NAMES_MAX: usize = 4;

/// The node of an engine that only looks.
pub(super) const LOOKING_NODE: u16 = 1023;

/// Adds the checks; a failure of the database becomes one.
pub(super) fn checks(store: &Store, lines: &mut Vec<Line>) {
    let engine = Engine::new(store.clone(), LOOKING_NODE);
    let wall = jiff::Timestamp::now().as_microsecond();
    let looked = store.read(move |db| look(&engine, db, Timestamp::from_micros(wall))).wait();
    match looked {
        Ok(more) => lines.extend(more),
        Err(error) => lines.push(Line::new(Status::Fail, "reading", error.to_string())),
    }
}

fn look(engine: &Engine, db: &mut Snapshot<'_>, wall: Timestamp) -> Result<Vec<Line>, StoreError> {
    let now = db.now()?;
    let mut lines = vec![clock(now, wall)];
    match engine.live(db, now)? {
        Err(refusal) => {
            let detail = format!("{} ({})", refusal.message, refusal.code);
            lines.push(Line::new(Status::Fail, "policy", detail));
        }
        Ok(live) => {
            let hash: String = live.policy_hash.chars().take(12).collect();
            let name = &live.setup.policy().name;
            lines.push(Line::new(Status::Ok, "policy", format!("`{name}` is live ({hash})")));
            let reps = live.setup.roster().reps().iter().filter(|it| it.active).count();
            let reps = counted(i64::try_from(reps).unwrap_or(0), "active rep");
            let detail = format!("version {}, {reps}", live.roster_version);
            lines.push(Line::new(Status::Ok, "roster", detail));
            lines.push(pools(&duty::pools(db, &live, now)?));
            lines.push(keepers(&live));
        }
    }
    let admins = store::user::list(db, engine::WORKSPACE)?;
    let admins = admins.iter().filter(|it| it.active == 1 && it.role == "admin").count();
    lines.push(match admins {
        0 => Line::new(
            Status::Warn,
            "admins",
            "nobody can sign in as admin; add one with `baton user add`",
        ),
        _ => {
            let count = counted(i64::try_from(admins).unwrap_or(0), "active admin");
            Line::new(Status::Ok, "admins", count)
        }
    });
    for late in verify::lateness(db, now)? {
        lines.push(match late.first {
            None => Line::new(Status::Ok, &late.name, "none"),
            Some(first) => {
                let detail = format!("{}, the first is {first}; nothing reads them yet", late.bad);
                Line::new(Status::Warn, &late.name, detail)
            }
        });
    }
    Ok(lines)
}

fn clock(database: Timestamp, wall: Timestamp) -> Line {
    let apart = database.micros_since(wall);
    let seconds = apart as f64 / 1e6;
    match apart.abs() {
        0..=CLOCK_WARN_US => Line::new(Status::Ok, "clock", "agrees with the database"),
        it => {
            let status = if it <= CLOCK_FAIL_US { Status::Warn } else { Status::Fail };
            let word = if apart < 0 { "behind" } else { "ahead of" };
            let detail = format!("the database is {:.0} s {word} this machine", seconds.abs());
            Line::new(status, "clock", detail)
        }
    }
}

/// Nights are no fault: only a pool in which nobody will start work fails.
fn pools(pools: &[PoolDuty]) -> Line {
    let names = |wanted: &dyn Fn(&PoolDuty) -> bool| -> Vec<String> {
        pools.iter().filter(|it| wanted(it)).map(|it| it.pool.clone()).collect()
    };
    let never = names(&|it| it.on_duty == 0 && it.next.is_none());
    let idle = names(&|it| it.on_duty == 0);
    if !never.is_empty() {
        let detail = format!("nobody is available for {}", listed(&never));
        return Line::new(Status::Fail, "pools", detail);
    }
    let all = counted(i64::try_from(pools.len()).unwrap_or(0), "pool");
    if idle.is_empty() {
        return Line::new(Status::Ok, "pools", format!("{all}, each with somebody on duty"));
    }
    let next = pools.iter().filter_map(|it| it.next).min();
    let next = next.map_or(String::new(), |it| format!("; the next starts at {it}"));
    let detail = format!("nobody is on duty now for {} of {all}{next}", listed(&idle));
    Line::new(Status::Warn, "pools", detail)
}

fn keepers(live: &Live) -> Line {
    let bad = duty::queues_without_keeper(live);
    if bad.is_empty() {
        let queues = i64::try_from(live.setup.policy().queues.len()).unwrap_or(0);
        let detail = format!("{}, every keeper is active", counted(queues, "queue"));
        return Line::new(Status::Ok, "queues", detail);
    }
    let names: Vec<String> =
        bad.iter().map(|(queue, keeper)| format!("{queue} ({keeper})")).collect();
    let detail = format!("the keeper is gone or inactive: {}", listed(&names));
    Line::new(Status::Fail, "queues", detail)
}

fn listed(names: &[String]) -> String {
    let shown: Vec<&str> = names.iter().take(NAMES_MAX).map(String::as_str).collect();
    match names.len().saturating_sub(NAMES_MAX) {
        0 => shown.join(", "),
        more => format!("{} and {more} more", shown.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pool(name: &str, on_duty: usize, next: Option<i64>) -> PoolDuty {
        let next = next.map(Timestamp::from_seconds);
        PoolDuty { pool: name.to_owned(), available: 2, on_duty, next }
    }

    #[test]
    fn a_pool_at_night_is_a_warning_and_one_that_nobody_will_serve_a_failure() {
        let day = pools(&[pool("a", 1, None)]);
        assert_eq!(day.status, Status::Ok);
        let night = pools(&[pool("a", 1, None), pool("b", 0, Some(60))]);
        assert_eq!(night.status, Status::Warn);
        assert_eq!(
            night.detail,
            "nobody is on duty now for b of 2 pools; the next starts at 1970-01-01T00:01:00Z"
        );
        let never = pools(&[pool("a", 0, None), pool("b", 0, Some(60))]);
        assert_eq!(
            (never.status, never.detail.as_str()),
            (Status::Fail, "nobody is available for a")
        );
    }

    #[test]
    fn clocks_that_part_are_warned_of_before_they_fail() {
        let at = Timestamp::from_seconds;
        assert_eq!(clock(at(1_000), at(1_001)).status, Status::Ok);
        assert_eq!(clock(at(1_000), at(1_010)).status, Status::Warn);
        let failed = clock(at(1_100), at(1_000));
        assert_eq!(failed.detail, "the database is 100 s ahead of this machine");
        assert_eq!(failed.status, Status::Fail);
    }
}
