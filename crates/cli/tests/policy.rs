//! `baton policy` and `baton explain`.

use std::path::{Path, PathBuf};

use crate::binary::{Run, baton};

fn example(name: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples");
    folder.join(name).display().to_string()
}

/// A file of its own for one test, with `text`.
fn file(name: &str, text: &str) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("policy");
    std::fs::create_dir_all(&folder).unwrap();
    let path = folder.join(name);
    std::fs::write(&path, text).unwrap();
    path
}

fn policy(action: &str, path: &Path, more: &[&str]) -> Run {
    let path = path.display().to_string();
    baton(&[&["policy", action, &path], more].concat())
}

#[test]
fn a_sound_policy_passes_with_its_warnings_on_stderr() {
    let run = baton(&["policy", "check", &example("policies/reference.yaml")]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert_eq!(run.stdout, "");
    assert_eq!(run.stderr.matches("warning[P0306]").count(), 2);
    assert!(run.stderr.ends_with("reference.yaml: 2 warnings\n"), "{}", run.stderr);
}

#[test]
fn only_the_tables_that_a_policy_names_are_read_beside_it() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    let text = std::fs::read_to_string(example("policies/default.yaml")).unwrap();
    let table = "\ntables:\n  desks: { file: desks.csv, keys: [country], columns: [desk] }\n";
    assert!(text.contains("\ntables:\n"));
    std::fs::write(at("policy.yaml"), text.replace("\ntables:\n", table)).unwrap();
    // A list of leads in another encoding would not pass for a table.
    std::fs::write(at("leads.csv"), b"name\nJos\xe9\n").unwrap();
    std::fs::write(at("desks.csv"), "country,desk\nDE,berlin\n").unwrap();
    for path in [at("policy.yaml"), folder.path().to_owned()] {
        let run = policy("check", &path, &[]);
        assert_eq!(run.code, Some(0), "{run:?}");
    }
    // The table that is named is really read, and must be there.
    std::fs::write(at("desks.csv"), "country,office\nDE,berlin\n").unwrap();
    let run = policy("check", &at("policy.yaml"), &[]);
    assert!(run.code == Some(1) && run.stderr.contains("P0131"), "{run:?}");
    std::fs::remove_file(at("desks.csv")).unwrap();
    let run = policy("check", &at("policy.yaml"), &[]);
    assert!(run.code == Some(1) && run.stderr.contains("P0132"), "{run:?}");
}

#[test]
fn every_mistake_is_reported_with_its_place_and_the_exit_code_is_1() {
    let text = std::fs::read_to_string(example("policies/default.yaml")).unwrap();
    let broken = text
        .replace("pool: high_value }", "pool: hi_value }")
        .replace("segment == \"enterprise\" and industry", "segmnt == \"enterprise\" and industry");
    let path = file("broken.yaml", &broken);
    let run = policy("check", &path, &[]);
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("error[P0120]: there is no pool `hi_value`"), "{}", run.stderr);
    assert!(run.stderr.contains("did you mean `segment`?"), "{}", run.stderr);
    let json = policy("check", &path, &["--format", "json"]);
    let report: serde_json::Value = serde_json::from_str(&json.stdout).unwrap();
    assert_eq!((json.code, &report["ok"]), (Some(1), &serde_json::json!(false)));
    let found = report["findings"].as_array().unwrap();
    let unknown = found.iter().find(|it| it["code"] == "P0120").unwrap();
    assert!(unknown["line"].as_u64().unwrap() > 200, "{unknown}");
}

#[test]
fn a_roster_is_checked_beside_its_policy() {
    let roster = example("rosters/three_offices.yaml");
    let policy = example("policies/default.yaml");
    let run = baton(&["policy", "check", &policy, "--roster", &roster]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stderr.contains("hint[P0333]"), "{}", run.stderr);
    let people = file("nobody.yaml", "schema: 1\nreps: { ana: {} }\n").display().to_string();
    let run = baton(&["policy", "check", &policy, "--roster", &people]);
    assert_eq!(run.code, Some(1));
    assert!(run.stderr.contains("error[P0331]: the roster has no rep `nadia`"), "{}", run.stderr);
}

#[test]
fn literate_tests_beside_the_examples_pass() {
    for (name, count) in [("reference", 14), ("default", 4)] {
        let run = baton(&["policy", "test", &example(&format!("policies/{name}.yaml"))]);
        assert_eq!(run.last_line(), format!("{count} passed, 0 failed"), "{run:?}");
        assert_eq!(run.code, Some(0));
    }
}

#[test]
fn an_expectation_that_is_not_met_is_underlined_and_fails() {
    let tests = "## Competitors\n```lead\nat: 2026-11-20T15:00:00Z\nfields: { email: a@rivaltel.example, \
                 handoff_reason: x }\nconsent: { contact: true }\n```\n```expect\noutcome: nurture\n```\n";
    let tests = file("wrong.tests.md", tests).display().to_string();
    let run = baton(&["policy", "test", &example("policies/default.yaml"), "--tests", &tests]);
    assert_eq!((run.code, run.last_line()), (Some(1), "0 passed, 1 failed"));
    assert!(run.stderr.contains("the decision says `disqualified`"), "{}", run.stderr);
}

