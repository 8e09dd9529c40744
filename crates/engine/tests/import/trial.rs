//! Imports that are only tried.

use engine::import::{FileImport, History, LeadImport, Purpose, Summary};
use engine::{Actor, Engine};
use store::testing::TestDatabase;

use super::{Scene, counts, import};
use crate::scene::{on_both, set_up_demo};

/// Tries a file of leads on a scratch database.
fn tried(original: &Engine, scene: &Scene) -> Summary {
    let database = TestDatabase::sqlite();
    let scratch = Engine::new(database.open(), 1);
    scratch.rehearse_blocking(original).unwrap();
    let purpose = Purpose::Trial(Some(original));
    let file = FileImport { path: &scene.path, mapping: None, rejected: None, purpose };
    let ask = LeadImport { file, history: History::ByAge };
    scratch.import_leads(&Actor::Operator, &ask, |_| {}).unwrap()
}

#[test]
fn a_trial_counts_what_the_import_then_does_and_writes_nothing() {
    on_both(|engine| {
        set_up_demo(engine);
        let known = "external_id,email,country,handoff_reason\n\
            1,ana@acme.example,DE,Product - Voice\n2,bo@beta.example,US,Product - Voice\n";
        import(engine, &Scene::new("known.csv", known));
        // Two are known, of whom one says something new; one person comes twice, in two groups.
        let mut rows = known.replace("beta.example,US", "beta.example,DE");
        rows.push_str("3,twice@gamma.example,DE,Product - Voice\n");
        for row in 4..=1_200 {
            let at = if row % 100 == 0 { "-at-" } else { "@" };
            rows.push_str(&format!("{row},p{row}{at}c{row}.example,DE,Product - Voice\n"));
        }
        rows.push_str("1201,twice@gamma.example,US,Product - Voice\n");
        let scene = Scene::new("leads.csv", rows);
        let before = counts(engine);
        let tried = tried(engine, &scene);
        assert!(tried.dry_run && tried.import.is_none() && tried.rejected_file.is_none());
        assert_eq!(counts(engine), before);
        let found = (tried.new, tried.attached, tried.unchanged, tried.rejected);
        assert_eq!(found, (1_186, 2, 1, 12), "{tried:?}");
        let done = import(engine, &scene);
        let expected = Summary {
            import: done.import,
            rejected_file: done.rejected_file.clone(),
            dry_run: false,
            ..tried
        };
        assert_eq!(done, expected);
    });
}
