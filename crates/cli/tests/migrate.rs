//! `baton migrate --from --to`: from one engine to the other and back, all or nothing.

use store::testing::TestDatabase;

use crate::binary::{Run, baton};
use crate::scene;
use crate::served::{Client, Served, make_key};

fn migrate(from: &TestDatabase, to: &TestDatabase) -> Run {
    baton(&["migrate", "--from", &from.address(), "--to", &to.address()])
}

/// The lines of the tables: name, rows and digest.
fn tables(run: &Run) -> Vec<&str> {
    run.stdout.lines().take_while(|it| !it.is_empty()).collect()
}

#[test]
fn a_database_comes_back_from_the_other_engine_as_it_went() {
    let Some(postgres) = TestDatabase::empty_postgres() else { return };
    let (first, last) = (TestDatabase::sqlite(), TestDatabase::sqlite());
    scene::fill(&first, 30);
    let key = make_key(&first, &["leads:write"]);
    let there = migrate(&first, &postgres);
    assert_eq!(there.code, Some(0), "{there:?}");
    assert!(there.stdout.contains("event chain 1"), "{there:?}");
    assert!(there.last_line().ends_with("checks passed"), "{there:?}");
    let back = migrate(&postgres, &last);
    assert_eq!(back.code, Some(0), "{back:?}");
    assert_eq!(tables(&there), tables(&back));
    assert!(tables(&there).iter().any(|it| it.starts_with("lead ") && it.contains("30 rows")));
    // The copy goes on where the source was: keys are known, chains and rotations continue.
    let server = Served::start(&last);
    let mut client = Client::connect(server.address, &key).unwrap();
    let answer = client.post_lead("after", &scene::lead(100)).unwrap();
    assert_eq!(answer.status, 201, "{answer:?}");
    server.kill();
    let run = baton(&["verify", "--database", &last.address()]);
    assert_eq!(run.code, Some(0), "{run:?}");
}

#[test]
fn a_target_that_holds_something_is_left_alone() {
    store::testing::for_each_database(|target| {
        let source = TestDatabase::sqlite();
        scene::fill(&source, 2);
        scene::fill(target, 1);
        let run = migrate(&source, target);
        assert_eq!(run.code, Some(2), "{run:?}");
        assert!(run.stderr.contains("S0019"), "{run:?}");
        let run = baton(&["verify", "--database", &target.address()]);
        assert_eq!(run.code, Some(0), "{run:?}");
    });
}

#[test]
fn a_copy_that_breaks_off_leaves_the_target_empty_and_can_be_repeated() {
    store::testing::for_each_database(|target| {
        let source = TestDatabase::sqlite();
        scene::fill(&source, 5);
        // `touch` comes behind leads and events: by then much is copied.
        drop(target.open());
        target.run_sql("alter table event rename to event_away");
        let run = migrate(&source, target);
        assert_eq!(run.code, Some(2), "{run:?}");
        target.run_sql("alter table event_away rename to event");
        let run = migrate(&source, target);
        assert_eq!(run.code, Some(0), "{run:?}");
    });
}

#[test]
fn a_source_that_is_not_sound_is_told() {
    let (source, target) = (TestDatabase::sqlite(), TestDatabase::sqlite());
    scene::fill(&source, 3);
    source.run_sql("drop trigger event_no_update; update event set actor = 'x' where seq = 2");
    let run = migrate(&source, &target);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stdout.contains("event chain 1, row 2"), "{run:?}");
}

#[test]
fn a_source_that_is_not_there_is_not_made() {
    let folder = tempfile::TempDir::new().unwrap();
    let (from, to) = (folder.path().join("from.db"), folder.path().join("to.db"));
    let url = |it: &std::path::Path| format!("sqlite://{}", it.display());
    let run = baton(&["migrate", "--from", &url(&from), "--to", &url(&to)]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains("there is no database"), "{run:?}");
    assert!(!from.exists() && !to.exists());
}
