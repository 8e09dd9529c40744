#![allow(clippy::unwrap_used, reason = "test code")]

use expect_test::{Expect, expect};

use crate::lower::tests::SMALL;
use crate::shown::shown_all;
use crate::{Sources, compile, lint_roster};

const ROSTER: &str = "\
schema: 1
teams:
  sales: { calendar: office }
reps:
  ana: { team: sales, seniority: senior }
  bo: { team: sales }
";

/// The findings of the small policy after `edits`, with the roster in `text`.
fn check(edits: &[(&str, &str)], text: &str, expected: Expect) {
    let policy = edits.iter().fold(SMALL.to_owned(), |all, (old, new)| {
        assert!(all.contains(old), "{old}");
        all.replace(old, new)
    });
    let sources = Sources::single("policy.yaml", policy);
    let policy = compile(&sources).0.unwrap();
    let (roster, found) = crate::roster::read(&Sources::single("roster.yaml", text));
    let (roster, _) = roster.unwrap_or_else(|| panic!("{found:?}"));
    expected.assert_eq(&shown_all(&sources, &lint_roster(&policy, &roster)));
}

#[test]
fn gaps_of_a_week_are_listed() {
    check(
        &[],
        ROSTER,
        expect![[r#"
        P0333 52:3 pool `all` has hours without anybody
          > "all" nobody (UTC): Mon 16:00 to Tue 08:00, Tue 16:00 to Wed 08:00, Wed 16:00 to Thu 08:00, Thu 16:00 to Fri 08:00, Fri 16:00 to Mon 08:00
          = leads that come then go to the next target
    "#]],
    );
    let round_the_clock = ROSTER.replace("bo: { team: sales }", "bo: {}");
    check(&[("members: [ana,", "members: [ana, bo,")], &round_the_clock, expect![[""]]);
    check(&[("members: [ana,", "hours: ignored, members: [ana,")], ROSTER, expect![[""]]);
}

#[test]
fn names_that_are_not_there_are_reported() {
    let roster = ROSTER.replace("  sales:", "  sale:").replace("team: sales", "team: sale");
    check(
        &[
            ("members: [ana,", "hours: ignored, members: [anna,"),
            ("keeper: ana", "keeper: rosa"),
            ("to: manager", "to: { rep: boo }"),
        ],
        &roster.replace("calendar: office", "calendar: offices"),
        expect![[r#"
            P0331 1:1 team `sale` keeps calendar `offices`, which the policy does not have
              > ""
              = did you mean `office`?
            P0331 52:36 the roster has no rep `anna`
              > "anna"
              = did you mean `ana`?
            P0331 52:50 the roster has no team `sales`
              > "sales"
              = did you mean `sale`?
            P0331 54:3 the roster has no rep `rosa`
              > "triage"
            P0331 62:44 the roster has no rep `boo`
              > "boo"
              = did you mean `bo`?
        "#]],
    );
}

#[test]
fn pools_have_active_members_and_queues_active_keepers() {
    let roster = ROSTER.replace("seniority: senior", "seniority: senior, active: false");
    check(
        &[("members: [ana, { team: sales, weight: 2 }, ", "members: [")],
        &roster,
        expect![[r#"
        P0332 52:3 pool `all` has no active member
          > "all"
          = add members, or take the pool out of the rules
        P0334 54:3 `ana`, who keeps queue `triage`, is not active
          > "triage"
          = name a keeper who is active
    "#]],
    );
}
