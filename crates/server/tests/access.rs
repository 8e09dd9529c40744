//! Every route against everybody: what the table does not grant is refused, and what one may not
//! see does not exist.

use engine::access::{Action, GRANTS, Reach, Role};
use serde_json::{Value, json};
use server::routes::{Need, table};

use crate::app::{As, OTHER, OWN, TEAM, TestApp, on_both};

/// Whose the thing is that the path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Whose {
    Own,
    Team,
    Other,
    Absent,
}

const WHOSE: [Whose; 4] = [Whose::Own, Whose::Team, Whose::Other, Whose::Absent];

struct Scene {
    leads: Vec<Value>,
    quarantine: String,
    user: String,
}

/// One route of the table.
struct Route {
    method: String,
    path: String,
    need: Need,
}

fn routes() -> Vec<Route> {
    let mut all = Vec::new();
    for entry in table() {
        let paths = serde_json::to_value(&entry.router.1).unwrap();
        for (path, item) in paths.as_object().unwrap() {
            for method in item.as_object().unwrap().keys() {
                let (method, path) = (method.to_uppercase(), path.clone());
                all.push(Route { method, path, need: entry.need });
            }
        }
    }
    all
}

fn scene(app: &TestApp) -> Scene {
    let mut leads: Vec<Value> = [OWN, TEAM, OTHER].iter().map(|it| app.lead_of(it)).collect();
    let absent = json!({ "lead": "lead_0000000000000", "handoff": "handoff_0000000000000" });
    leads.push(absent);
    let admin = As::User("admin");
    let bad = app.post(&admin, "/api/v1/leads", &json!({ "fields": { "company": "x" } }));
    let quarantine = bad.expect(422).body["state"]["quarantine"].as_str().unwrap().to_owned();
    let users = app.get(&admin, "/api/v1/users").expect(200).body;
    let user = users["items"].as_array().unwrap().iter().find(|it| it["name"] == "rae").unwrap();
    Scene { leads, quarantine, user: user["id"].as_str().unwrap().to_owned() }
}

/// The path with what `whose` has, and whether that is something whose owner counts.
fn fill(scene: &Scene, route: &Route, whose: Whose) -> (String, bool) {
    let at = WHOSE.iter().position(|it| *it == whose).unwrap();
    let rep = [OWN, TEAM, OTHER, "nobody"][at];
    let text = |key: &str| scene.leads[at][key].as_str().unwrap_or_default().to_owned();
    let owned = route.path.contains("{lead}")
        || route.path.contains("{handoff}")
        || (route.path.contains("{rep}") && route.method == "PUT");
    let why_not = route.path.ends_with("/why-not/{rep}");
    let path = route
        .path
        .replace("{lead}", &text("lead"))
        .replace("{handoff}", &text("handoff"))
        .replace("{rep}", if why_not { "tilde" } else { rep })
        .replace("{queue}", "triage")
        .replace("{pool}", "emea")
        .replace("{submission}", &scene.quarantine)
        .replace("{user}", &scene.user)
        .replace("{key}", "key_0000000000000")
        .replace("{hash}", "none")
        .replace("{from}", "2030-01-01T00:00:00Z");
    (path, owned)
}

/// A body that is read without complaint but changes nothing: a stale version, a wrong value.
fn body(route: &Route, path: &str) -> Value {
    let stale = 999_999;
    let last = route.path.rsplit('/').next().unwrap();
    match (route.method.as_str(), last) {
        ("GET" | "DELETE", _) => Value::Null,
        (_, "accept" | "recycle" | "resume" | "undo") => json!({ "version": stale }),
        (_, "reject") => json!({ "version": stale, "reason": "no_budget" }),
        (_, "touch") => json!({ "version": stale, "kind": "meeting" }),
        (_, "dispose") => json!({ "version": stale, "verdict": "submitted" }),
        (_, "reassign") => json!({ "version": stale, "to_rep": TEAM }),
        (_, "pause") => {
            json!({ "version": stale, "reason": "x", "until": "2030-01-01T00:00:00Z" })
        }
        (_, "presence") => json!({ "present": true }),
        (_, "preferences") => json!({}),
        (_, "activities") => json!({ "kind": "" }),
        (_, "absences") => {
            json!({ "from": "2020-01-01T00:00:00Z", "to": "2020-01-02T00:00:00Z" })
        }
        (_, "take" | "unmerge") => json!({}),
        // Into itself.
        (_, "merge") => json!({ "into": path.rsplit('/').nth(1) }),
        (_, "check") => json!({ "files": [] }),
        _ => json!({ "no_such_key": 1 }),
    }
}

fn identities(app: &TestApp, action: Action) -> Vec<(As, Reach)> {
    let row = GRANTS.iter().find(|it| it.0 == action).unwrap();
    let mut all: Vec<(As, Reach)> = ["olga", "svenja", "rae", "admin", "auditor"]
        .map(As::User)
        .into_iter()
        .zip(row.1)
        .collect();
    let scope = row.2;
    let other = if scope == Some("roster:read") { "reports:read" } else { "roster:read" };
    all.push((app.key(&[other]), Reach::Nothing));
    if let Some(scope) = scope {
        all.push((app.key(&[scope]), Reach::Workspace));
    }
    all
}

fn sees(reach: Reach, whose: Whose) -> bool {
    match whose {
        Whose::Own => reach != Reach::Nothing,
        Whose::Team => matches!(reach, Reach::Team | Reach::Workspace),
        Whose::Other => reach == Reach::Workspace,
        Whose::Absent => false,
    }
}

fn is_public(path: &str, whose: Whose) -> bool {
    whose != Whose::Absent && ["/reps/", "/queues/"].iter().any(|it| path.contains(it))
}

