//! Reps, teams, pools and queues.

use expect_test::expect;
use serde_json::{Value, json};

use crate::app::{As, TestApp, on_both, redacted};

const REP: As = As::User("olga");

fn next_of_emea(app: &TestApp) -> Value {
    app.get(&REP, "/api/v1/pools/emea").expect(200).body["next"].clone()
}

#[test]
fn a_pool_says_who_is_next_and_the_next_lead_agrees() {
    on_both(|app| {
        for at in 0..9 {
            let next = next_of_emea(app);
            let lead = app.capture(&format!("p{at}@b.example"));
            assert_eq!(lead["owner"]["id"], next, "lead {at}");
        }
        let pool = app.get(&REP, "/api/v1/pools/emea").expect(200).body;
        expect![[r#"
            {
              "epoch": 1,
              "id": "emea",
              "members": [
                {
                  "owed": 0,
                  "present": true,
                  "rep": "olga",
                  "taken": 2,
                  "weight": 1
                },
                {
                  "owed": 0,
                  "present": true,
                  "rep": "piet",
                  "taken": 2,
                  "weight": 1
                },
                {
                  "owed": 0,
                  "present": true,
                  "rep": "quirin",
                  "taken": 2,
                  "weight": 1
                },
                {
                  "owed": 0,
                  "present": true,
                  "rep": "runa",
                  "taken": 1,
                  "weight": 1
                },
                {
                  "owed": 0,
                  "present": true,
                  "rep": "sander",
                  "taken": 1,
                  "weight": 1
                },
                {
                  "owed": 0,
                  "present": true,
                  "rep": "tilde",
                  "taken": 1,
                  "weight": 1
                }
              ],
              "next": "runa",
              "picks": 9,
              "sequence": 9,
              "strategy": "round_robin"
            }
        "#]]
        .assert_eq(&redacted(&pool));
    });
}

#[test]
fn an_absent_rep_gets_no_leads() {
    on_both(|app| {
        let path = "/api/v1/reps/olga/presence";
        let rep = app.request(&REP, "PUT", path, &json!({ "present": false })).expect(200).body;
        assert_eq!(rep["present"], false);
        assert_eq!(next_of_emea(app), "piet");
        assert_eq!(app.capture("a@b.example")["owner"]["id"], "piet");
        let other = "/api/v1/reps/piet/presence";
        let refused = app.request(&REP, "PUT", other, &json!({ "present": false })).expect(403);
        assert_eq!(refused.code(), "A0418");
        app.request(&As::User("svenja"), "PUT", other, &json!({ "present": true })).expect(200);
    });
}

#[test]
fn an_absence_is_entered_shown_and_taken_back() {
    on_both(|app| {
        let path = "/api/v1/reps/olga/absences";
        let absence = json!({ "from": "2020-12-21T00:00:00Z", "to": "2999-01-02T00:00:00Z",
            "backup": "piet" });
        let rep = app.post(&REP, path, &absence).expect(201).body;
        assert_eq!(rep["absences"], json!([absence]));
        assert_eq!(rep["away_until"], "2999-01-02T00:00:00Z");
        assert_eq!(app.capture("a@b.example")["owner"]["id"], "piet");
        let stranger = json!({ "from": "3030-12-21T00:00:00Z", "to": "3031-01-02T00:00:00Z",
            "backup": "stranger" });
        assert_eq!(app.post(&REP, path, &stranger).expect(422).code(), "A0603");
        let past = json!({ "from": "2020-12-21T00:00:00Z", "to": "2020-12-22T00:00:00Z" });
        app.post(&REP, path, &past).expect(422);
        app.post(&REP, path, &absence).expect(201);
        let own = json!({ "from": "3000-12-21T00:00:00Z", "to": "3001-01-02T00:00:00Z",
            "backup": "olga" });
        let refused = app.post(&REP, path, &own).expect(422);
        assert_eq!(refused.body["fields"][0]["loc"], "backup");
        let longer = json!({ "from": "2030-12-21T00:00:00Z", "to": "3000-01-02T00:00:00Z" });
        let refused = app.post(&REP, path, &longer).expect(409);
        assert_eq!((refused.code(), &refused.body["state"]), ("A0419", &absence));
        let rep = app.get(&REP, "/api/v1/reps/olga").expect(200).body;
        assert_eq!(rep["absences"], json!([absence]), "what is sent again is entered once");
        let one = format!("{path}/2020-12-21T00:00:00Z");
        app.request(&REP, "DELETE", &one, &Value::Null).expect(204);
        app.request(&REP, "DELETE", &one, &Value::Null).expect(404);
        let rep = app.get(&REP, "/api/v1/reps/olga").expect(200).body;
        assert_eq!(rep["absences"], json!([]));
    });
}

#[test]
fn reps_teams_and_queues_are_listed() {
    on_both(|app| {
        let reps = app.get(&REP, "/api/v1/reps").expect(200).body;
        assert!(reps["items"].as_array().unwrap().iter().any(|it| it["id"] == "amos"));
        let rep = app.get(&REP, "/api/v1/reps/olga").expect(200).body;
        expect![[r#"
            {
              "absences": [],
              "active": true,
              "away_until": null,
              "backup": "piet",
              "calendar": null,
              "capacity_open": 400,
              "capacity_value": null,
              "email": "olga@baton-demo.example",
              "id": "olga",
              "manager": null,
              "name": "Olga Brandt",
              "open": 0,
              "open_value": 0,
              "phone": null,
              "present": true,
              "slack": null,
              "team": "emea",
              "teams": null
            }
        "#]]
        .assert_eq(&redacted(&rep));
        let teams = app.get(&REP, "/api/v1/teams").expect(200).body;
        expect![[r#"
            {
              "calendar": "berlin",
              "id": "emea",
              "manager": "svenja",
              "name": "EMEA",
              "reps": [
                "olga",
                "piet",
                "quirin",
                "runa",
                "sander",
                "tilde"
              ]
            }
        "#]]
        .assert_eq(&redacted(&teams["items"][1]));
        let queues = app.get(&REP, "/api/v1/queues").expect(200).body;
        expect![[r#"
            {
              "items": [
                {
                  "id": "triage",
                  "keeper": "rae",
                  "pools": [],
                  "teams": [
                    "inbound"
                  ]
                }
              ],
              "next": null
            }
        "#]]
        .assert_eq(&redacted(&queues));
        app.get(&REP, "/api/v1/reps/nobody").expect(404);
        app.get(&REP, "/api/v1/pools/nothing").expect(404);
    });
}

#[test]
fn a_roster_is_put_over_the_version_it_was_made_from() {
    on_both(|app| {
        let path = "/api/v1/roster";
        let admin = As::User("admin");
        let read = app.get(&REP, path).expect(200).body;
        let text = read["text"].as_str().unwrap().replace("Olga Brandt", "Olga Brandt-Meier");
        let body = json!({ "version": read["version"], "text": text });
        app.request(&REP, "PUT", path, &body).expect(403);
        // Somebody enters an absence meanwhile; the roster has a new version by that.
        let absence = json!({ "from": "2030-12-21T00:00:00Z", "to": "2031-01-02T00:00:00Z" });
        app.post(&REP, "/api/v1/reps/olga/absences", &absence).expect(201);
        let stale = app.request(&admin, "PUT", path, &body).expect(409);
        assert_eq!(stale.code(), "A0420");
        let version = stale.body["state"]["version"].as_i64().unwrap();
        assert_eq!(version, read["version"].as_i64().unwrap() + 1);
        let rep = app.get(&REP, "/api/v1/reps/olga").expect(200).body;
        assert_eq!(
            (&rep["name"], &rep["absences"][0]["from"]),
            (&json!("Olga Brandt"), &absence["from"])
        );
        let none = json!({ "version": null, "text": text });
        app.request(&admin, "PUT", path, &none).expect(409);
        let read = app.get(&REP, path).expect(200).body;
        let text = read["text"].as_str().unwrap().replace("Olga Brandt", "Olga Brandt-Meier");
        let put = json!({ "version": read["version"], "text": text });
        let done = app.request(&admin, "PUT", path, &put).expect(200).body;
        assert_eq!((&done["version"], &done["unchanged"]), (&json!(version + 1), &json!(false)));
        let again = app.request(&admin, "PUT", path, &put).expect(200).body;
        assert_eq!(again["unchanged"], true, "what is live already is not stale");
        let rep = app.get(&REP, "/api/v1/reps/olga").expect(200).body;
        assert_eq!(
            (&rep["name"], &rep["absences"][0]["from"]),
            (&json!("Olga Brandt-Meier"), &absence["from"])
        );
        let astray = text.replace(r#""calendar": "berlin""#, r#""calendar": "mars""#);
        assert_ne!(astray, text);
        let astray = json!({ "version": version + 1, "text": astray });
        let refused = app.request(&admin, "PUT", path, &astray).expect(422);
        assert_eq!(refused.body["fields"][0]["code"], "P0331", "{:?}", refused.body);
        let broken = json!({ "version": version + 1, "text": "schema: 1\nreps: 7\n" });
        assert_eq!(app.request(&admin, "PUT", path, &broken).expect(422).code(), "A0603");
    });
}
