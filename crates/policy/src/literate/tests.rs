#![allow(clippy::unwrap_used, reason = "test code")]

use expect_test::expect;

use super::*;
use crate::shown::shown_all;

const TEXT: &str = "\
# Full reps
Ana is full, ünd so on.

```roster
schema: 1
reps: { ana: { capacity: { open: 5 }, state: { open: 5 } }, bo: {} }
```
```lead
at: 2026-11-20T15:00:00Z
fields: { email: kim@acme.example, employees: 40, tags: [a, b], note: \"7\" }
consent: { contact: true }
```
```expect
owner: bo
tier: none
due: { touch: 2026-11-20T15:15:00Z }
passed_over: { ana: D0131 }
```

## The next one
```lead
at: 2026-11-20T16:00:00Z
```
```expect
outcome: nurture
```
```lead
at: 2026-11-20T16:00:00Z
```
```expect
faults: [I0302, I0303]
```
";

#[test]
fn blocks_become_cases() {
    let (tests, found) = read(&Sources::single("a.tests.md", TEXT), &Rosters::new());
    assert_eq!(found, []);
    let [first, second, third] = tests.cases.as_slice() else { panic!("{tests:?}") };
    assert_eq!((first.title.as_str(), first.roster, first.fresh), ("Full reps", Some(0), true));
    assert_eq!(
        (second.title.as_str(), second.roster, second.fresh),
        ("The next one", Some(0), true)
    );
    assert!(!third.fresh);
    assert_eq!(tests.rosters[0].1[0].open, 5);
    let fields = &first.lead["fields"];
    assert_eq!(fields["employees"], 40.0);
    assert_eq!(fields["note"], "7");
    assert_eq!(first.lead["consent"]["contact"], true);
    let keys: Vec<&str> = first.expect.iter().map(|it| it.key.as_str()).collect();
    assert_eq!(keys, ["owner", "tier", "due.touch", "passed_over.ana"]);
    assert_eq!(third.expect[0].value, "I0302, I0303");
}

#[test]
fn unmet_expectations_are_underlined_in_the_file() {
    let sources = Sources::single("a.tests.md", TEXT);
    let case = &read(&sources, &Rosters::new()).0.cases[0];
    let mut answers = Answers::from([
        ("owner".to_owned(), "ana".to_owned()),
        ("due.touch".to_owned(), "2026-11-20T15:15:00Z".to_owned()),
    ]);
    expect![[r#"
        P0402 14:8 Full reps: `owner` is not as expected
          > "bo" the decision says `ana`
          & "```lead" the lead
        P0402 17:21 Full reps: `passed_over.ana` is not as expected
          > "D0131" the decision says `none`
          & "```lead" the lead
    "#]]
    .assert_eq(&shown_all(&sources, &compare(case, &answers)));
    answers.insert("owner".to_owned(), "bo".to_owned());
    answers.insert("passed_over.ana".to_owned(), "D0131".to_owned());
    assert_eq!(compare(case, &answers), []);
}

#[test]
fn mistakes_in_blocks_have_their_place_in_the_file() {
    let text = TEXT
        .replace("capacity: { open: 5 }", "capazity: 5")
        .replace("owner: bo", "owner: Bo\nowned: bo")
        .replace("```expect\noutcome: nurture\n```\n", "")
        + "```expect\ntier: 1\n```\n";
    let sources = Sources::single("a.tests.md", text);
    expect![[r#"
        P0104 6:16 a rep has no key `capazity`
          > "capazity"
          = did you mean `capacity`?
          fix "capazity" -> "capacity"
        P0109 14:8 `Bo` is not a name
          > "Bo"
          = use 1 to 64 lower-case letters, digits, `_`, `-` or `.`
        P0104 15:1 an expectation has no key `owned`
          > "owned"
          = did you mean `owner`?
          fix "owned" -> "owner"
        P0401 22:1 nothing is expected of this lead
          > "```lead"
          = put an `expect` block after it
        P0401 31:1 nothing to expect of
          > "```expect"
          = put a `lead` block before it
    "#]]
    .assert_eq(&shown_all(&sources, &read(&sources, &Rosters::new()).1));
}

#[test]
fn a_roster_may_lie_in_a_file_of_its_own() {
    let text = "```roster ../team one.yaml\n```\n```lead\nat: 2026-11-20T15:00:00Z\n```\n\
                ```expect\nowner: ana\n```\n";
    assert_eq!(Vec::from_iter(roster_files(text)), ["../team one.yaml"]);
    let roster = roster::read(&Sources::single("t.yaml", "schema: 1\nreps: { ana: {} }\n")).0;
    let rosters = Rosters::from([("../team one.yaml".to_owned(), roster.unwrap())]);
    let sources = Sources::single("a.tests.md", text);
    let (tests, found) = read(&sources, &rosters);
    assert_eq!(found, []);
    assert_eq!((tests.cases[0].roster, tests.rosters[0].1.len()), (Some(0), 1));
    let (_, found) = read(&sources, &Rosters::new());
    assert_eq!(found[0].message, "there is no roster `../team one.yaml`");
    let both = text.replacen("yaml\n", "yaml\nschema: 1\n", 1);
    let (_, found) = read(&Sources::single("a.tests.md", both), &rosters);
    assert_eq!(found[0].message, "a roster is either a file or written here");
}
