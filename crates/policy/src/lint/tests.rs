//! One test or more for each lint, with the text it underlines.

use expect_test::{Expect, expect};

use crate::lower::tests::findings;

fn check(edits: &[(&str, &str)], expected: Expect) {
    expected.assert_eq(&findings(edits));
}

const REST: &str = "{ id: rest, when: true, to: [{ pool: all }] }";

/// The small policy with one more routing condition before the last.
fn condition(text: &str) -> String {
    let rule = format!("{{ id: new, when: '{text}', to: [{{ pool: all }}] }}\n    - {REST}");
    findings(&[(REST, &rule)])
}

#[test]
fn an_alternative_that_excludes_itself_is_a_warning_of_its_own() {
    expect![[r#"
        P0301 49:47 this alternative can never hold
          > "score < 2" excludes the other test
          & "score > 3" the other test
    "#]]
    .assert_eq(&condition("vip or (score > 3 and score < 2)"));
}

#[test]
fn tests_that_exclude_each_other_are_a_contradiction() {
    expect![[r#"
        P0207 49:63 this condition can never hold
          > "size == \"small\"" excludes the other test
          & "size == \"large\"" the other test
          = write `size in [..., ...]` to accept either
    "#]]
    .assert_eq(&condition("size == \"large\" and employees > 5 and size == \"small\""));
    expect![[r#"
        P0207 49:41 this condition can never hold
          > "score < 42" excludes the other test
          & "score >= 45" the other test
    "#]]
    .assert_eq(&condition("score >= 45 and score < 42"));
    expect![[r#"
        P0207 49:33 this condition can never hold
          > "(not vip or (score > 3 and score < 2))" excludes the other test
          & "vip" the other test
    "#]]
    .assert_eq(&condition("vip and (not vip or (score > 3 and score < 2))"));
    expect![[r#"
        P0207 49:58 this condition can never hold
          > "not tags contains \"a\"" excludes the other test
          & "tags contains all [\"a\", \"b\"]" the other test
    "#]]
    .assert_eq(&condition("tags contains all [\"a\", \"b\"] and not tags contains \"a\""));
    expect![[r#"
        P0207 49:46 this condition can never hold
          > "not message is known" excludes the other test
          & "message is known" the other test
    "#]]
    .assert_eq(&condition("message is known and not message is known"));
}

#[test]
fn tests_that_leave_room_are_no_contradiction() {
    for text in [
        "score > 2 and score < 3",
        "tags contains \"a\" and not tags contains \"b\"",
        "country == \"DE\" and not country == \"FR\"",
        "message mentions \"a\" and not message mentions \"b\"",
        "did(visit) and count(visit, within 7d) == 0",
        "employees > 5 and potential < 5",
    ] {
        assert_eq!(condition(text), "", "{text}");
    }
}

#[test]
fn alternatives_that_leave_nothing_out_are_reported() {
    expect![[r#"
        P0302 49:25 these alternatives leave nothing out
          > "country != \"DE\" or country != \"FR\"" holds for every lead whose values are known
          = did you mean `and`? To ask for a value at all, write `... is known`
    "#]]
    .assert_eq(&condition("country != \"DE\" or country != \"FR\""));
}

#[test]
fn a_rule_whose_leads_are_taken_before_is_shadowed() {
    expect![[r#"
        P0303 49:13 rule `new` is never reached
          > "new" all its leads are taken before
          & "dach" takes them: it holds whenever the later one does
          = write the narrower one first
    "#]]
    .assert_eq(&condition("area == \"dach\" and vip"));
    let two = "{ id: small, when: size == \"small\", to: [{ pool: all }] }\n    \
               - { id: grown, when: 'size in [\"middle\", \"large\"]', to: [{ pool: all }] }\n    \
               - { id: sized, when: size is known, to: [{ pool: all }] }\n    ";
    check(
        &[(REST, &format!("{two}- {REST}"))],
        expect![[r#"
        P0303 51:13 rule `sized` is never reached
          > "sized" those before it take all its leads, together
          = write the narrower ones first
    "#]],
    );
}

#[test]
fn a_missing_value_keeps_a_rule_reachable() {
    // `area` may be missing; then the first rule does not hold.
    assert_eq!(condition("vip and not area == \"world\" or vip"), "");
}

#[test]
fn nothing_is_reached_after_a_rule_that_always_holds() {
    check(
        &[(REST, &format!("{REST}\n    - {{ id: late, when: vip, to: [{{ pool: all }}] }}"))],
        expect![[r#"
            P0304 50:13 rule `late` is never reached
              > "late"
              & "true" always holds, so nothing after it is tried
        "#]],
    );
    check(
        &[("tier: 1, when: sql", "tier: 1, when: true")],
        expect![[r#"
        P0304 39:15 tier 2 is never reached
          > "2"
          & "true" always holds, so nothing after it is tried
    "#]],
    );
}

#[test]
fn leads_that_no_rule_takes_are_shown() {
    check(
        &[("when: true, to", "when: area == \"world\" and score < 20, to")],
        expect![[r#"
        P0305 47:3 some leads match no rule and go to the fallback
          > "rules" for example a lead with `area` "world", `score` 20
          = end the rules with one that always holds: `when: true`
    "#]],
    );
}

#[test]
fn time_to_acknowledge_is_shorter_than_the_sla() {
    check(
        &[(
            "acknowledge: [{ hours: team, within: 5m }]",
            "acknowledge: [{ hours: team, within: 15m }]",
        )],
        expect![[r#"
            P0306 57:89 SLA tier `fast` notices silence only when the touch is late
              > "15m" not shorter than the time to the first touch
              & "15m" the touch is due by then
              = a third leaves time to take over: `5m`
        "#]],
    );
    check(
        &[(
            "acknowledge: [{ hours: team, within: 5m }]",
            "acknowledge: [{ hours: office, within: 5m }]",
        )],
        expect![[r#"
            P0306 57:91 SLA tier `fast` notices silence only when the touch is late
              > "5m" these hours may stand still while the touch clock runs
              & "15m" the touch is due by then
              = add a clock of the same hours, e.g. `5m`
        "#]],
    );
    check(
        &[(
            "acknowledge: [{ hours: team, within: 5m }]",
            "acknowledge: [{ hours: always, within: 5m }]",
        )],
        expect![[""]],
    );
}

#[test]
fn a_calendar_opens_some_day() {
    check(
        &[("{ mon-fri: [\"09:00-17:00\"] }", "{ mon-fri: [] }")],
        expect![[r#"
        P0307 4:3 calendar `office` never opens
          > "office" closed for 400 days from 2026-01-01 on
          = give it weekly hours
    "#]],
    );
    check(
        &[(
            "{ mon-fri: [\"09:00-17:00\"] }",
            "{ mon: [] }, overrides: { 2026-03-01: [\"09:00-10:00\"] }",
        )],
        expect![[r#"
            P0307 4:3 calendar `office` never opens
              > "office" closed for 400 days from 2026-03-01 on
              = give it weekly hours
        "#]],
    );
}

#[test]
fn an_escalation_ends_in_a_queue() {
    check(
        &[(", { after: 1h, to: { queue: triage } }", "")],
        expect![[r#"
        P0308 62:37 escalation `chain` does not end in a queue
          > "manager" the last step
          = end it with `{ after: 1h, to: { queue: … } }`
    "#]],
    );
    check(
        &[("{ queue: triage } }]", "{ queue: triage } }, { after: 1h, to: owner }]")],
        expect![[r#"
            P0308 62:74 escalation `chain` goes on after its queue
              > "triage" from here on a keeper answers for the lead
              = make this the last step
            P0308 62:103 escalation `chain` does not end in a queue
              > "owner" the last step
              = end it with `{ after: 1h, to: { queue: … } }`
        "#]],
    );
}

#[test]
fn the_fallback_ends_in_a_queue() {
    check(
        &[("fallback: [{ queue: triage }]", "fallback: [{ pool: all }]")],
        expect![[r#"
        P0309 50:22 the fallback does not end in a queue
          > "all" a lead may pass this target
          = end it with `{ queue: … }`, without `only`
    "#]],
    );
    check(
        &[("fallback: [{ queue: triage }]", "fallback: [{ queue: triage, only: vip }]")],
        expect![[r#"
            P0309 50:37 the last queue of the fallback has a condition
              > "vip"
              = end it with `{ queue: … }`, without `only`
        "#]],
    );
    check(
        &[("fallback: [{ queue: triage }]", "fallback: []")],
        expect![[r#"
        P0309 50:13 the fallback is empty
          > "[]"
          = end it with `{ queue: … }`, without `only`
    "#]],
    );
    check(
        &[("  fallback: [{ queue: triage }]\n", "")],
        expect![[r#"
        P0105 46:1 the routing needs `fallback`
          > "routing"
          = add `fallback: …`, a list: tried last for every lead; ends in a queue
    "#]],
    );
}

#[test]
fn names_without_use_are_reported() {
    check(
        &[
            ("lists:\n", "lists:\n  idle: [x]\n"),
            (
                "tables:\n",
                "rep_fields: { spare: text }\ntables:\n  idle: { keys: [a], columns: [b], rows: [[a, b]] }\n",
            ),
            ("derived:\n", "derived:\n  spare: { when: vip }\n"),
            ("pools:\n", "pools:\n  idle: { members: [ana] }\n"),
            ("queues:\n", "queues:\n  idle: { keeper: ana }\n"),
            (
                "escalations:\n",
                "escalations:\n  idle: { steps: [{ after: 1h, to: { queue: triage } }] }\n",
            ),
        ],
        expect![[r#"
            P0310 19:3 nothing uses list `idle`
              > "idle"
              = use it or take it out
            P0310 21:15 nothing uses field `rep.spare`
              > "spare"
              = use it or take it out
            P0310 23:3 nothing uses table `idle`
              > "idle"
              = use it or take it out
            P0310 26:3 nothing uses field `spare`
              > "spare"
              = use it or take it out
            P0310 56:3 nothing uses pool `idle`
              > "idle"
              = use it or take it out
            P0310 59:3 nothing uses queue `idle`
              > "idle"
              = use it or take it out
            P0310 68:3 nothing uses escalation `idle`
              > "idle"
              = use it or take it out
        "#]],
    );
}

#[test]
fn attribution_names_known_reasons() {
    check(
        &[("  Web: Website", "  Wbe: Website")],
        expect![[r#"
        P0311 66:3 no submission brings the reason `Wbe`
          > "Wbe"
          = did you mean `Web`?
    "#]],
    );
}

#[test]
fn sources_are_treated_after_their_evidence() {
    check(
        &[("accepted: 90", "accepted: 46")],
        expect![[r#"
        P0312 31:5 source `Event` goes straight to sales, though less is accepted than `auto_submit_from`
          > "Event" accepted 46 of 100: 46.0%
          = change the mode, or bring the counts up to date
    "#]],
    );
    check(
        &[("mode: auto_submit", "mode: model")],
        expect![[r#"
        P0312 31:5 source `Event` is held up, though as much is accepted as `auto_submit_from` asks
          > "Event" accepted 90 of 100: 90.0%
          = change the mode, or bring the counts up to date
    "#]],
    );
    check(
        &[("mode: auto_submit, accepted: 90", "mode: standard, accepted: 46")],
        expect![[r#"
        P0312 31:5 source `Event` goes on unchecked, though less is accepted than `floor`
          > "Event" accepted 46 of 100: 46.0%
          = change the mode, or bring the counts up to date
    "#]],
    );
}

#[test]
fn a_threshold_can_be_reached() {
    check(
        &[("when: score >= 40", "when: score.fit >= 51")],
        expect![[r#"
            P0313 39:24 no lead ever has such a score
              > "score.fit >= 51" the rules give 0 to 50
              = change the threshold, the caps or the points
        "#]],
    );
    check(
        &[("points: 60", "points: 30")],
        expect![[r#"
            P0313 39:24 no lead ever has such a score
              > "score >= 40" the rules give 0 to 30
              = change the threshold, the caps or the points
        "#]],
    );
}

#[test]
fn no_member_has_weight_0() {
    check(
        &[("weight: 2", "weight: 0")],
        expect![[r#"
        P0314 52:33 a member of pool `all` has weight 0
          > "sales" would never get a lead
          = take the member out, or give it a weight from 1 on
    "#]],
    );
}

#[test]
fn ids_are_unique_in_their_list() {
    check(
        &[("id: rest", "id: dach")],
        expect![[r#"
        P0315 49:13 there is already a rule `dach`
          > "dach"
          & "dach" the first one
    "#]],
    );
}

#[test]
fn every_sla_tier_is_chosen() {
    check(
        &[("sla: fast, when", "sla: slow, when"), (", when: sla == \"fast\"", "")],
        expect![[r#"
            P0316 57:5 no lead gets SLA tier `fast`
              > "fast"
              = choose it under `rules`: `{ sla: fast, when: … }`
        "#]],
    );
}

#[test]
fn the_lead_can_be_written_to() {
    check(
        &[
            ("channels: [email]", "channels: [sms, slack]"),
            ("  consent: { contact: { required: true } }\n", ""),
        ],
        expect![[r#"
            P0317 63:11 the lead cannot be reached on this channel
              > "assigned"
              = use `email` or `sms`
            P0317 63:11 the lead gets an SMS, but the contract has no phone field
              > "assigned"
              = declare a field of type `phone`
            P0317 63:11 the lead is written to, but the contract asks for no consent
              > "assigned"
              = declare a purpose under `contract.consent`
        "#]],
    );
}
