//! P0120 to P0128: names that others declare, and keys that do not apply.

use super::*;

#[test]
fn unknown_names_of_other_sections_get_the_nearest_one() {
    check(
        &[
            ("only: rep.load < 80", "only: rep.load < 80"),
            ("when: true, to: [{ pool: all }]", "when: true, to: [{ pool: al }]"),
            ("[{ queue: triage }]\npools", "[{ queue: triag }]\npools"),
            ("lookup: areas", "lookup: area"),
            ("hours: office", "hours: offices"),
            ("escalation: chain", "escalation: chains"),
            ("default: slow", "default: slo"),
        ],
        expect![[r#"
            P0310 21:3 nothing uses table `areas`
              > "areas"
              = use it or take it out
            P0120 23:19 there is no table `area`
              > "area"
              = did you mean `areas`?
              fix "area" -> "areas"
            P0120 49:44 there is no pool `al`
              > "al"
              = did you mean `all`?
              fix "al" -> "all"
            P0120 50:23 there is no queue `triag`
              > "triag"
              = did you mean `triage`?
              fix "triag" -> "triage"
            P0120 57:108 there is no escalation `chains`
              > "chains"
              = did you mean `chain`?
              fix "chains" -> "chain"
            P0316 58:5 no lead gets SLA tier `slow`
              > "slow"
              = choose it under `rules`: `{ sla: slow, when: … }`
            P0120 58:30 there is no calendar `offices`
              > "offices"
              = did you mean `office`?
              fix "offices" -> "office"
            P0120 60:12 there is no SLA tier `slo`
              > "slo"
              = did you mean `slow`?
              fix "slo" -> "slow"
            P0310 62:3 nothing uses escalation `chain`
              > "chain"
              = use it or take it out
        "#]],
    );
}

#[test]
fn fields_named_by_sections_must_fit() {
    check(
        &[
            ("potential_field: potential", "potential_field: message"),
            ("by: [country]", "by: [contry]"),
            ("band: employees", "band: score"),
            ("asks: [message]", "asks: [rep.load]"),
        ],
        expect![[r#"
            P0121 7:20 `message` does not hold a number
              > "message" this is a field of type `text`
            P0125 23:31 there is no field `contry`
              > "contry"
              = did you mean `country`?
              fix "contry" -> "country"
            P0124 24:17 `score` is not known yet here
              > "score"
              = a decision works it out in a later step
            P0124 41:10 `rep.load` is a field of reps, not of leads
              > "rep.load"
        "#]],
    );
}

#[test]
fn a_condition_names_only_what_is_known_where_it_stands() {
    check(
        &[
            ("when: email.domain in rivals", "when: email.domain in rivals and score > 5"),
            (
                "{ where: rep.seniority == \"senior\" }",
                "{ where: rep.seniority == \"senior\" and vip }",
            ),
            ("when: message is known, then", "when: tier == 1, then"),
        ],
        expect![[r#"
            P0208 26:51 `score` has no value yet where this is asked
              > "score" it is known only after scoring
            P0208 42:28 `tier` has no value yet where this is asked
              > "tier" it is known only after the tiers were tried
            P0208 52:92 `vip` has no value yet where this is asked
              > "vip" members of a pool are chosen without a lead
        "#]],
    );
}

#[test]
fn declarations_that_stand_twice_are_refused() {
    check(
        &[
            ("values: [Web, Event]", "values: [Web, Event, Web]"),
            ("columns: [area]", "columns: [country]"),
            ("message: { type: text }", "message: { type: text, aliases: [E-Mail] }"),
            ("[\"*\", world]", "[DE, world]"),
        ],
        expect![[r#"
            P0122 13:48 value `Web` is declared twice
              > "Web"
            P0122 15:38 `E-Mail` already means `email`
              > "E-Mail"
              & "email" the first meaning
            P0122 21:39 column `country` stands twice
              > "country"
            P0122 21:68 this key stands twice
              > "[DE, world]"
              & "[DE, dach]" the first row
        "#]],
    );
}

#[test]
fn names_of_the_system_are_not_free_for_fields() {
    check(
        &[(
            "vip: { type: bool }",
            "vip: { type: bool }\n    score: { type: number }\n    email.domain: { type: text }",
        )],
        expect![[r#"
            P0123 18:5 `score` is not free as a field name
              > "score" `score` has a meaning of its own in conditions
              = choose another name
            P0123 19:5 there is already a field `email.domain`
              > "email.domain"
              = choose another name
        "#]],
    );
}

#[test]
fn keys_that_say_nothing_here_are_refused() {
    check(
        &[
            ("message: { type: text }", "message: { type: text, min: 5, values: [a] }"),
            ("by: [country] }", "by: [country], rest: x }"),
            ("when: size == \"large\", points", "when: size == \"large\", within: 5d, points"),
        ],
        expect![[r#"
            P0127 15:28 `min` says nothing about `message`
              > "min" fields of type `text` have no `min`
            P0127 15:36 `values` says nothing about `message`
              > "values" fields of type `text` have no `values`
            P0127 23:41 `rest` says nothing to `lookup`
              > "rest"
            P0127 34:65 `within` says nothing to `when`
              > "within"
        "#]],
    );
}

#[test]
fn lists_that_must_hold_something_are_not_empty() {
    check(
        &[
            ("rivals: [rival.example]", "rivals: []"),
            ("to: [{ pool: all }]", "to: []"),
            ("channels: [email]", "channels: []"),
            ("touch: [{ hours: office, within: 4h }]", "touch: []"),
        ],
        expect![[r#"
            P0213 26:40 the list `rivals` is empty
              > "rivals" nothing is in it
              = give it values under `lists`
            P0128 49:35 a rule needs somewhere to send its leads
              > "[]"
            P0128 58:20 SLA tier `slow` has no clock
              > "[]"
            P0128 64:45 a notification needs a channel
              > "[]"
        "#]],
    );
}

#[test]
fn a_way_out_is_another_channel_and_nothing_is_seen_at_once() {
    check(
        &[
            ("channels: [email]", "channels: [email], fallback: [sms, email]"),
            ("channels: [email]", "channels: [email], unseen_after: 0m"),
        ],
        expect![[r#"
            P0111 64:68 nothing is seen at once: allow some time
              > "0m"
            P0129 64:82 `email` is tried first already: it is no way out
              > "[sms, email]"
        "#]],
    );
}
