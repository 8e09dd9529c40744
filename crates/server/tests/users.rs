//! Users.

use serde_json::{Value, json};

use crate::app::{As, PASSWORD, TestApp, on_both};

const ADMIN: As = As::User("admin");

fn id(app: &TestApp, name: &str) -> String {
    let users = app.get(&ADMIN, "/api/v1/users").expect(200).body;
    let user = users["items"].as_array().unwrap().iter().find(|it| it["name"] == name).cloned();
    format!("/api/v1/users/{}", user.unwrap()["id"].as_str().unwrap())
}

#[test]
fn a_user_is_added_signs_in_and_is_switched_off() {
    on_both(|app| {
        let body = json!({ "email": " New@Baton.Example", "name": "New", "role": "rep",
            "rep": "piet", "password": PASSWORD });
        let made = app.post(&ADMIN, "/api/v1/users", &body).expect(201);
        assert_eq!(made.body["email"], "new@baton.example");
        assert!(!made.body.to_string().contains("argon2"), "{}", made.body);
        app.get(&As::User("new"), "/api/v1/reps").expect(200);
        assert_eq!(app.post(&ADMIN, "/api/v1/users", &body).expect(409).code(), "A0605");
        let path = made.header("location").to_owned();
        let off = json!({ "active": false, "rep": null });
        let user = app.request(&ADMIN, "PATCH", &path, &off).expect(200).body;
        assert_eq!((&user["active"], &user["rep"]), (&json!(false), &Value::Null));
        app.get(&As::User("new"), "/api/v1/reps").expect(401);
        let again = app.get(&ADMIN, &path).expect(200).body;
        assert_eq!(again, user);
    });
}

#[test]
fn short_passwords_wrong_addresses_and_unknown_roles_are_refused() {
    on_both(|app| {
        let good = json!({ "email": "x@y.example", "name": "X", "role": "rep" });
        for (key, value) in
            [("password", "short"), ("email", "no address"), ("role", "boss"), ("rep", "A B")]
        {
            let mut body = good.clone();
            body[key] = json!(value);
            let answer = app.post(&ADMIN, "/api/v1/users", &body).expect(422);
            assert_eq!(answer.body["fields"][0]["loc"], key);
        }
    });
}

#[test]
fn the_last_admin_stays_and_nobody_changes_their_own_role() {
    on_both(|app| {
        let own = id(app, "admin");
        let answer = app.request(&ADMIN, "PATCH", &own, &json!({ "role": "rep" })).expect(403);
        assert_eq!(answer.code(), "A0607");
        let body = json!({ "email": "second@baton.example", "name": "Second", "role": "admin",
            "password": PASSWORD });
        app.post(&ADMIN, "/api/v1/users", &body).expect(201);
        let second = As::User("second");
        app.request(&second, "PATCH", &own, &json!({ "active": false })).expect(200);
        app.get(&ADMIN, "/api/v1/users").expect(401);
        let users = app.get(&second, "/api/v1/users").expect(200).body;
        assert_eq!(users["items"].as_array().unwrap().len(), 6);
    });
}