#[test]
fn a_roster_that_the_tests_name_and_that_is_not_there_is_underlined() {
    let tests = "```roster absent.yaml\n```\n```lead\nat: 2026-11-20T15:00:00Z\nfields: {}\n```\n\
                 ```expect\noutcome: quarantined\n```\n";
    let tests = file("rosterless.tests.md", tests).display().to_string();
    let run = baton(&["policy", "test", &example("policies/default.yaml"), "--tests", &tests]);
    assert_eq!((run.code, run.last_line()), (Some(1), "1 passed, 1 failed"));
    assert!(run.stderr.contains("rosterless.tests.md:1:1"), "{}", run.stderr);
}

#[test]
fn tests_without_a_test_do_not_pass() {
    let tests = file("none.tests.md", "# Later\n").display().to_string();
    let run = baton(&["policy", "test", &example("policies/default.yaml"), "--tests", &tests]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.starts_with("error: there are no tests"), "{}", run.stderr);
}

#[test]
fn differences_are_told_rule_by_rule() {
    let (old, new) = (example("policies/reference.yaml"), example("policies/default.yaml"));
    let run = baton(&["policy", "diff", &old, &new]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.contains("  added    tiers.tier_3.escalation\n             + standard\n"));
    assert_eq!(baton(&["policy", "diff", &old, &old]).stdout, "no difference in meaning\n");
    let json = baton(&["policy", "diff", &old, &new, "--format", "json"]).stdout;
    let found: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!(found[0]["path"], "name");
}

#[test]
fn a_summary_names_rules_and_targets() {
    let run = baton(&["policy", "show", &example("policies/default.yaml")]);
    assert!(run.stdout.contains("to pool senior_ae (only rep.load < 80)"), "{}", run.stdout);
    assert!(run.stdout.contains("fallback: pool everyone, then queue triage"), "{}", run.stdout);
}

#[test]
fn formatting_keeps_the_meaning_and_is_stable() {
    let text = std::fs::read_to_string(example("policies/default.yaml")).unwrap();
    let path = file("format.yaml", &text);
    assert_eq!(policy("fmt", &path, &[]).code, Some(0));
    assert_eq!(policy("fmt", &path, &["--check"]).code, Some(0));
    let old = example("policies/default.yaml");
    let run = baton(&["policy", "diff", &old, &path.display().to_string()]);
    assert_eq!(run.stdout, "no difference in meaning\n");
}

#[test]
fn codes_are_explained_and_near_ones_offered() {
    let run = baton(&["explain", "p0306"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stdout.starts_with("P0306: time to acknowledge"), "{}", run.stdout);
    let run = baton(&["explain", "P036"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("did you mean `P03"), "{}", run.stderr);
}

#[test]
fn a_path_that_is_not_there_is_one_readable_line() {
    let run = baton(&["policy", "check", "absent.yaml"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.starts_with("error: cannot read absent.yaml: "), "{}", run.stderr);
}

#[test]
fn every_example_lead_is_decided_on() {
    for (lead, outcome) in [
        ("demo_request", "assigned"),
        ("contact_sales", "self_service"),
        ("fast_track", "assigned"),
        ("competitor", "disqualified"),
    ] {
        let run = baton(&[
            "decide",
            "--policy",
            &example("policies/default.yaml"),
            "--roster",
            &example("rosters/three_offices.yaml"),
            "--lead",
            &example(&format!("leads/{lead}.json")),
            "--at",
            "2026-11-20T15:00:00Z",
        ]);
        assert_eq!(run.code, Some(0), "{run:?}");
        let decision: serde_json::Value = serde_json::from_str(&run.stdout).unwrap();
        let said = decision["outcome"].to_string();
        assert!(said.contains(&format!("\"{outcome}\"")), "{lead}: {decision:#}");
    }
}

#[test]
fn the_examples_are_laid_out_as_the_formatter_does() {
    for file in [
        "policies/default.yaml",
        "policies/reference.yaml",
        "rosters/three_offices.yaml",
        "demo/policy.yaml",
        "imports/olist/policy.yaml",
        "imports/x_education/policy.yaml",
    ] {
        let run = baton(&["policy", "fmt", "--check", &example(file)]);
        assert_eq!((run.code, run.stdout.as_str()), (Some(0), ""), "{file}");
    }
}

#[test]
fn a_lead_block_that_is_no_submission_fails_where_it_stands() {
    let tests = "## Broken\n```lead\nat: 2026-11-20T15:00:00Z\nactivities: [{ kind: visit, at: \
                 2026-11-20T15:00:00Z }]\nquiz_score: -5000000000\n```\n```expect\noutcome: nurture\n```\n";
    let tests = tests.replace("kind: visit", "kind: vis.it");
    let tests = file("shape.tests.md", &tests).display().to_string();
    let run = baton(&["policy", "test", &example("policies/default.yaml"), "--tests", &tests]);
    assert_eq!((run.code, run.last_line()), (Some(1), "0 passed, 1 failed"), "{run:?}");
    assert!(run.stderr.contains("error[P0403]"), "{}", run.stderr);
    assert!(run.stderr.contains("shape.tests.md:2:1"), "{}", run.stderr);
}
