//! `baton decide`.

use serde_json::Value;

use crate::binary::{Run, baton, fixture};

const AT: &str = "2026-11-20T15:00:00Z";

fn decide(lead: &str, more: &[&str]) -> Run {
    let examples = format!("{}/../../examples", env!("CARGO_MANIFEST_DIR"));
    let policy = format!("{examples}/policies/default.yaml");
    let roster = format!("{examples}/rosters/three_offices.yaml");
    let lead = fixture(&format!("decide/{lead}"));
    let mut arguments = vec!["decide", "--policy", &policy, "--roster", &roster];
    arguments.extend(["--lead", &lead, "--at", AT]);
    arguments.extend(more);
    baton(&arguments)
}

#[test]
fn a_lead_is_assigned_with_every_rep_of_the_pool_in_the_trace() {
    let run = decide("lead.json", &[]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let decision: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(decision["format"], "decision/1");
    assert_eq!(decision["outcome"]["kind"], "assigned");
    assert_eq!(decision["tier"], 1);
    let steps = decision["trace"].as_array().unwrap();
    let target = steps.iter().find(|it| it["step"] == "target").unwrap();
    let reps = target["reps"].as_array().unwrap();
    assert!(reps.iter().all(|it| it["code"].as_str().is_some_and(|it| it.starts_with('D'))));
    let chosen: Vec<&Value> = reps.iter().filter(|it| it["is"] == "chosen").collect();
    assert_eq!(chosen.len(), 1);
    assert_eq!(chosen[0]["rep"], decision["outcome"]["rep"]);
    assert_eq!(decide("lead.json", &[]).stdout, run.stdout, "the same bytes again");
}

#[test]
fn in_words_it_says_who_and_why() {
    let run = decide("lead.json", &["--text"]);
    assert!(run.stdout.starts_with("assigned to "), "{run:?}");
    assert!(run.stdout.contains("rule `enterprise_tech` holds"), "{}", run.stdout);
}

#[test]
fn another_rep_learns_what_stood_in_its_way() {
    let run = decide("lead.json", &["--why-not", "jonas", "--text"]);
    assert!(run.stdout.contains("it is working time for the rep"), "{run:?}");
    let run = decide("lead.json", &["--why-not", "nobody"]);
    assert_eq!(run.code, Some(2));
    assert_eq!(run.stderr, "error: `nobody` is not on the roster\n");
}

#[test]
fn a_lead_that_breaks_the_contract_is_not_decided_on() {
    let run = decide("incomplete.json", &[]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let document: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(document["format"], "quarantine/1");
    assert!(!document["faults"].as_array().unwrap().is_empty());
}

#[test]
fn in_words_a_lead_that_breaks_the_contract_has_a_line_for_each_fault() {
    let run = decide("incomplete.json", &["--text"]);
    assert_eq!(run.code, Some(1), "{run:?}");
    let mut lines = run.stdout.lines();
    assert_eq!(lines.next(), Some("quarantined: the lead does not satisfy the contract"));
    assert!(lines.all(|it| it.starts_with("  I0")), "{}", run.stdout);
}

#[test]
fn a_roster_without_the_people_of_the_policy_is_told_beside_the_decision() {
    let examples = format!("{}/../../examples", env!("CARGO_MANIFEST_DIR"));
    let policy = format!("{examples}/policies/default.yaml");
    let (roster, lead) = (fixture("decide/stranger.yaml"), fixture("decide/lead.json"));
    let run =
        baton(&["decide", "--policy", &policy, "--roster", &roster, "--lead", &lead, "--at", AT]);
    assert_eq!(run.code, Some(0), "{run:?}");
    assert!(run.stderr.contains("the roster has no rep `nadia`"), "{}", run.stderr);
    let decision: Value = serde_json::from_str(&run.stdout).unwrap();
    assert_eq!(decision["outcome"]["kind"], "queued");
}

#[test]
fn a_key_that_stands_twice_is_a_mistake_of_the_file() {
    let run = decide("twice.json", &[]);
    assert_eq!((run.code, run.stdout.as_str()), (Some(2), ""));
    assert!(run.stderr.contains("twice.json:1:33: the key `email` stands twice"), "{}", run.stderr);
}
