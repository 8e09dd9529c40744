//! Rows that are refused: every reason, also under another policy and in a second file.

use engine::import::{History, LeadImport, MappingFile, Summary, rejected_beside};
use engine::{Actor, Engine};

use super::{Scene, counts, file, import, import_as};
use crate::scene::{faults, on_both, set_up, set_up_demo};

/// Makes the demo's policy live, which asks for an address or a number, or one that does not.
fn publish(engine: &Engine, is_strict: bool) {
    let strict = include_str!("../../../../examples/demo/policy.yaml");
    let lenient = strict.replace("  one_of: [[email, phone]]\n", "");
    let roster = include_str!("../../../../examples/demo/roster.yaml");
    set_up(engine, if is_strict { strict } else { &lenient }, roster);
}

/// Codes and columns of the rejected rows.
fn reasons(scene: &Scene) -> Vec<(String, String)> {
    let text = scene.rejected();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let at = |name: &str, headers: &csv::StringRecord| headers.iter().position(|it| it == name);
    let headers = reader.headers().unwrap().clone();
    let [codes, columns] =
        ["rejected_codes", "rejected_columns"].map(|it| at(it, &headers).unwrap());
    let rows = reader.records().map(|it| it.unwrap());
    rows.map(|it| (it[codes].to_owned(), it[columns].to_owned())).collect()
}

#[test]
fn a_cell_that_cannot_be_read_hides_no_other_reason() {
    on_both(|engine| {
        set_up_demo(engine);
        let rows = "email,country,handoff_reason,captured_at\n\
            bo-at-acme.example,DE,,soon\n";
        let scene = Scene::new("leads.csv", rows);
        assert_eq!(import(engine, &scene).rejected, 1);
        let found = reasons(&scene);
        let expected = (
            "I0112; I0302; I0303; I0102",
            "captured_at; fields.handoff_reason; fields; fields.email",
        );
        assert_eq!(found, [(expected.0.to_owned(), expected.1.to_owned())]);
        let text = "schema: 1\nkind: leads\nfields:\n  email: Mail\n  country: Land\n  \
            handoff_reason: { column: Why, values: { v: Product - Voice }, other: refuse }\n\
            captured_at: { column: Day }\n";
        let mapping = MappingFile::parse("leads.map.yaml", text).unwrap();
        let scene = Scene::new("mapped.csv", "Mail,Land,Why,Day\nbo at,DE,x,2999-01-01\n");
        import_as(engine, &scene.path, Some(&mapping), History::ByAge).unwrap();
        // That the reason is wanting follows from its cell and is not told a second time.
        let expected =
            ("I0511; I0303; I0102; I0605", "handoff_reason; fields; fields.email; captured_at");
        assert_eq!(reasons(&scene), [(expected.0.to_owned(), expected.1.to_owned())]);
    });
}

#[test]
fn going_back_to_an_earlier_policy_leaves_quarantine_as_it_is() {
    on_both(|engine| {
        publish(engine, true);
        let scene = Scene::new("leads.csv", "email,country,handoff_reason\nbo@b.example,DE,\n");
        assert_eq!(import(engine, &scene).rejected, 1);
        publish(engine, false);
        assert_eq!(import(engine, &scene).rejected, 1);
        assert_eq!(counts(engine)[2], ("quarantined", 1));
        publish(engine, true);
        let again = import(engine, &scene);
        assert_eq!((again.done_before, again.rejected), (true, 1));
        assert_eq!(counts(engine)[2], ("quarantined", 1));
    });
}

/// Imports 1,001 rows, the last without address and number, while another policy goes live.
fn import_across(engine: &Engine, is_strict: bool) -> (Summary, Scene) {
    publish(engine, is_strict);
    let mut text = "email,company,country,handoff_reason\n".to_owned();
    for row in 0..1_000 {
        text.push_str(&format!("p{row}@c.example,C,DE,Product - Voice\n"));
    }
    text.push_str(",Nameless,DE,Product - Voice\n");
    let scene = Scene::new("leads.csv", text);
    let rejected = rejected_beside(&scene.path);
    let ask = LeadImport { file: file(&scene.path, None, &rejected), history: History::All };
    let mut is_first = true;
    let summary = engine.import_leads(&Actor::Operator, &ask, |_| {
        if std::mem::take(&mut is_first) {
            publish(engine, !is_strict);
        }
    });
    (summary.unwrap(), scene)
}

#[test]
fn what_a_policy_refuses_that_goes_live_meanwhile_stands_in_the_file() {
    on_both(|engine| {
        let (summary, scene) = import_across(engine, false);
        assert_eq!((summary.new, summary.rejected), (1_000, 1));
        assert_eq!(reasons(&scene), [("I0303".to_owned(), "fields".to_owned())]);
        assert_eq!(counts(engine)[2], ("quarantined", 1));
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}

#[test]
fn what_a_policy_takes_that_goes_live_meanwhile_does_not() {
    on_both(|engine| {
        let (summary, scene) = import_across(engine, true);
        assert_eq!((summary.new, summary.rejected, summary.rejected_file), (1_001, 0, None));
        assert!(!rejected_beside(&scene.path).exists());
        assert_eq!(counts(engine)[2], ("quarantined", 0));
    });
}

#[test]
fn a_row_that_breaks_while_it_is_mended_comes_back_as_it_was() {
    on_both(|engine| {
        set_up_demo(engine);
        let rows = "email,phone,country,handoff_reason\nbo@b.example,+49 30 901820,DE,\n";
        let scene = Scene::new("leads.csv", rows);
        import(engine, &scene);
        let broken = scene.rejected().replace(",DE,", ",");
        let second = Scene::new("second.csv", broken);
        assert_eq!(import(engine, &second).rejected, 1);
        let text = second.rejected();
        assert!(text.contains("\nbo@b.example,'+49 30 901820,,,1,import_"), "{text}");
    });
}
