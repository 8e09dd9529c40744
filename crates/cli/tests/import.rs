//! `baton import` and `baton report`.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;

use crate::binary::{Run, baton};

const POLICY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/demo/policy.yaml");
const ROSTER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../examples/demo/roster.yaml");

/// A file of leads and a place for a database.
pub(crate) struct Scene {
    pub(crate) folder: TempDir,
    pub(crate) file: PathBuf,
    pub(crate) url: String,
}

impl Scene {
    pub(crate) fn new(rows: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let file = folder.path().join("leads.csv");
        std::fs::write(&file, rows).unwrap();
        let url = format!("sqlite://{}", folder.path().join("baton.db").display());
        Self { folder, file, url }
    }

    pub(crate) fn import(&self, more: &[&str]) -> Run {
        let file = self.file.display().to_string();
        let mut args = vec!["import", "leads", &file, "--database", &self.url];
        args.extend(["--policy", POLICY, "--roster", ROSTER, "--format", "json"]);
        args.extend(more);
        baton(&args)
    }

    pub(crate) fn rejected(&self) -> PathBuf {
        self.folder.path().join("leads.csv.rejected.csv")
    }
}

/// The summary on standard output.
pub(crate) fn summary(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).unwrap_or_else(|error| panic!("{error}: {run:?}"))
}

pub(crate) fn rows(n: usize) -> String {
    let mut text = "external_id,email,company,country,handoff_reason\n".to_owned();
    for row in 1..=n {
        let at = if row % 10 == 0 { "-at-" } else { "@" };
        writeln!(text, "{row},a{row}{at}acme.example,Acme,DE,Product - Voice").unwrap();
    }
    text
}

pub(crate) fn cells_of(path: &Path, column: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let at = reader.headers().unwrap().iter().position(|it| it == column).unwrap();
    reader.records().map(|it| it.unwrap()[at].to_owned()).collect()
}

