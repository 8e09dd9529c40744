//! `baton pool check`.

use crate::binary::{Run, baton, fixture, golden_cases_pass};

fn check(name: &str) -> Run {
    baton(&["pool", "check", &fixture(&format!("pool/{name}"))])
}

#[test]
fn rotation_cases_that_pass_print_the_count_alone() {
    let run = check("passing.json");
    assert_eq!(run.stdout, "2 passed, 0 failed\n", "{run:?}");
    assert_eq!(run.code, Some(0));
}

#[test]
fn a_wrong_pick_and_malformed_cases_each_fail_with_one_line() {
    let run = check("wrong.json");
    let lines: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(lines[0], "FAIL w1: pick 2: expected `ada`, got `kim`");
    assert_eq!(lines[1], "FAIL w2: malformed: the weight of `ada` is 0");
    assert!(lines[2].starts_with("FAIL w3: malformed: "), "{}", lines[2]);
    assert_eq!(lines[3], "1 passed, 3 failed");
    assert_eq!(run.code, Some(1));
}

#[test]
fn a_rotation_file_that_is_not_there_is_one_readable_line() {
    let run = check("absent.json");
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.starts_with("error: cannot read "), "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 1);
}

#[test]
fn the_golden_rotations_pass() {
    golden_cases_pass("pool", "rotation.json");
}
