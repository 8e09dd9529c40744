//! Open work with its clocks, the context of a handoff, and the reasons to say no.

use serde_json::{Value, json};

use crate::app::{As, OTHER, OWN, TEAM, on_both};

fn owners(work: &Value) -> Vec<&str> {
    let items = work["items"].as_array().unwrap().iter();
    let mut owners: Vec<&str> = items.map(|it| it["owner"].as_str().unwrap()).collect();
    owners.sort_unstable();
    owners
}

#[test]
fn work_shows_who_waits_and_how_long_there_is() {
    on_both(|app| {
        app.lead_of(OWN);
        let work = app.get(&As::User("olga"), "/api/v1/work?scope=mine").expect(200).body;
        let item = &work["items"][0];
        assert_eq!(item["person"]["company"], "Acme Robotics");
        assert_eq!(item["person"]["email"], "olga@customer.example");
        let clocks = item["clocks"].as_array().unwrap();
        let duties: Vec<_> = clocks.iter().map(|it| it["duty"].as_str().unwrap()).collect();
        assert_eq!(duties, ["acknowledge", "touch", "disposition"]);
        for clock in clocks {
            let at = |key: &str| clock[key].as_str().unwrap().parse::<model::Timestamp>().unwrap();
            assert!(at("at_risk_at") < at("due_at"), "{clock}");
            assert_eq!(clock["met"], false);
        }
        // Tier 1 runs on the wall as well, so it never stands still.
        assert_eq!(clocks[0]["paused"], false);
        assert_eq!((&work["total"], &work["paused"]), (&json!(1), &json!(0)));
    });
}

#[test]
fn a_clock_is_met_once_its_duty_is_done_and_stands_still_in_a_pause() {
    on_both(|app| {
        let lead = app.lead_of(OWN);
        let olga = As::User("olga");
        let path = format!("/api/v1/handoffs/{}", lead["handoff"].as_str().unwrap());
        app.post(&olga, &format!("{path}/accept"), &json!({})).expect(200);
        let now = app.runtime.block_on(app.engine.now()).unwrap();
        let until = now.plus(model::Seconds::new(3_600));
        let pause = json!({ "reason": "asked to wait", "until": until });
        app.post(&olga, &format!("{path}/pause"), &pause).expect(200);
        let one = format!("/api/v1/work/{}", lead["handoff"].as_str().unwrap());
        let item = app.get(&olga, &one).expect(200).body;
        let clocks = item["clocks"].as_array().unwrap();
        assert_eq!(clocks[0]["met"], true);
        assert_eq!((&clocks[1]["met"], &clocks[1]["paused"]), (&json!(false), &json!(true)));
        assert_eq!(clocks[1]["resumes_at"], until.to_string());
        let work = app.get(&olga, "/api/v1/work").expect(200).body;
        assert_eq!(work["paused"], 1);
    });
}

#[test]
fn everybody_sees_the_work_within_reach() {
    on_both(|app| {
        for rep in [OWN, TEAM, OTHER] {
            app.lead_of(rep);
        }
        let team = |who| app.get(&As::User(who), "/api/v1/work?scope=team").expect(200).body;
        assert_eq!(owners(&team("olga")), ["olga"]);
        assert_eq!(owners(&team("svenja")), ["olga", "piet"]);
        assert_eq!(owners(&team("admin")), ["amos", "olga", "piet"]);
        let mine = app.get(&As::User("svenja"), "/api/v1/work?scope=mine").expect(200).body;
        assert_eq!(mine["total"], 0);
        let few = app.get(&As::User("admin"), "/api/v1/work?limit=2").expect(200).body;
        assert_eq!((few["items"].as_array().unwrap().len(), &few["total"]), (2, &json!(3)));
        app.get(&As::User("admin"), "/api/v1/work?limit=0").expect(422);
        app.get(&As::User("admin"), "/api/v1/work?scope=all").expect(422);
    });
}

#[test]
fn the_context_says_what_to_do_first_and_where_the_points_come_from() {
    on_both(|app| {
        let lead = app.lead_of(OWN);
        let path = format!("/api/v1/handoffs/{}/context", lead["handoff"].as_str().unwrap());
        let olga = As::User("olga");
        let context = app.get(&olga, &path).expect(200).body;
        assert_eq!(context["source"], "Product - Voice");
        assert_eq!(context["behaviours"][0]["kind"], "demo_request");
        assert_eq!(context["score"]["groups"][1]["rules"][0]["name"], "intent");
        let opener = context["opener"].as_str().unwrap();
        assert!(opener.contains("the demo request"), "{opener}");
        let spanish = app.get(&olga, &format!("{path}?language=es")).expect(200).body;
        assert_ne!(spanish["opener"], context["opener"]);
        app.get(&olga, &format!("{path}?language=xx")).expect(422);
    });
}

#[test]
fn reasons_to_reject_come_from_the_policy() {
    on_both(|app| {
        let page = app.get(&As::User("olga"), "/api/v1/reject-reasons").expect(200).body;
        let reasons = page["items"].as_array().unwrap();
        let expected =
            json!({ "key": "wrong_persona", "label": "Wrong persona", "note_required": false });
        assert_eq!(reasons[0], expected);
        let other = reasons.iter().find(|it| it["key"] == "other").unwrap();
        assert_eq!(other["note_required"], true);
    });
}
