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
fn help_is_read_on_a_narrow_screen() {
    let all = [
        "",
        "import",
        "import leads",
        "import handoffs",
        "import outcomes",
        "policy apply",
        "policy test",
        "decide",
        "demo",
        "serve",
        "report",
        "user add",
        "key create",
    ];
    for command in all {
        let run =
            baton(&[&command.split_whitespace().collect::<Vec<_>>()[..], &["--help"]].concat());
        assert_eq!(run.code, Some(0), "{command}: {run:?}");
        let long: Vec<_> = run.stdout.lines().filter(|it| 100 < it.chars().count()).collect();
        assert!(long.is_empty(), "{command}: {long:?}");
    }
}

#[test]
fn a_demo_whose_address_is_taken_makes_nothing() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("demo");
    let run = baton(&["demo", "--listen", &address, "--data", data.to_str().unwrap()]);
    assert_eq!(run.code, Some(2), "{run:?}");
    assert!(run.stderr.contains(&format!("cannot listen on {address}")), "{run:?}");
    assert!(!data.exists());
}

#[test]
fn help_explains_the_exit_codes() {
    let run = baton(&["--help"]);
    assert_eq!(run.code, Some(0));
    assert!(run.stdout.contains("Exit codes: 0 done, 1 a check failed, 2 wrong usage"), "{run:?}");
}
