//! Files of many rows: every tenth broken, interrupted in the middle.

use std::fmt::Write;

use engine::import::{History, LeadImport, rejected_beside};
use engine::{Actor, Engine};

use super::{Scene, counts, file, import};
use crate::scene::{faults, on_both, set_up_demo};

/// Rows of the file; the bench takes a million.
const ROWS: u64 = 2_400;

fn rows(n: u64) -> String {
    let mut text = "external_id,email,company,country,handoff_reason\n".to_owned();
    for row in 1..=n {
        match row % 20 {
            10 => writeln!(text, "{row},no address,Acme,DE,Product - Voice"),
            0 => writeln!(text, "{row},a{row}@acme.example,Acme"),
            _ => writeln!(text, "{row},a{row}@acme{}.example,Acme,DE,Product - Voice", row % 97),
        }
        .unwrap();
    }
    text
}

fn rejected_rows(scene: &Scene) -> Vec<u64> {
    let mut reader = csv::Reader::from_reader(std::io::Cursor::new(scene.rejected()));
    reader.records().map(|it| it.unwrap()[5].parse().unwrap()).collect()
}

#[test]
fn every_tenth_row_broken_costs_exactly_these_rows() {
    on_both(|engine| {
        set_up_demo(engine);
        let scene = Scene::new("leads.csv", rows(ROWS));
        let summary = import(engine, &scene);
        assert_eq!((summary.new, summary.rejected), (ROWS / 10 * 9, ROWS / 10));
        let expected: Vec<u64> = (1..=ROWS).filter(|it| it % 10 == 0).collect();
        assert_eq!(rejected_rows(&scene), expected);
        let counts = counts(engine);
        assert_eq!(counts[0].1, (ROWS / 10 * 9) as i64);
        assert_eq!(counts[2].1, (ROWS / 20) as i64, "the contract refuses every twentieth");
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}

/// Stops an import in the middle, as a full disk or a fault of this program would.
fn interrupt(engine: &Engine, scene: &Scene, after: u64) {
    let rejected = rejected_beside(&scene.path);
    let ask = LeadImport { file: file(&scene.path, None, &rejected), history: History::ByAge };
    let stopped = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        engine.import_leads(&Actor::Operator, &ask, |it| {
            if after <= it.rows {
                std::panic::resume_unwind(Box::new("stopped by the test"));
            }
        })
    }));
    assert!(stopped.is_err(), "the import came to its end");
}

#[test]
fn an_interrupted_import_goes_on_behind_the_last_committed_row() {
    on_both(|engine| {
        set_up_demo(engine);
        let scene = Scene::new("leads.csv", rows(4_000));
        interrupt(engine, &scene, 1_500);
        let reached = counts(engine)[0].1;
        assert!(1_000 < reached && reached < 3_000, "{reached}");
        let rest = import(engine, &scene);
        assert_eq!(rest.resumed_after, 2_000);
        assert_eq!(rest.new as i64 + reached, 3_600);
        assert_eq!(counts(engine)[0].1, 3_600);
        let expected: Vec<u64> = (1..=4_000).filter(|it| it % 10 == 0).collect();
        assert_eq!(rejected_rows(&scene), expected, "rejected rows of both halves, once each");
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}
