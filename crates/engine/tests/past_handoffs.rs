//! What later files leave of past handoffs.

use engine::import::rejected_beside;
use engine::{Actor, Engine};

use crate::import::{Scene, file};
use crate::outcomes::leads;
use crate::scene::{on_both, set_up_demo};

fn import_past(engine: &Engine, rows: &str) {
    let head = "lead,rep,offered_at,disposition,reject_note,value\n";
    let scene = Scene::new("past.csv", format!("{head}{rows}"));
    let rejected = rejected_beside(&scene.path);
    let ask = file(&scene.path, None, &rejected);
    let summary = engine.import_handoffs(&Actor::Operator, &ask, |_| {}).unwrap();
    assert_eq!(summary.rejected, 0, "{summary:?}");
}

fn the_lead(engine: &Engine) -> i64 {
    let read = engine.read_blocking(|db| {
        let mut ids = Vec::new();
        store::lead::for_each(db, 1, 0, |row| {
            ids.push(store::lead::Lead::read(row)?.id);
            Ok(())
        })?;
        Ok(Ok(ids))
    });
    let [id] = read.unwrap()[..] else { panic!("one lead") };
    id
}

#[test]
fn a_note_stays_until_another_verdict_is_told() {
    on_both(|engine| {
        set_up_demo(engine);
        leads(engine, 17, "ana@acme.example");
        let lead = the_lead(engine);
        let noted = |cells: &str| {
            let row = format!("ana@acme.example,olga,2026-03-02T08:10:00Z,{cells}\n");
            import_past(engine, &row);
            let all = engine
                .read_blocking(move |db| Ok(Ok(store::handoff::of_lead(db, 1, lead)?)))
                .unwrap();
            let past = all.into_iter().find(|it| it.number == 0).unwrap();
            (past.reject_note, past.value)
        };
        let note = Some("asked for a call in May".to_owned());
        assert_eq!(noted(",asked for a call in May,"), (note.clone(), None), "without a verdict");
        assert_eq!(noted(",,5"), (note.clone(), Some(5)));
        assert_eq!(noted("recycled,asked for a call in May,"), (note.clone(), Some(5)));
        assert_eq!(noted(",,6"), (note.clone(), Some(6)));
        assert_eq!(noted("recycled,,7"), (note, Some(7)), "the verdict that is known");
        assert_eq!(noted("submitted,,"), (None, Some(7)), "another verdict");
    });
}
