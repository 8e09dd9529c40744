//! `baton policy apply`.

use std::path::Path;

use store::testing::TestDatabase;

use crate::binary::{Run, baton};
use crate::scene;

fn example(name: &str) -> String {
    format!("{}/../../examples/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn apply(database: &TestDatabase, path: &str, more: &[&str]) -> Run {
    let address = database.address();
    baton(&[&["policy", "apply", path, "--database", &address], more].concat())
}

#[test]
fn a_policy_goes_live_and_its_hash_is_alone_on_standard_output() {
    store::testing::for_each_database(|database| {
        let (policy, roster) = (example("demo/policy.yaml"), example("demo/roster.yaml"));
        let run = apply(database, &policy, &["--roster", &roster, "--note", "first"]);
        assert_eq!(run.code, Some(0), "{run:?}");
        assert_eq!(run.stdout.trim().len(), 64, "{run:?}");
        let again = apply(database, &policy, &["--format", "json"]);
        assert!(again.stdout.contains("\"unchanged\": true"), "{again:?}");
        let run = baton(&["doctor", "--database", &database.address()]);
        assert_eq!(run.code, Some(0), "{run:?}");
    });
}

#[test]
fn a_broken_policy_is_shown_and_changes_nothing() {
    let database = TestDatabase::sqlite();
    scene::fill(&database, 0);
    let folder = tempfile::TempDir::new().unwrap();
    let file = folder.path().join("policy.yaml");
    let text = std::fs::read_to_string(example("demo/policy.yaml")).unwrap();
    std::fs::write(&file, text.replacen("segment:", "segmnet:", 1)).unwrap();
    let run = apply(&database, path(&file), &[]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(run.stderr.contains("error[") && run.stdout.is_empty(), "{run:?}");
    let doctor = baton(&["doctor", "--database", &database.address()]);
    assert!(doctor.stdout.contains("`Demo month` is live"), "{doctor:?}");
}

#[test]
fn a_policy_made_from_another_than_the_live_one_is_refused() {
    let database = TestDatabase::sqlite();
    scene::fill(&database, 0);
    let file = example("policies/default.yaml");
    let wrong = apply(&database, &file, &["--parent", "0000"]);
    assert_eq!(wrong.code, Some(2), "{wrong:?}");
    assert!(wrong.stderr.contains("another policy went live meanwhile"), "{wrong:?}");
}

#[test]
fn a_policy_that_is_to_go_live_later_can_be_brought_forward() {
    store::testing::for_each_database(|database| {
        scene::fill(database, 0);
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("policy.yaml");
        let text = std::fs::read_to_string(example("demo/policy.yaml")).unwrap();
        std::fs::write(&file, text.replacen("Demo month", "Next month", 1)).unwrap();
        let policy = path(&file);
        let later = apply(database, policy, &["--from", "2999-01-01T00:00:00Z"]);
        assert!(later.stderr.contains("goes live at 2999-01-01"), "{later:?}");
        let again = apply(database, policy, &["--from", "2999-01-02T00:00:00Z"]);
        assert!(again.stderr.contains("is live already"), "{again:?}");
        let now = apply(database, policy, &[]);
        assert!(now.stderr.contains("is live\n") && now.stdout == later.stdout, "{now:?}");
    });
}

#[test]
fn a_policy_whose_people_are_not_there_changes_nothing() {
    store::testing::for_each_database(|database| {
        scene::fill(database, 0);
        let (policy, roster) = (example("policies/default.yaml"), example("demo/roster.yaml"));
        let alone = apply(database, &policy, &[]);
        assert_eq!(alone.code, Some(2), "{alone:?}");
        assert!(alone.stderr.contains("does not fit the live roster"), "{alone:?}");
        assert!(alone.stderr.contains("the roster has no rep `rosa`"), "{alone:?}");
        let both = apply(database, &policy, &["--roster", &roster]);
        assert_eq!(both.code, Some(1), "{both:?}");
        assert!(both.stderr.contains("error[P0331]"), "{both:?}");
        let doctor = baton(&["doctor", "--database", &database.address()]);
        assert!(doctor.stdout.contains("`Demo month` is live"), "{doctor:?}");
    });
}

#[test]
fn a_roster_without_somebody_who_holds_leads_says_so() {
    store::testing::for_each_database(|database| {
        scene::fill(database, 40);
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("roster.yaml");
        let text = std::fs::read_to_string(example("demo/roster.yaml")).unwrap();
        let without: Vec<&str> =
            text.lines().filter(|it| !it.trim().starts_with("olga:")).collect();
        assert_eq!(without.len() + 1, text.lines().count());
        std::fs::write(&file, without.join("\n")).unwrap();
        let policy = example("demo/policy.yaml");
        let run = apply(database, &policy, &["--roster", path(&file)]);
        assert!(run.stderr.contains("warning: `olga` is not in it and still has"), "{run:?}");
    });
}

#[test]
fn a_roster_of_several_files_is_stored_whole() {
    store::testing::for_each_database(|database| {
        let folder = tempfile::TempDir::new().unwrap();
        let text = std::fs::read_to_string(example("demo/roster.yaml")).unwrap();
        let (before, reps) = text.split_once("\nreps:").unwrap();
        std::fs::write(folder.path().join("a.yaml"), before).unwrap();
        std::fs::write(folder.path().join("b.yaml"), format!("reps:{reps}")).unwrap();
        let policy = example("demo/policy.yaml");
        let run = apply(database, &policy, &["--roster", path(folder.path())]);
        assert_eq!(run.code, Some(0), "{run:?}");
        let doctor = baton(&["doctor", "--database", &database.address()]);
        assert_eq!(doctor.code, Some(0), "{doctor:?}");
        let alone = apply(database, &policy, &[]);
        assert_eq!(alone.code, Some(0), "{alone:?}");
    });
}

#[test]
fn a_refused_policy_leaves_the_roster_as_it_was() {
    store::testing::for_each_database(|database| {
        scene::fill(database, 0);
        let roster = std::fs::read_to_string(example("demo/roster.yaml")).unwrap();
        let folder = tempfile::TempDir::new().unwrap();
        let file = folder.path().join("roster.yaml");
        std::fs::write(&file, format!("{roster}\n# changed\n")).unwrap();
        let policy = std::fs::read_to_string(example("demo/policy.yaml")).unwrap();
        let changed = folder.path().join("policy.yaml");
        std::fs::write(&changed, policy.replacen("Demo month", "Next month", 1)).unwrap();
        let both = ["--roster", path(&file)];
        let refused = apply(database, path(&changed), &[&both[..], &["--parent", "00"]].concat());
        assert_eq!(refused.code, Some(2), "{refused:?}");
        // It is stored for the first time now, as the version after the one there was.
        let applied = apply(database, path(&changed), &both);
        assert!(applied.stderr.contains("roster: version 2 is live,"), "{applied:?}");
    });
}

#[test]
fn a_roster_for_a_later_policy_must_fit_the_one_until_then() {
    store::testing::for_each_database(|database| {
        scene::fill(database, 0);
        let (policy, roster) =
            (example("policies/default.yaml"), example("rosters/three_offices.yaml"));
        let both = ["--roster", &roster, "--from", "2999-01-01T00:00:00Z"];
        let refused = apply(database, &policy, &both);
        assert_eq!(refused.code, Some(2), "{refused:?}");
        assert!(refused.stderr.contains("does not fit the live policy"), "{refused:?}");
        let doctor = baton(&["doctor", "--database", &database.address()]);
        assert_eq!(doctor.code, Some(0), "{doctor:?}");
        let now = apply(database, &policy, &both[..2]);
        assert_eq!(now.code, Some(0), "{now:?}");
    });
}

fn path(file: &Path) -> &str {
    file.to_str().unwrap()
}
