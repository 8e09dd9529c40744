//! What was acknowledged under faults, and whether it is there: once, with somebody.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::Value;
use store::Store;

use crate::scene;
use crate::served::{Answer, Client};

/// Requests by the number of their lead: with the answer, or without where none arrived.
pub(crate) type Asked = BTreeMap<usize, Option<Answer>>;

/// Clients that send at a time.
pub(crate) const CLIENTS: usize = 6;

/// How long a client repeats a request until it is acknowledged.
const PATIENCE: Duration = Duration::from_secs(60);

/// What clients saw of a fault.
#[derive(Debug, Default)]
pub(crate) struct Seen {
    /// Requests and the acknowledgement that each got in the end.
    pub(crate) asked: Asked,
    /// Answers with 503, and connections that broke.
    pub(crate) refused: usize,
    pub(crate) broken: usize,
    /// The longest that all clients were without an acknowledgement.
    pub(crate) silence: Duration,
}

/// Posts leads numbered from `first` while `during` runs. Each client repeats what was refused with
/// the same key until it is acknowledged; any refusal but 503 is a fault.
pub(crate) fn load(address: SocketAddr, key: &str, first: usize, during: impl FnOnce()) -> Seen {
    let (next, done) = (AtomicUsize::new(first), AtomicBool::new(false));
    let (mut seen, mut instants) = (Seen::default(), vec![Instant::now()]);
    std::thread::scope(|scope| {
        let client = || {
            let mut seen = (Seen::default(), Vec::new());
            while !done.load(Ordering::Relaxed) {
                let number = next.fetch_add(1, Ordering::Relaxed);
                let answer = until_acknowledged(address, key, number, &mut seen.0);
                seen.1.push(Instant::now());
                seen.0.asked.insert(number, Some(answer));
            }
            seen
        };
        let clients: Vec<_> = (0..CLIENTS).map(|_| scope.spawn(client)).collect();
        during();
        done.store(true, Ordering::Relaxed);
        for client in clients {
            let (one, acknowledged) = client.join().unwrap();
            seen.asked.extend(one.asked);
            seen.refused += one.refused;
            seen.broken += one.broken;
            instants.extend(acknowledged);
        }
    });
    instants.sort();
    let pauses = instants.windows(2).map(|it| it[1] - it[0]);
    seen.silence = pauses.max().unwrap_or_default();
    seen
}

fn until_acknowledged(address: SocketAddr, key: &str, number: usize, seen: &mut Seen) -> Answer {
    thread_local! {
        static CLIENT: std::cell::RefCell<Option<Client>> = const { std::cell::RefCell::new(None) };
    }
    let start = Instant::now();
    loop {
        let answer = CLIENT.with_borrow_mut(|client| {
            let mut ready = match client.take() {
                Some(ready) => ready,
                None => Client::connect(address, key)?,
            };
            let answer = ready.post_lead(&once(number), &lead(number));
            *client = answer.is_ok().then_some(ready);
            answer
        });
        match answer {
            Ok(answer) if answer.status == 201 => return answer,
            Ok(answer) => {
                assert_eq!(answer.status, 503, "lead {number}: {answer:?}");
                seen.refused += 1;
            }
            Err(_) => seen.broken += 1,
        }
        assert!(start.elapsed() < PATIENCE, "lead {number} is not acknowledged");
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// Every lead that was asked for is there exactly once, and somebody has it.
pub(crate) fn check_all(store: &Store, asked: &Asked) {
    let mut ids = Vec::new();
    for (number, answer) in asked {
        let answer = answer.as_ref().unwrap();
        assert_eq!(answer.status, 201, "lead {number}: {answer:?}");
        let text = |name: &str| answer.body.get(name).cloned().unwrap_or_default();
        assert!(!text("owner").is_null() || !text("queue").is_null(), "lead {number}: {answer:?}");
        ids.push(text("lead").as_str().unwrap().parse::<model::id::LeadId>().unwrap().raw());
    }
    let wanted = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), wanted, "two requests were answered with one lead");
    let found = ids.clone();
    let missing =
        store.read(move |db| store::auditor::missing_leads(db, 1, &found)).wait().unwrap();
    assert_eq!(missing.count, 0, "lost: {missing:?}");
    let rows = store.read(|db| {
        let mut ids = Vec::new();
        store::lead::for_each(db, 1, 0, |row| {
            ids.push(store::lead::Lead::read(row)?.id);
            Ok(())
        })?;
        Ok(ids)
    });
    let rows = rows.wait().unwrap();
    assert_eq!(rows, ids, "leads that nobody asked for, or asked for once and there twice");
}

/// The key of the request with this number.
pub(crate) fn once(number: usize) -> String {
    format!("crash-test-{number}")
}

/// The lead of the request with this number.
pub(crate) fn lead(number: usize) -> Value {
    let mut lead = scene::lead(number);
    lead.as_object_mut()
        .unwrap()
        .insert("activities".to_owned(), serde_json::json!([{ "kind": "demo_request" }]));
    lead
}

/// Where the moments of faults come from: `BATON_TEST_SEED` repeats those of a failed run.
pub(crate) fn seed() -> u64 {
    match std::env::var("BATON_TEST_SEED") {
        Ok(text) => text.parse().unwrap(),
        Err(_) => {
            let since = std::time::SystemTime::UNIX_EPOCH.elapsed().unwrap();
            u64::from(since.subsec_nanos())
        }
    }
}

/// A small generator (splitmix64) is random enough for moments.
pub(crate) fn draw(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut z = *state;
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
