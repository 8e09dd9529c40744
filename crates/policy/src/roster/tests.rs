#![allow(clippy::unwrap_used, reason = "test code")]

use expect_test::expect;

use super::*;
use crate::shown::shown_all;

const TEXT: &str = "\
schema: 1
teams:
  sales: { name: Sales, manager: max, calendar: office }
reps:
  bo: { team: sales, backup: ana, languages: [de, en, de], seniority: senior }
  ana:
    name: Ana Lima
    team: sales
    capacity: { open: 10, value: 50k }
    caps: { day: 3 }
    attributes: { certified: true, level: 3, code: \"7\", verticals: [retail] }
    absences: [{ from: 2026-12-24T00:00:00Z, to: 2026-12-27T00:00:00Z, backup: bo }]
    state: { open: 4, open_value: 20k, assigned: { day: 1 } }
  max: { active: false }
";

fn findings(text: &str) -> String {
    let sources = Sources::single("roster.yaml", text);
    let (roster, found) = read(&sources);
    assert_eq!(roster.is_none(), found.iter().any(|it| it.severity == crate::Severity::Error));
    shown_all(&sources, &found)
}

#[test]
fn a_roster_is_read_with_states_in_the_order_of_its_reps() {
    let (roster, found) = read(&Sources::single("roster.yaml", TEXT));
    assert_eq!(found, []);
    let (roster, states) = roster.unwrap();
    let names: Vec<&str> = roster.reps().iter().map(|it| it.id.as_str()).collect();
    assert_eq!(names, ["ana", "bo", "max"]);
    assert_eq!((states[0].open, states[0].open_value, states[0].assigned.day), (4, 20_000, 1));
    assert_eq!(states[1], RepState::default());
    let ana = &roster.reps()[0];
    assert_eq!(
        (ana.capacity.open, ana.capacity.value, ana.caps.day),
        (Some(10), Some(50_000), Some(3))
    );
    assert_eq!(ana.attributes["certified"], Value::Bool(true));
    assert_eq!(ana.attributes["level"], Value::Number(3.into()));
    assert_eq!(ana.attributes["code"], Value::text("7"));
    assert_eq!(
        roster.reps()[1].attributes["languages"],
        Value::List(vec!["de".into(), "en".into()])
    );
    assert!(!roster.reps()[2].active);
}

#[test]
fn where_a_rep_is_reached_is_read_and_must_look_like_it() {
    let text = "schema: 1\nreps: { ana: { slack: U012AB3CD, teams: ana@x.example, phone: +4930123456 } }\n";
    let (roster, found) = read(&Sources::single("roster.yaml", text));
    assert_eq!(found, []);
    let addresses = roster.unwrap().0.reps()[0].addresses.clone();
    assert_eq!(addresses.slack.as_deref(), Some("U012AB3CD"));
    assert_eq!(addresses.teams.as_deref(), Some("ana@x.example"));
    assert_eq!(addresses.phone.as_deref(), Some("+4930123456"));
    let wrong = text.replace("U012", "u012").replace("ana@x.example", "ana").replace("+49", "0049");
    expect![[r#"
        P0107 2:23 `slack` must be a member id such as `U012AB3CD`, not `u012AB3CD`
          > "u012AB3CD"
        P0107 2:41 `teams` must be a sign-in name, `ana@company.example`, not `ana`
          > "ana"
        P0107 2:53 `phone` must be `+` and 7 to 15 digits, not `004930123456`
          > "004930123456"
    "#]]
    .assert_eq(&findings(&wrong));
}

#[test]
fn json_is_read_too() {
    let text = r#"{"schema": 1, "reps": {"ana": {"capacity": {"open": 5}, "active": true}}}"#;
    let (roster, found) = read(&Sources::single("roster.json", text));
    assert_eq!(found, []);
    assert_eq!(roster.unwrap().0.reps()[0].capacity.open, Some(5));
}

#[test]
fn mistakes_are_reported_with_the_nearest_name() {
    let text = TEXT
        .replace("team: sales, backup: ana", "team: sale, backup: anna")
        .replace("capacity:", "capazity:")
        .replace("manager: max", "manager: mex")
        .replace("to: 2026-12-27", "to: 2026-12-23")
        .replace("day: 3", "day: -3");
    expect![[r#"
        P0120 3:34 there is no rep `mex`
          > "mex"
          = did you mean `max`?
          fix "mex" -> "max"
        P0120 5:15 there is no team `sale`
          > "sale"
          = did you mean `sales`?
          fix "sale" -> "sales"
        P0120 5:29 there is no rep `anna`
          > "anna"
          = did you mean `ana`?
          fix "anna" -> "ana"
        P0104 9:5 a rep has no key `capazity`
          > "capazity"
          = did you mean `capacity`?
          fix "capazity" -> "capacity"
        P0107 10:18 `day` must be a whole number from 0 to 4294967295, not `-3`
          > "-3"
        P0111 12:50 the absence ends before it begins
          > "2026-12-23T00:00:00Z"
          & "2026-12-24T00:00:00Z" begins here
    "#]]
    .assert_eq(&findings(&text));
}

#[test]
fn circles_of_backups_and_managers_are_reported() {
    let text = "schema: 1\nreps:\n  ana: { backup: bo, manager: cy }\n  bo: { backup: ana }\n  \
                cy: { manager: di, backup: cy }\n  di: { manager: ana }\n";
    expect![[r#"
        P0335 3:18 backups go round in a circle: `ana` to `bo` to `ana`
          > "bo"
          = let one of them name somebody outside the circle
        P0335 3:31 managers go round in a circle: `ana` to `cy` to `di` to `ana`
          > "cy"
          = somebody at the top has no manager
        P0335 5:30 `cy` is its own backup
          > "cy"
    "#]]
    .assert_eq(&findings(text));
}

#[test]
fn an_empty_roster_is_refused() {
    expect![[r#"
        P0100 1:1 the roster is empty
          > ""
    "#]]
    .assert_eq(&findings(""));
}
