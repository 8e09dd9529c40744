//! `baton calendar check`.

use crate::binary::{Run, baton, fixture, golden_cases_pass};

fn check(name: &str) -> Run {
    baton(&["calendar", "check", &fixture(&format!("calendar/{name}"))])
}

#[test]
fn a_file_whose_cases_all_pass_prints_the_count_alone() {
    let run = check("passing.json");
    assert_eq!(run.stdout, "30 passed, 0 failed\n", "{run:?}");
    assert_eq!(run.stderr, "");
    assert_eq!(run.code, Some(0));
}

#[test]
fn a_wrong_case_is_one_line_with_expected_and_got() {
    let run = check("wrong.json");
    let expected = "\
FAIL w1 due (off by one second): expected 2026-11-20T15:15:01Z, got 2026-11-20T15:15:00Z
FAIL w2 elapsed: expected 60 s, got 0.5 s
FAIL w3 next_open (two lines): expected null, got 2026-11-23T14:00:00Z
FAIL w4 due: expected 2026-11-20T15:15:00Z, got null
1 passed, 4 failed
";
    assert_eq!(run.stdout, expected);
    assert_eq!(run.code, Some(1));
}

#[test]
fn a_case_that_cannot_be_read_fails_and_the_others_still_run() {
    let run = check("malformed.json");
    let found: Vec<&str> = run.stdout.lines().collect();
    let expected = [
        "FAIL m01 due_date: field `op`: unknown op `due_date`",
        "FAIL m02 nextopen: field `op`: unknown op `nextopen`; did you mean `next_open`?",
        "FAIL m03 due: field `calendar`: unknown calendar `nyy`; did you mean `ny`?",
        "FAIL m04 due: field `start`: `2026-11-20T15:00:00` is not an instant like `2026-11-20T15:00:00Z` (RFC 3339 with an offset)",
        "FAIL m05 due: field `start` is missing",
        "FAIL m06 due: field `expect` is missing",
        "FAIL m07 due: field `duration_s`: expected whole seconds from 0 to 4294967295, found -1",
        "FAIL m08 due: field `duration_s`: expected whole seconds from 0 to 4294967295, found `900`",
        "FAIL m09 due: field `pauses[1].to` is missing",
        "FAIL m10 due: field `segments[1].from` is missing",
        "FAIL m11 due: field `clocks[0].duration_s` is missing",
        "FAIL m12 elapsed: field `clocks`: only `due` can have several clocks",
        "FAIL m13 due: fields `calendar` and `clocks` exclude each other",
        "FAIL m14 due: field `calendar` is missing (or `segments`, or `clocks`)",
        "FAIL m15 elapsed: field `expect`: expected a number of seconds, found `60`",
        "FAIL m16 due: calendar `mars` cannot be used: field `tz`: unknown time zone `Europe/Berln`; did you mean `Europe/Berlin`?",
        "FAIL m17 due: calendar `night` cannot be used: field `weekly.mon[0]`: window 22:00-06:00 does not end after it starts; write a night shift as two windows, up to 24:00 and from 00:00 of the next day",
        "FAIL m18 due: calendar `badday` cannot be used: field `holidays[0]`: `2026-02-30` is not a date (YYYY-MM-DD)",
        "FAIL m19 due: field `pauses`: expected a list, found an object",
        "FAIL cases[19] (no op): field `op` is missing",
        "FAIL cases[20]: expected an object, found 7",
        "FAIL m22 due: field `segments` is empty",
        "1 passed, 22 failed",
    ];
    assert_eq!(found, expected);
    assert!(
        run.stderr
            .contains("calendar `ny`: field `hollidays` is not used; did you mean `holidays`?")
    );
    assert_eq!(run.code, Some(1));
}

#[test]
fn a_file_that_cannot_be_read_ends_with_code_2_and_one_line() {
    for (name, message) in [
        ("no_such_file.json", "cannot read "),
        ("syntax.json", "syntax.json:3:1: "),
        ("not_an_object.json", "not_an_object.json: expected an object, found a list"),
        ("other_format.json", "field `format`: expected `business_hours/1`, found `rotation/1`"),
        ("no_cases.json", "no cases in `cases` or `tzdb_probe`"),
        ("no_calendars.json", "field `calendars` is missing"),
    ] {
        let run = check(name);
        assert_eq!(run.code, Some(2), "{name}");
        assert_eq!(run.stdout, "", "{name}");
        assert!(run.stderr.starts_with("error: ") && run.stderr.contains(message), "{run:?}");
        assert_eq!(run.stderr.lines().count(), 1, "{run:?}");
    }
}

#[test]
fn the_golden_cases_pass() {
    golden_cases_pass("calendar", "business_hours.json");
}
