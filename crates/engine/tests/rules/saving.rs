//! E4, E20: the clock of record, and what is refused when it is saved.

use engine::policies::Publication;
use engine::sweep::Sweep;
use engine::{Actor, Engine};
use policy::Sources;

use super::{ROSTER, at, handoff, holder, on_friday, policy_with, sweep};
use crate::scene::on_both;

#[test]
fn e04_only_the_clock_of_the_database_says_what_is_due() {
    on_friday(|engine, clock| {
        // The machine's clock shows another year; the database's stands still.
        let id = handoff(engine, "ana@acme.example");
        assert_eq!(sweep(engine).fired, 0);
        clock.set(at("2026-11-20T20:44:00Z"));
        assert_eq!((sweep(engine).fired, holder(engine, id).as_str()), (0, "ana"));
        Sweep::new(engine.clone()).note_jump(61_000_000).unwrap();
        assert_eq!(engine.sweep_figures().clock_jumps, 1);
        let events = crate::waiting::wait(engine.events(1, 0, 100)).unwrap();
        assert_eq!(events.last().unwrap().kind, "clock.jumped");
    });
}

fn refused(engine: &Engine, policy: String) -> String {
    let publication = Publication {
        sources: Sources::single("policy.yaml", policy),
        note: "bad".to_owned(),
        from: None,
        parent: None,
        retroactive: false,
    };
    let refusal = engine.publish_blocking(Actor::Operator, publication).unwrap_err();
    assert_eq!(refusal.code, "A0601");
    refusal.fields.first().map(|it| it.code.clone()).unwrap_or_default()
}

#[test]
fn e20_hours_that_never_open_chains_without_end_and_circles_are_refused() {
    on_both(|engine| {
        let never = policy_with("weekly: { mon-fri: [\"09:00-17:00\"] }", "weekly: {}");
        assert!(refused(engine, never).starts_with('P'));
        let endless = policy_with("      - { after: 90m, to: { queue: triage } }\n", "");
        assert_eq!(refused(engine, endless), "P0308");
        let circle = ROSTER.replace("bo: { team: west,", "bo: { team: west, backup: ana,");
        let sources = Sources::single("roster.yaml", circle);
        let refusal = engine.put_roster_blocking(Actor::Operator, &sources).unwrap_err();
        assert_eq!(refusal.code, "A0603", "{refusal:?}");
    });
}
