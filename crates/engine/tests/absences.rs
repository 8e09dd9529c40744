//! Absences that are entered at the same time.

use std::collections::BTreeSet;
use std::sync::Barrier;

use engine::import::rejected_beside;
use engine::sight::Sight;
use engine::{Actor, Engine};
use model::Timestamp;
use model::roster::Absence;

use crate::import::{Scene, file};
use crate::scene::{on_both, set_up_demo};
use crate::waiting::wait;

const WRITERS: usize = 8;

fn beginning(at: usize) -> Timestamp {
    format!("2100-0{}-01T00:00:00Z", at + 1).parse().unwrap()
}

fn absences_of(engine: &Engine, rep: &str) -> BTreeSet<Timestamp> {
    let reps = wait(engine.reps()).unwrap();
    let found = reps.iter().find(|it| it.rep.id.as_str() == rep).unwrap();
    found.rep.absences.iter().map(|it| it.from).collect()
}

#[test]
fn of_absences_that_are_entered_at_once_none_is_lost() {
    on_both(|engine| {
        set_up_demo(engine);
        let together = Barrier::new(WRITERS);
        std::thread::scope(|scope| {
            for at in 0..WRITERS {
                let together = &together;
                scope.spawn(move || {
                    let from = beginning(at);
                    let to = from.plus(model::Seconds::from_days(1));
                    let rep = if at % 2 == 0 { "olga" } else { "piet" };
                    together.wait();
                    let absence = Absence { from, to, backup: None };
                    let rep = rep.parse().unwrap();
                    let added =
                        engine.add_absence(Actor::Operator, Sight::EVERYTHING, rep, absence);
                    assert_eq!(wait(added), Ok(()));
                });
            }
        });
        let stored = [absences_of(engine, "olga"), absences_of(engine, "piet")];
        let entered = [0, 1].map(|odd| (0..4).map(|it| beginning(2 * it + odd)).collect());
        assert_eq!(stored, entered);
    });
}

#[test]
fn a_file_of_reps_takes_no_absence_away_that_is_entered_meanwhile() {
    on_both(|engine| {
        set_up_demo(engine);
        let together = Barrier::new(WRITERS);
        std::thread::scope(|scope| {
            for at in 0..WRITERS {
                let together = &together;
                scope.spawn(move || {
                    if at % 2 == 0 {
                        let rows = format!("id,name,team\nnew{at},New Rep,emea\n");
                        let scene = Scene::new("reps.csv", rows);
                        let rejected = rejected_beside(&scene.path);
                        let ask = file(&scene.path, None, &rejected);
                        together.wait();
                        let summary = engine.import_reps(&Actor::Operator, &ask, |_| {}).unwrap();
                        assert_eq!(summary.new, 1, "{summary:?}");
                    } else {
                        let from = beginning(at);
                        let to = from.plus(model::Seconds::from_days(1));
                        let absence = Absence { from, to, backup: None };
                        together.wait();
                        let olga = "olga".parse().unwrap();
                        let added =
                            engine.add_absence(Actor::Operator, Sight::EVERYTHING, olga, absence);
                        assert_eq!(wait(added), Ok(()));
                    }
                });
            }
        });
        assert_eq!(absences_of(engine, "olga").len(), WRITERS / 2);
        let reps = wait(engine.reps()).unwrap();
        let new = reps.iter().filter(|it| it.rep.id.as_str().starts_with("new"));
        assert_eq!(new.count(), WRITERS / 2);
    });
}
