//! Files of leads through the whole engine.

mod bad_input;
mod bulk;
mod rejected;
mod table;
mod trial;

use std::path::{Path, PathBuf};

use engine::import::{
    FileImport, History, ImportError, LeadImport, MappingFile, Purpose, Summary, rejected_beside,
};
use engine::{Actor, Engine};
use tempfile::TempDir;

use crate::scene::{faults, on_both, set_up_demo};

/// A folder with one file of leads.
pub(crate) struct Scene {
    _folder: TempDir,
    pub(crate) path: PathBuf,
}

impl Scene {
    pub(crate) fn new(name: &str, content: impl AsRef<[u8]>) -> Self {
        let folder = TempDir::new().unwrap();
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        Self { _folder: folder, path }
    }

    /// The file of rejected rows.
    pub(crate) fn rejected(&self) -> String {
        std::fs::read_to_string(rejected_beside(&self.path)).unwrap()
    }
}

/// A file that counts, with its rejected rows beside it.
pub(crate) fn file<'a>(
    path: &'a Path,
    mapping: Option<&'a MappingFile>,
    rejected: &'a Path,
) -> FileImport<'a> {
    FileImport { path, mapping, rejected: Some(rejected), purpose: Purpose::Real }
}

pub(crate) fn import_as(
    engine: &Engine,
    path: &Path,
    mapping: Option<&MappingFile>,
    history: History,
) -> Result<Summary, ImportError> {
    let rejected = rejected_beside(path);
    let ask = LeadImport { file: file(path, mapping, &rejected), history };
    engine.import_leads(&Actor::Operator, &ask, |_| {})
}

pub(crate) fn import(engine: &Engine, scene: &Scene) -> Summary {
    import_as(engine, &scene.path, None, History::ByAge).unwrap()
}

/// Rows of tables that an import writes to.
pub(crate) fn counts(engine: &Engine) -> Vec<(&'static str, i64)> {
    engine
        .read_blocking(|db| {
            let mut counts = Vec::new();
            let mut n = 0;
            store::lead::for_each(db, 1, 0, |_| {
                n += 1;
                Ok(())
            })?;
            counts.push(("leads", n));
            n = 0;
            store::facts::handoffs(db, 1, 0, |_| {
                n += 1;
                Ok(())
            })?;
            counts.push(("handoffs", n));
            let open = store::quarantine::list_open(db, 1, i64::MAX, 1_000_000)?;
            counts.push(("quarantined", open.len() as i64));
            let heads = store::chain::heads(db, 1)?;
            let events = heads.iter().filter(|it| it.log == "event").map(|it| it.seq);
            counts.push(("events", events.sum()));
            Ok(Ok(counts))
        })
        .unwrap()
}

const THREE: &str = "email,company,country,lead source,shoe size\n\
    ana@acme.example,Acme,DE,Product - Voice,38\n\
    bo@beta.example,Beta,US,Product - Voice,44\n\
    cy@gamma.example,Gamma,IN,Product - Voice,\n";