#[test]
fn the_exit_code_says_whether_all_some_or_no_rows_came_in() {
    let good = Scene::new(&rows(9));
    let run = good.import(&[]);
    assert_eq!((run.code, summary(&run)["new"].as_u64()), (Some(0), Some(9)), "{run:?}");
    assert!(!good.rejected().exists());
    let again = good.import(&[]);
    assert_eq!((again.code, summary(&again)["new"].as_u64()), (Some(0), Some(0)));
    assert!(again.stderr.contains("imported before"), "{}", again.stderr);

    let mixed = Scene::new(&rows(10));
    let run = mixed.import(&[]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert_eq!(cells_of(&mixed.rejected(), "rejected_row"), ["10"]);
    assert_eq!(cells_of(&mixed.rejected(), "email"), ["a10-at-acme.example"]);
    let columns = cells_of(&mixed.rejected(), "rejected_columns");
    assert!(columns[0].contains("email"), "{columns:?}");

    let none = Scene::new("email,handoff_reason\nnobody,Product - Voice\n");
    let run = none.import(&[]);
    assert_eq!((run.code, summary(&run)["rejected"].as_u64()), (Some(2), Some(1)));
    let broken = Scene::new("");
    let run = broken.import(&[]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("I0403"), "{}", run.stderr);
}

#[test]
fn a_dry_run_writes_nothing() {
    let scene = Scene::new(&rows(20));
    let before = listed(scene.folder.path());
    let run = scene.import(&["--dry-run"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let found = summary(&run);
    assert_eq!((found["new"].as_u64(), found["rejected"].as_u64()), (Some(18), Some(2)));
    assert_eq!(listed(scene.folder.path()), before);
    // Under the policy that is live, the database stays as it is.
    scene.import(&[]);
    let database = scene.folder.path().join("baton.db");
    let bytes = settled(&database);
    let file = scene.file.display().to_string();
    let run = baton(&["import", "leads", &file, "--database", &scene.url, "--dry-run"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    assert!(bytes == settled(&database), "the database changed");
}

/// The bytes of a database with its log moved into the file, which a process that ends may leave.
fn settled(database: &Path) -> Vec<u8> {
    let db = rusqlite::Connection::open(database).unwrap();
    db.query_row("pragma wal_checkpoint(truncate)", [], |_| Ok(())).unwrap();
    drop(db);
    std::fs::read(database).unwrap()
}

#[test]
fn every_kind_is_imported_tried_first_and_once() {
    store::testing::for_each_database(|database| {
        crate::scene::fill(database, 2);
        let folder = TempDir::new().unwrap();
        let run = |kind: &str, rows: &str, more: &[&str]| {
            let file = folder.path().join(format!("{kind}.csv"));
            std::fs::write(&file, rows).unwrap();
            let file = file.display().to_string();
            let url = database.address();
            let args = ["import", kind, &file, "--database", &url, "--format", "json"];
            baton(&[&args, more].concat())
        };
        let files = [
            ("reps", "id,name,team\nzoe,Zoe Hart,emea\n", 0),
            ("activities", "lead,at,kind\nperson0@company0.example,2026-03-02,download\n", 0),
            ("handoffs", "lead,rep,offered_at\nperson1@company1.example,zoe,2026-03-02\n", 0),
            ("outcomes", "lead,outcome\nperson1@company1.example,won\nnobody,won\n", 1),
        ];
        for (kind, rows, unmatched) in files {
            let n = rows.lines().count() as u64 - 1;
            for (dry, new) in [(true, n), (true, n), (false, n), (true, 0), (false, 0)] {
                let run = run(kind, rows, if dry { &["--dry-run"] } else { &[] });
                let found = summary(&run);
                assert_eq!(run.code, Some(0), "{kind}: {run:?}");
                assert_eq!(
                    (&found["new"], &found["dry_run"]),
                    (&new.into(), &dry.into()),
                    "{found}"
                );
                assert_eq!(found["unmatched"], unmatched, "{found}");
            }
        }
        let verify = baton(&["verify", "--database", &database.address()]);
        assert_eq!(verify.code, Some(0), "{verify:?}");
        let lost = run("activities", "lead,at,kind\nnobody,2026-03-02,download\n", &[]);
        assert_eq!(lost.code, Some(2), "no row could be imported: {lost:?}");
        let columns =
            cells_of(&folder.path().join("activities.csv.rejected.csv"), "rejected_codes");
        assert_eq!(columns, ["I0603"]);
    });
}

#[test]
fn the_example_of_a_crm_comes_in_kind_by_kind() {
    let scene = Scene::new("");
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/imports/crm");
    let run = |kind: &str, more: &[&str]| {
        // Rejected rows stand beside the file, and the examples are to stay as they are.
        let copy = scene.folder.path().join(format!("{kind}.csv"));
        std::fs::copy(examples.join(format!("{kind}.csv")), &copy).unwrap();
        let (file, map) = (copy.display().to_string(), examples.join(format!("{kind}.map.yaml")));
        let map = map.display().to_string();
        let args = ["import", kind, &file, "--map", &map, "--database", &scene.url];
        baton(&[&args[..], &["--format", "json"], more].concat())
    };
    let set = ["--policy", POLICY, "--roster", ROSTER];
    let counts = |run: &Run| {
        let found = summary(run);
        ["new", "updated", "left_out", "rejected"].map(|it| found[it].as_u64().unwrap())
    };
    let leads = run("leads", &set);
    assert_eq!((leads.code, counts(&leads)), (Some(1), [2, 0, 0, 1]), "{leads:?}");
    for (kind, code, expected) in [
        ("reps", 0, [2, 1, 1, 0]),
        ("activities", 1, [3, 0, 0, 1]),
        ("handoffs", 0, [3, 0, 0, 0]),
        ("outcomes", 0, [1, 0, 0, 0]),
    ] {
        let run = run(kind, &[]);
        assert_eq!((run.code, counts(&run)), (Some(code), expected), "{kind}: {run:?}");
    }
    let verify = baton(&["verify", "--database", &scene.url]);
    assert_eq!(verify.code, Some(0), "{verify:?}");
}

fn listed(folder: &Path) -> Vec<PathBuf> {
    let mut all: Vec<_> = std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    all.sort();
    all
}

#[test]
fn a_mapping_that_does_not_fit_is_shown_in_place() {
    let scene = Scene::new(&rows(1));
    let map = scene.folder.path().join("leads.map.yaml");
    std::fs::write(&map, "schema: 1\nkind: leads\nfields:\n  email: E-Mail\n").unwrap();
    let run = scene.import(&["--map", &map.display().to_string()]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("I0508") && run.stderr.contains(":4:10"), "{}", run.stderr);
}

#[test]
fn the_report_is_text_or_json_and_refuses_what_it_cannot_write() {
    let scene = Scene::new(&rows(9));
    scene.import(&[]);
    let report = |more: &[&str]| baton(&[&["report", "--database", &scene.url], more].concat());
    let text = report(&["--width", "90"]);
    assert_eq!(text.code, Some(0), "{text:?}");
    assert!(text.stdout.contains("Product - Voice"), "{}", text.stdout);
    assert!(text.stdout.lines().all(|it| it.chars().count() <= 90));
    let json: Value = serde_json::from_str(&report(&["--format", "json"]).stdout).unwrap();
    assert_eq!(json["format"], "report/1");
    let html = report(&["--format", "html"]);
    assert_eq!(html.code, Some(2));
    assert!(html.stderr.contains("text"), "{}", html.stderr);
    let touches = report(&["--touches"]);
    assert_eq!(touches.code, Some(0), "{touches:?}");
    assert!(touches.stdout.starts_with("rep  recorded  attempts"), "{}", touches.stdout);
    let json: Value =
        serde_json::from_str(&report(&["--touches", "--format", "json"]).stdout).unwrap();
    assert_eq!((&json["format"], json["reps"].is_array()), (&"touches/1".into(), true));
    let reversed = report(&["--from", "2026-11-02", "--to", "2026-11-01"]);
    assert_eq!(reversed.code, Some(2));
    assert!(reversed.stderr.contains("A0620"), "{}", reversed.stderr);
}
