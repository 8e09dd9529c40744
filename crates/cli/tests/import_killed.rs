//! `baton import` killed again and again, on both engines.

use std::process::{Command, Stdio};
use std::time::Duration;

use store::Engine;
use store::testing::{TestDatabase, for_each_database};

use crate::binary::baton;
use crate::import::{Scene, cells_of, rows};

/// How often it is killed.
const ROUNDS: u64 = 20;

/// What the kills leave to do is read faster than it is written on Postgres.
fn rows_for(engine: Engine) -> usize {
    match engine {
        Engine::Sqlite => 30_000,
        Engine::Postgres => 20_000,
    }
}

#[test]
fn kill_nine_in_the_middle_loses_and_doubles_nothing() {
    for_each_database(|database| {
        let n = rows_for(database.engine());
        let scene = Scene { url: database.address(), ..Scene::new(&rows(n)) };
        let one = Scene { url: database.address(), ..Scene::new(&rows(1)) };
        assert_eq!(one.import(&[]).code, Some(0), "the database is there before the first kill");
        let killed = kill_again_and_again(database, &scene);
        assert!(10 < killed, "{killed} kills on {:?}", database.engine());
        let file = scene.file.display().to_string();
        let run = baton(&["import", "leads", &file, "--database", &scene.url, "--format", "json"]);
        assert_eq!(run.code, Some(1), "{run:?}");
        let count = |table: &str| database.ask(&format!("select count(*) from {table}"));
        let broken = i64::try_from(n / 10).unwrap();
        assert_eq!([count("lead"), count("handoff")], [broken * 9; 2]);
        assert_eq!(count("quarantine"), broken);
        let expected: Vec<String> = (1..=broken).map(|it| (it * 10).to_string()).collect();
        assert_eq!(cells_of(&scene.rejected(), "rejected_row"), expected);
        let verify = baton(&["verify", "--database", &scene.url]);
        assert_eq!(verify.code, Some(0), "{verify:?}");
    });
}

/// How many of the kills met a running import.
fn kill_again_and_again(database: &TestDatabase, scene: &Scene) -> i32 {
    let cursor = || database.ask("select max(cursor) from import_run");
    let (mut killed, mut reached) = (0, 0);
    for round in 0..ROUNDS {
        let mut child = Command::new(env!("CARGO_BIN_EXE_baton"))
            .args(["import", "leads", "--database", &scene.url, "--format", "json"])
            .arg(&scene.file)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        // It is under way when a group is in; from then on the kill may come at any instant.
        while child.try_wait().unwrap().is_none() && cursor() <= reached {
            std::thread::sleep(Duration::from_millis(2));
        }
        std::thread::sleep(Duration::from_millis(7 * round % 60));
        killed += i32::from(child.try_wait().unwrap().is_none());
        child.kill().unwrap();
        child.wait().unwrap();
        reached = cursor();
    }
    killed
}
