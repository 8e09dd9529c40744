//! `baton user` and `baton key`.

use serde_json::Value;
use store::testing::TestDatabase;

use crate::binary::{Run, baton_told as baton};
use crate::scene;

fn add(database: &TestDatabase, email: &str, role: &str) -> Run {
    baton(database, "correct horse", &["user", "add", email, "--role", role])
}

#[test]
fn users_are_added_listed_and_disabled_but_never_the_last_admin() {
    scene::on_both(0, |database| {
        assert_eq!(add(database, "Ada@Example.org", "admin").code, Some(0));
        assert_eq!(add(database, "bo@example.org", "auditor").code, Some(0));
        let again = add(database, "ada@example.org", "rep");
        assert_eq!(again.code, Some(2), "{again:?}");
        let list = baton(database, "", &["user", "list", "--format", "json"]);
        let users: Value = serde_json::from_str(&list.stdout).unwrap();
        assert_eq!(users[0]["email"], "ada@example.org", "{users}");
        assert_eq!(users[1]["role"], "auditor", "{users}");
        assert!(!list.stdout.contains("argon2"), "{list:?}");

        let last = baton(database, "", &["user", "disable", "ada@example.org"]);
        assert_eq!(last.code, Some(2), "{last:?}");
        assert!(last.stderr.contains("last admin"), "{last:?}");
        let ghost = ["user", "add", "cy@example.org", "--role", "rep", "--rep", "tilda"];
        let ghost = baton(database, "correct horse", &ghost);
        assert_eq!(ghost.code, Some(2), "{ghost:?}");
        assert!(ghost.stderr.contains("no rep `tilda`; `tilde` may be meant"), "{ghost:?}");
        let other = baton(database, "", &["user", "disable", "bo@example.org"]);
        assert_eq!(other.code, Some(0), "{other:?}");
        let list = baton(database, "", &["user", "list"]);
        assert!(list.stdout.contains("disabled"), "{list:?}");
        let of_them = ["key", "create", "--name", "x", "--user", "bo@example.org"];
        let key = baton(database, "", &[&of_them[..], &["--scope", "reports:read"]].concat());
        assert_eq!(key.code, Some(2), "{key:?}");
        assert!(key.stderr.contains("cannot sign in any more"), "{key:?}");
        let run = crate::binary::baton(&["verify", "--database", &database.address()]);
        assert!(run.stdout.contains("audit chain 1023"), "nothing was audited: {run:?}");
        assert_eq!(run.code, Some(0), "{run:?}");
    });
}

#[test]
fn a_password_is_never_taken_from_the_command_line_or_too_short() {
    let database = TestDatabase::sqlite();
    scene::fill(&database, 0);
    let arguments = ["user", "add", "ada@example.org", "--role", "admin"];
    let short = baton(&database, "short", &arguments);
    assert_eq!(short.code, Some(2), "{short:?}");
    assert!(short.stderr.contains("at least 10"), "{short:?}");
    let shown = baton(&database, "", &[&arguments[..], &["--password", "correct horse"]].concat());
    assert_eq!(shown.code, Some(2), "{shown:?}");
    assert_eq!(add(&database, "ada@example.org", "admin").code, Some(0));
    let changed = baton(&database, "another horse", &["user", "password", "ada@example.org"]);
    assert_eq!(changed.code, Some(0), "{changed:?}");
    let unknown = baton(&database, "another horse", &["user", "password", "eve@example.org"]);
    assert_eq!(unknown.code, Some(2), "{unknown:?}");
    assert!(unknown.stderr.contains("there is no user `eve@example.org`"), "{unknown:?}");
}

#[test]
fn the_secret_of_a_key_is_alone_on_standard_output_and_shown_once() {
    scene::on_both(0, |database| {
        assert_eq!(add(database, "ada@example.org", "admin").code, Some(0));
        let arguments = [
            "key",
            "create",
            "--name",
            "web form",
            "--user",
            "ada@example.org",
            "--scope",
            "leads:write",
        ];
        let made = baton(database, "", &arguments);
        assert_eq!(made.code, Some(0), "{made:?}");
        let secret = made.stdout.trim();
        assert!(secret.starts_with("baton_") && !secret.contains(' '), "{made:?}");
        let list = baton(database, "", &["key", "list", "--format", "json"]);
        assert!(!list.stdout.contains(secret), "{list:?}");
        let keys: Value = serde_json::from_str(&list.stdout).unwrap();
        let id = keys[0]["id"].as_str().unwrap();
        assert!(keys[0]["revoked_at"].is_null(), "{keys}");
        assert_eq!(baton(database, "", &["key", "revoke", id]).code, Some(0));
        let list = baton(database, "", &["key", "list"]);
        assert!(list.stdout.contains("revoked "), "{list:?}");
        let wrong = baton(database, "", &[&arguments[..7], &["everything"]].concat());
        assert_eq!(wrong.code, Some(2), "{wrong:?}");
        assert!(wrong.stderr.contains("no such scope"), "{wrong:?}");
    });
}
