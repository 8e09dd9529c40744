//! `baton simulate`.

use serde_json::Value;

use crate::binary::baton;

#[test]
fn seeds_are_run_summed_and_the_same_each_time() {
    let run = || {
        let args =
            ["simulate", "--seeds", "6", "--leads", "10", "--hours", "3", "--format", "json"];
        let run = baton(&args);
        assert_eq!(run.code, Some(0), "{run:?}");
        serde_json::from_str::<Value>(&run.stdout).unwrap()
    };
    let (first, again) = (run(), run());
    assert_eq!((&first["seeds"], &first["failed"]), (&6.into(), &Value::Null));
    assert_eq!(first["trace"], again["trace"]);
    assert_eq!(first["events"], again["events"]);
}

#[test]
fn a_real_database_says_the_same_as_the_model() {
    let run = baton(&["simulate", "--seeds", "4", "--sqlite", "--format", "json"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    let summary: Value = serde_json::from_str(&run.stdout).unwrap();
    assert!(1_000 < summary["rows_compared"].as_u64().unwrap(), "{summary}");
}