#[test]
fn everybody_gets_what_the_table_grants_on_every_route_and_nothing_else() {
    on_both(|app| {
        let scene = scene(app);
        let mut cells = 0;
        let mut wrong = Vec::new();
        for route in routes() {
            let Need::Action(action) = route.need else { continue };
            for (who, reach) in identities(app, action) {
                for whose in WHOSE {
                    let (path, owned) = fill(&scene, &route, whose);
                    let answer = app.request(&who, &route.method, &path, &body(&route, &path));
                    cells += 1;
                    let (status, code) = (answer.status.as_u16(), answer.code().to_owned());
                    let good = match reach {
                        Reach::Nothing => (status, code.as_str()) == (403, "A0403"),
                        // Who the reps are and which queues there are is known to all.
                        _ if owned && !sees(reach, whose) => match is_public(&path, whose) {
                            true => (status, code.as_str()) == (403, "A0418"),
                            false => (status, code.as_str()) == (404, "A0404"),
                        },
                        _ if owned => {
                            status != 404 && status != 401 && !["A0403", "A0418"].contains(&&*code)
                        }
                        _ => status != 401 && code != "A0403",
                    };
                    if !good || status == 500 {
                        let route = format!("{} {path}", route.method);
                        wrong.push(format!("{route} as {who:?} on {whose:?}: {status} {code}"));
                    }
                }
            }
        }
        assert!(wrong.is_empty(), "{} of {cells} wrong:\n{}", wrong.len(), wrong.join("\n"));
        assert!(1_000 < cells, "only {cells} cells");
    });
}

#[test]
fn nobody_gets_in_without_credentials() {
    on_both(|app| {
        let scene = scene(app);
        for route in routes() {
            let (path, _) = fill(&scene, &route, Whose::Own);
            let answer = app.request(&As::Nobody, &route.method, &path, &body(&route, &path));
            match route.need {
                Need::Nobody => assert_eq!(answer.status, 200, "{path}"),
                // A request that proves nothing gets nothing.
                Need::Signature | Need::SignIn => {
                    assert!(answer.status.is_client_error(), "{path}")
                }
                Need::Action(_) => {
                    assert_eq!((answer.status.as_u16(), answer.code()), (401, "A0401"), "{path}");
                    assert!(answer.header("www-authenticate").contains("Bearer"), "{path}");
                }
            }
        }
    });
}

#[test]
fn only_health_and_the_description_are_open() {
    let open: Vec<String> =
        routes().into_iter().filter(|it| it.need == Need::Nobody).map(|it| it.path).collect();
    assert_eq!(open, ["/health/live", "/health/ready", "/openapi.json", "/api/v1/sign-in"]);
}

#[test]
fn lists_show_only_what_is_in_sight() {
    on_both(|app| {
        scene(app);
        let owners = |who: &'static str, path: &str| -> Vec<String> {
            let page = app.get(&As::User(who), path).expect(200).body;
            let items = page["items"].as_array().unwrap();
            let mut owners: Vec<String> =
                items.iter().map(|it| it["owner"].as_str().unwrap().to_owned()).collect();
            owners.sort();
            owners
        };
        for path in ["/api/v1/leads", "/api/v1/handoffs"] {
            assert_eq!(owners("olga", path), ["olga"]);
            assert_eq!(owners("svenja", path), ["olga", "piet"]);
            assert_eq!(owners("admin", path), ["amos", "olga", "piet"]);
            assert!(owners("olga", &format!("{path}?owner=amos")).is_empty());
        }
    });
}

#[test]
fn contact_data_are_hidden_from_the_auditor() {
    on_both(|app| {
        let lead = app.lead_of(OWN);
        let path = format!("/api/v1/leads/{}", lead["lead"].as_str().unwrap());
        let seen = app.get(&As::User("auditor"), &path).expect(200).body;
        assert!(!seen.to_string().contains("customer.example"), "{seen}");
        assert!(seen["masked"].as_array().unwrap().contains(&json!("email")));
        assert_eq!(seen["fields"]["employees"], json!(120.0));
        let seen = app.get(&As::User("olga"), &path).expect(200).body;
        assert_eq!(seen["fields"]["email"], "olga@customer.example");
    });
}

#[test]
fn a_key_does_not_outlive_the_rights_of_its_creator() {
    on_both(|app| {
        let admin = As::User("admin");
        let second = json!({ "email": "second@baton.example", "name": "Second", "role": "admin" });
        app.post(&admin, "/api/v1/users", &second).expect(201);
        let key = app.key(&["leads:write", "roster:write"]);
        app.get(&key, "/api/v1/leads").expect(403);
        app.post(&key, "/api/v1/leads", &crate::app::lead("a@b.example", "DE")).expect(201);
        let second = app.engine.users();
        let users = app.runtime.block_on(second).unwrap();
        let id = |name: &str| users.iter().find(|it| it.name == name).unwrap().id;
        let change =
            |role: Role| engine::users::UserChange { role: Some(role), ..Default::default() };
        let actor = engine::Actor::User(id("Second"), None);
        let demote = app.engine.change_user(actor.clone(), id("admin"), change(Role::MarketingOps));
        app.runtime.block_on(demote).unwrap();
        app.post(&key, "/api/v1/leads", &crate::app::lead("c@d.example", "DE")).expect(201);
        let presence = json!({ "present": false });
        app.request(&key, "PUT", "/api/v1/reps/olga/presence", &presence).expect(403);
        let demote = app.engine.change_user(actor, id("admin"), change(Role::Auditor));
        app.runtime.block_on(demote).unwrap();
        app.post(&key, "/api/v1/leads", &crate::app::lead("e@f.example", "DE")).expect(403);
    });
}
