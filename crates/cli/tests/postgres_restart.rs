//! Postgres crashes under load and comes back: clients repeat with the same key, nothing acknowledged
//! is lost and nobody is there twice.

use std::time::Duration;

use store::{DatabaseUrl, Options, Store};

use crate::acknowledged::{Asked, check_all, draw, load, seed};
use crate::binary::baton;
use crate::own_postgres::OwnPostgres;
use crate::scene;
use crate::served::{Client, Served, make_key_at};

const ROUNDS: u32 = 3;

/// How long acknowledgements may fail to come, the time without a server included.
const SILENCE_MAX: Duration = Duration::from_secs(30);

/// More of them at night: `BATON_TEST_RESTART_ROUNDS=50`.
fn rounds() -> u32 {
    let wanted = std::env::var("BATON_TEST_RESTART_ROUNDS").ok();
    wanted.and_then(|it| it.parse().ok()).unwrap_or(ROUNDS)
}

#[test]
fn acknowledged_leads_survive_crashes_of_postgres() {
    let Some(postgres) = OwnPostgres::start() else { return };
    let address = postgres.address();
    let url: DatabaseUrl = address.parse().unwrap();
    let open = || Store::open(&url, Options::standard()).unwrap();
    scene::fill_store(open(), 0);
    let key = make_key_at(&address, &["leads:write"]);
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_baton"));
    command.args(["serve", "--listen", "127.0.0.1:0", "--database", &address]);
    let server = Served::launch(command.stderr(std::process::Stdio::null()), false);
    let (seed, rounds) = (seed(), rounds());
    eprintln!("seed {seed}, {rounds} rounds");
    let (mut random, mut asked, mut silence) = (seed, Asked::new(), Duration::ZERO);
    let (mut refused, mut broken) = (0, 0);
    for round in 0..rounds {
        let before = Duration::from_millis(200 + draw(&mut random) % 500);
        let down = Duration::from_millis(draw(&mut random) % 1_000);
        let seen = load(server.address, &key, asked.len(), || {
            std::thread::sleep(before);
            postgres.crash();
            std::thread::sleep(down);
            postgres.start_again();
            std::thread::sleep(before);
        });
        assert!(seen.silence < SILENCE_MAX, "round {round}: {:?}", seen.silence);
        assert!(seen.refused + seen.broken > 0, "round {round}: nobody noticed the crash");
        silence = silence.max(seen.silence);
        (refused, broken) = (refused + seen.refused, broken + seen.broken);
        asked.extend(seen.asked);
        let mut client = Client::connect(server.address, "").unwrap();
        let ready = client.send("GET", "/health/ready", "", "").unwrap();
        assert_eq!(ready.status, 200, "round {round}: {ready:?}");
    }
    server.kill();
    check_all(&open(), &asked);
    let run = baton(&["verify", "--database", &address, "--replay", "200"]);
    assert_eq!(run.code, Some(0), "seed {seed}: {run:?}");
    eprintln!(
        "{} leads acknowledged over {rounds} crashes, 0 lost, 0 double; {refused} answers 503, \
         {broken} connections broken, at most {silence:?} without an acknowledgement",
        asked.len()
    );
}
