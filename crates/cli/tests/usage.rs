//! The command line itself.

use crate::binary::baton;

#[test]
fn wrong_usage_ends_with_code_2_and_says_what_was_meant() {
    let run = baton(&["calender"]);
    assert_eq!(run.code, Some(2));
    assert!(run.stderr.contains("'calendar'"), "{run:?}");
    assert_eq!(run.stdout, "");
    assert_eq!(baton(&[]).code, Some(2));
}

#[test]
fn help_explains_the_exit_codes() {
    let run = baton(&["--help"]);
    assert_eq!(run.code, Some(0));
    assert!(run.stdout.contains("Exit codes: 0 done, 1 a check failed, 2 wrong usage"), "{run:?}");
}
