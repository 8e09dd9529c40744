//! kill -9 of the server in the middle of the load: every acknowledged lead is there, once, with
//! somebody, and repeats get the first answer.

use std::net::SocketAddr;
use std::sync::Mutex;
use std::time::{Duration, Instant};

use store::testing::TestDatabase;

use crate::acknowledged::{Asked, check_all, draw, lead, once, seed};
use crate::binary::baton;
use crate::scene;
use crate::served::{Client, Served, make_key};

const CLIENTS: usize = 6;
const ROUNDS: u32 = 20;
const SERVING_AGAIN_MAX: Duration = Duration::from_secs(5);

/// Acknowledged requests whose answer is asked for again after each restart.
const REPEATS: usize = 12;

#[test]
fn acknowledged_leads_survive_kill_nine_of_a_sqlite_server() {
    crash(&TestDatabase::sqlite(), rounds());
}

#[test]
fn acknowledged_leads_survive_kill_nine_of_a_postgres_server() {
    if let Some(database) = TestDatabase::postgres() {
        crash(&database, rounds());
    }
}

/// More of them at night: `BATON_TEST_CRASH_ROUNDS=200`.
fn rounds() -> u32 {
    let wanted = std::env::var("BATON_TEST_CRASH_ROUNDS").ok();
    wanted.and_then(|it| it.parse().ok()).unwrap_or(ROUNDS)
}

fn crash(database: &TestDatabase, rounds: u32) {
    scene::fill(database, 0);
    let key = make_key(database, &["leads:write"]);
    let seed = seed();
    // Shown where the test fails: BATON_TEST_SEED repeats the moments of the kills.
    eprintln!("seed {seed}, {rounds} rounds on {}", database.url());
    let (mut asked, mut slowest, mut random) = (Asked::new(), Duration::ZERO, seed);
    let mut server = Served::start(database);
    for round in 0..rounds {
        let pause = Duration::from_millis(100 + draw(&mut random) % 500);
        let before = asked.len();
        let fresh = load_and_kill(server, &key, before, pause);
        assert!(fresh.values().any(Option::is_some), "round {round}: nothing acknowledged");
        asked.extend(fresh);
        server = Served::start(database);
        slowest = slowest.max(server.started);
        assert!(server.started < SERVING_AGAIN_MAX, "round {round}: {:?}", server.started);
        repeat(server.address, &key, &mut asked, before, &mut random);
        let run = baton(&["verify", "--database", &database.address(), "--replay", "20"]);
        assert_eq!(run.code, Some(0), "seed {seed}, round {round}: {run:?}");
    }
    server.kill();
    check_all(&database.open(), &asked);
    let count = asked.len();
    eprintln!("{count} leads acknowledged, 0 lost, 0 double, serving again within {slowest:?}");
}

/// Posts leads numbered from `first` until the server is killed after `pause`.
fn load_and_kill(server: Served, key: &str, first: usize, pause: Duration) -> Asked {
    let asked = Mutex::new(Asked::new());
    let next = std::sync::atomic::AtomicUsize::new(first);
    let address = server.address;
    std::thread::scope(|scope| {
        for _ in 0..CLIENTS {
            scope.spawn(|| {
                let Ok(mut client) = Client::connect(address, key) else { return };
                loop {
                    let number = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    let answer = client.post_lead(&once(number), &lead(number)).ok();
                    let ended = answer.is_none();
                    asked.lock().unwrap().insert(number, answer);
                    if ended {
                        return;
                    }
                }
            });
        }
        let start = Instant::now();
        while asked.lock().unwrap().is_empty() && start.elapsed() < SERVING_AGAIN_MAX {
            std::thread::sleep(Duration::from_millis(1));
        }
        std::thread::sleep(pause);
        server.kill();
    });
    asked.into_inner().unwrap()
}

/// Repeats requests of this round: those without an answer get one now, those with one get the
/// same again.
fn repeat(address: SocketAddr, key: &str, asked: &mut Asked, first: usize, random: &mut u64) {
    let mut client = Client::connect(address, key).unwrap();
    let fresh: Vec<usize> = asked.range(first..).map(|it| *it.0).collect();
    let mut chosen: Vec<usize> = fresh.iter().filter(|it| asked[it].is_none()).copied().collect();
    for _ in 0..REPEATS {
        let at = usize::try_from(draw(random)).unwrap() % fresh.len();
        chosen.push(*fresh.get(at).unwrap());
    }
    for number in chosen {
        let again = client.post_lead(&once(number), &lead(number)).unwrap();
        match asked.insert(number, Some(again.clone())).unwrap() {
            Some(first) => assert_eq!(first.body, again.body, "lead {number} got another answer"),
            None => assert_eq!(again.status, 201, "lead {number}: {again:?}"),
        }
    }
}