#[test]
fn columns_are_taken_by_names_and_aliases_and_the_rest_is_kept_aside() {
    on_both(|engine| {
        set_up_demo(engine);
        let summary = import(engine, &Scene::new("leads.csv", THREE));
        assert_eq!((summary.rows, summary.new, summary.rejected), (3, 3, 0));
        assert_eq!(summary.aside, ["shoe size"]);
        assert_eq!(summary.outcomes.values().sum::<u64>(), 3);
        assert_eq!(summary.rejected_file, None);
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}

#[test]
fn a_second_import_adds_nothing_and_an_overlapping_one_only_what_is_new() {
    on_both(|engine| {
        set_up_demo(engine);
        let scene = Scene::new("leads.csv", THREE);
        import(engine, &scene);
        let before = counts(engine);
        let again = import(engine, &scene);
        assert!(again.done_before);
        assert_eq!((again.rows, again.new, again.unchanged), (3, 0, 3));
        assert_eq!(counts(engine), before);
        // The columns stand in another order, one row is new, one says something else.
        let longer = "shoe size,email,company,country,lead source\n\
            38,ana@acme.example,Acme,DE,Product - Voice\n\
            45,bo@beta.example,Beta,US,Product - Voice\n\
            ,di@delta.example,Delta,US,Product - Voice\n\
            ,cy@gamma.example,Gamma,IN,Product - Voice\n";
        let summary = import(engine, &Scene::new("longer.csv", longer));
        let found = (summary.new, summary.attached, summary.unchanged);
        assert_eq!(found, (1, 1, 2), "{summary:?}");
        assert_eq!(counts(engine)[0].1, before[0].1 + 1);
        assert_eq!(counts(engine)[1].1, before[1].1 + 1);
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}

#[test]
fn history_is_given_to_reps_but_runs_no_clock_and_tells_nobody() {
    on_both(|engine| {
        set_up_demo(engine);
        let rows = "email,country,handoff_reason,captured_at\n\
            old@acme.example,DE,Product - Voice,2024-03-01T10:00:00Z\n\
            new@acme.example,DE,Product - Voice,\n";
        import(engine, &Scene::new("leads.csv", rows));
        let far = i64::MAX / 2;
        let claimed = engine
            .write_blocking(move |tx, _| Ok(Ok(store::outbox::claim(tx, far, far, 100)?)))
            .unwrap();
        let mut seen = Vec::new();
        for handoff in handoffs(engine) {
            let lead = engine
                .read_blocking(move |db| Ok(Ok(store::lead::get(db, 1, handoff.lead_id)?)))
                .unwrap()
                .unwrap();
            let id = handoff.id;
            let timers = engine
                .read_blocking(move |db| Ok(Ok(store::timer::of_handoff(db, 1, id)?.len())))
                .unwrap();
            let messages = claimed.iter().filter(|it| it.handoff_id == Some(id)).count();
            let is_old = lead.captured_at < 1_750_000_000_000_000;
            assert!(handoff.owner.is_some() && handoff.sla.is_some());
            assert_eq!(handoff.touch_due.is_none(), is_old);
            assert_eq!(timers == 0, is_old, "{timers} timers");
            assert_eq!(messages == 0, is_old, "{messages} messages");
            seen.push(is_old);
        }
        assert_eq!(seen, [true, false]);
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}

fn handoffs(engine: &Engine) -> Vec<store::handoff::Handoff> {
    let filter = store::handoff::HandoffFilter {
        workspace_id: 1,
        before: i64::MAX,
        owner: None,
        queue: None,
        state: None,
        limit: 100,
    };
    let mut all =
        engine.read_blocking(move |db| Ok(Ok(store::handoff::list(db, &filter)?))).unwrap();
    all.sort_by_key(|it| it.id);
    all
}

#[test]
fn a_mapping_names_columns_ids_and_times_and_its_mistakes_stop_the_import() {
    on_both(|engine| {
        set_up_demo(engine);
        let text = "schema: 1\nkind: leads\nsource: crm\nexternal_id: Id\n\
            captured_at: { column: Day, zone: Europe/Berlin }\n\
            fields: { email: Mail, country: Land, handoff_reason: { value: Product - Voice } }\n";
        let mapping = MappingFile::parse("leads.map.yaml", text).unwrap();
        let rows = "Id,Mail,Land,Day\n1,ana@acme.example,Germany,2026-11-01\n2,bo@x.example,DE,\n";
        let scene = Scene::new("leads.csv", rows);
        let summary = import_as(engine, &scene.path, Some(&mapping), History::ByAge).unwrap();
        assert_eq!((summary.new, summary.aside.len()), (2, 0));
        let other = Scene::new("other.csv", "Id,E-Mail,Land,Day\n3,c@x.example,DE,\n");
        let refused = import_as(engine, &other.path, Some(&mapping), History::ByAge);
        let Err(error) = refused else { panic!("{refused:?}") };
        assert_eq!(error.code(), "I0508");
        assert_eq!(counts(engine)[0].1, 2, "a mapping that does not fit writes nothing");
        let outcomes = "schema: 1\nkind: outcomes\nlead: Id\noutcome: { value: won }\n";
        let outcomes = MappingFile::parse("outcomes.map.yaml", outcomes).unwrap();
        let refused = import_as(engine, &scene.path, Some(&outcomes), History::ByAge);
        assert_eq!(refused.unwrap_err().code(), "I0601");
    });
}

#[test]
fn json_lines_come_flat_or_in_the_form_of_the_api() {
    on_both(|engine| {
        set_up_demo(engine);
        let rows = r#"{"email": "ana@acme.example", "country": "DE", "source": "Product - Voice"}
{"fields": {"email": "bo@acme.example", "handoff_reason": "Product - Voice"}, "external_id": {"source": "web", "id": "7"}, "activities": [{"kind": "demo_request"}]}
{"fields": {"email": "cy@acme.example"}, "surprise": 1}
"#;
        let scene = Scene::new("leads.jsonl", rows);
        let summary = import(engine, &scene);
        assert_eq!((summary.new, summary.rejected), (2, 1), "{summary:?}");
        assert!(scene.rejected().contains(r#""code":"I0301""#), "{}", scene.rejected());
    });
}

#[test]
fn rows_of_the_future_are_rejected() {
    on_both(|engine| {
        set_up_demo(engine);
        let rows = "email,country,handoff_reason,captured_at\n\
            ana@acme.example,DE,Product - Voice,2999-01-01\n";
        let scene = Scene::new("leads.csv", rows);
        assert_eq!(import(engine, &scene).rejected, 1);
        assert!(scene.rejected().contains("I0605,captured_at,"), "{}", scene.rejected());
        let line = r#"{"fields": {"email": "bo@acme.example", "handoff_reason": "Product - Voice"},
            "activities": [{"kind": "demo_request", "at": "2999-01-01T00:00:00Z"}]}"#;
        let scene = Scene::new("leads.jsonl", line.replace('\n', " "));
        assert_eq!(import(engine, &scene).rejected, 1);
        assert_eq!(counts(engine)[0], ("leads", 0));
    });
}

#[test]
fn mended_rows_come_in_by_the_file_of_rejected_rows() {
    on_both(|engine| {
        set_up_demo(engine);
        let rows = "email,country,handoff_reason\n\
            ana@acme.example,DE,Product - Voice\nbo-at-acme.example,DE,Product - Voice\n";
        let scene = Scene::new("leads.csv", rows);
        let first = import(engine, &scene);
        assert_eq!((first.new, first.rejected), (1, 1));
        assert_eq!(counts(engine)[2].1, 1, "what the contract refuses is in quarantine too");
        let mended = scene.rejected().replace("bo-at-acme.example,", "bo@acme.example,");
        let second = import(engine, &Scene::new("mended.csv", mended));
        assert_eq!((second.new, second.rejected), (1, 0));
        assert!(second.aside.is_empty(), "{:?}", second.aside);
        let ended = quarantined(engine);
        let [row] = &ended[..] else { panic!("{ended:?}") };
        assert_eq!((row.state.as_str(), row.row_no), ("replayed", Some(2)));
        assert!(row.lead_id.is_some(), "the row in quarantine is linked and closed");
    });
}

/// Everything that is or was in quarantine.
fn quarantined(engine: &Engine) -> Vec<store::quarantine::Quarantine> {
    engine
        .read_blocking(|db| {
            let runs = store::import::list(db, 1, i64::MAX, 100)?;
            let mut all = Vec::new();
            for run in runs {
                for row in 1..=run.cursor {
                    all.extend(store::quarantine::of_row(db, 1, run.id, row)?);
                }
            }
            Ok(Ok(all))
        })
        .unwrap()
}

#[test]
fn what_is_refused_again_stands_in_quarantine_once() {
    on_both(|engine| {
        set_up_demo(engine);
        let rows = "email,country,handoff_reason\nbo-at-acme.example,DE,Product - Voice\n";
        let scene = Scene::new("leads.csv", rows);
        import(engine, &scene);
        let worse = scene.rejected().replace("bo-at-acme.example,", "bo at acme,");
        assert_eq!(import(engine, &Scene::new("worse.csv", worse)).rejected, 1);
        let states: Vec<_> = quarantined(engine).into_iter().map(|it| it.state).collect();
        assert_eq!(states, ["open", "discarded"]);
    });
}

#[test]
fn rejected_rows_are_written_again_when_their_file_is_gone() {
    on_both(|engine| {
        set_up_demo(engine);
        let rows = "email,country,handoff_reason\n\
            ana@acme.example,DE,Product - Voice\nbo-at-acme.example,DE,Product - Voice\n\
            cy-at-acme.example,DE,Product - Voice\n,DE,Product - Voice,too,many\n";
        let scene = Scene::new("leads.csv", rows);
        let first = import(engine, &scene);
        let told: Vec<_> =
            first.reasons.iter().map(|it| (it.code.as_str(), it.count, &it.rows[..])).collect();
        assert!(told.contains(&("I0102", 2, &[2, 3][..])), "{:?}", first.reasons);
        assert!(told.contains(&("I0411", 1, &[4][..])), "{:?}", first.reasons);
        let (before, written) = (counts(engine), scene.rejected());
        std::fs::write(rejected_beside(&scene.path), "being mended").unwrap();
        let again = import(engine, &scene);
        assert_eq!((again.done_before, again.rejected, again.unchanged), (true, 3, 1));
        assert_eq!(again.reasons, first.reasons);
        assert_eq!(scene.rejected(), "being mended", "a file that is there stays");
        std::fs::remove_file(rejected_beside(&scene.path)).unwrap();
        assert_eq!(import(engine, &scene).rejected_file, first.rejected_file);
        assert_eq!((counts(engine), scene.rejected()), (before, written));
    });
}

#[test]
fn rejected_rows_are_no_formulas_and_come_back_whole() {
    on_both(|engine| {
        set_up_demo(engine);
        let rows = "email,country,handoff_reason,captured_at,phone,=note\n\
            bo@acme.example,DE,Product - Voice,soon,+49 30 901820,=1+1\n\
            cy@acme.example,DE,Product - Voice\n";
        let scene = Scene::new("leads.csv", rows);
        assert_eq!(import(engine, &scene).rejected, 2);
        let rejected = scene.rejected();
        let lines: Vec<&str> = rejected.lines().collect();
        assert!(
            lines[0]
                .starts_with("email,country,handoff_reason,captured_at,phone,'=note,rejected_row")
        );
        assert!(lines[1].contains(",'+49 30 901820,'=1+1,1,import_"), "{rejected}");
        assert!(lines[2].starts_with("cy@acme.example,DE,Product - Voice,,,,2,"), "{rejected}");
        let mended = rejected.replace(",soon,", ",,");
        let second = Scene::new("mended.csv", mended);
        let found = import(engine, &second);
        assert_eq!((found.new, found.rejected), (1, 1), "{found:?}");
        assert!(second.rejected().contains("I0418"), "a short row is not taken as it is");
        let lead = engine
            .read_blocking(|db| {
                let mut lead = None;
                store::lead::for_each(db, 1, 0, |row| {
                    lead = Some(store::lead::Lead::read(row)?);
                    Ok(())
                })?;
                Ok(Ok(lead.unwrap()))
            })
            .unwrap();
        assert!(lead.attributes.contains("+4930901820"), "{}", lead.attributes);
        assert!(lead.attributes.contains(r#""=note":"=1+1""#), "{}", lead.attributes);
        let settled = second.rejected().replace("\"cy@acme.example,DE,Product - Voice\"", "");
        let third = import(engine, &Scene::new("settled.csv", settled));
        assert_eq!((third.new, third.rejected), (1, 0), "{third:?}");
    });
}

#[test]
fn a_column_that_may_be_a_field_misspelt_is_told() {
    on_both(|engine| {
        set_up_demo(engine);
        let text = "schema: 1\nkind: leads\nfields: { email: Mail, compnay: Firm }\n";
        let mapping = MappingFile::parse("leads.map.yaml", text).unwrap();
        let rows = "Mail,Firm,Shoe\nana@acme.example,Acme,38\n";
        let scene = Scene::new("leads.csv", rows);
        let summary = import_as(engine, &scene.path, Some(&mapping), History::ByAge).unwrap();
        let told: Vec<_> = summary.may_be.into_iter().collect();
        assert_eq!(told, [("compnay".to_owned(), "company".to_owned())]);
    });
}

#[test]
fn under_another_policy_a_file_is_read_again_and_only_what_was_refused_comes_in() {
    on_both(|engine| {
        set_up_demo(engine);
        let rows = "company,country,handoff_reason\nAcme,DE,Product - Voice\n";
        let both = format!("email,{rows},US,\nana@acme.example,Beta,DE,Product - Voice\n")
            .replace("\nAcme", "\n,Acme")
            .replace(",US,\n", ",Acme,US,\n");
        let scene = Scene::new("leads.csv", &both);
        let first = import(engine, &scene);
        assert_eq!((first.new, first.rejected), (1, 2), "{}", scene.rejected());
        let lenient = include_str!("../../../examples/demo/policy.yaml")
            .replace("  one_of: [[email, phone]]\n", "");
        crate::scene::set_up(engine, &lenient, include_str!("../../../examples/demo/roster.yaml"));
        let again = import(engine, &scene);
        assert_eq!((again.new, again.unchanged, again.rejected), (1, 1, 1));
        assert_eq!(counts(engine)[2].1, 1, "quarantine holds each refused row once");
    });
}

#[test]
fn of_two_imports_of_one_file_at_once_one_goes_on_and_nothing_is_doubled() {
    on_both(|engine| {
        set_up_demo(engine);
        let mut text = "email,country,lead source\n".to_owned();
        for row in 0..2_200 {
            text.push_str(&format!("p{row}@c{row}.example,DE,Product - Voice\n"));
        }
        let scene = Scene::new("leads.csv", text);
        let rejected = rejected_beside(&scene.path);
        let ask = LeadImport { file: file(&scene.path, None, &rejected), history: History::All };
        let mut other = None;
        let first = engine.import_leads(&Actor::Operator, &ask, |_| {
            other.get_or_insert_with(|| import(engine, &scene));
        });
        assert_eq!(first.unwrap_err().code(), "I0609");
        assert_eq!(other.unwrap().resumed_after, 1_000);
        assert_eq!(counts(engine)[0], ("leads", 2_200));
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}
