//! P0100 to P0110: what a file may look like.

use super::*;

#[test]
fn an_empty_policy_is_refused() {
    expect![[r#"
        P0100 1:1 the policy is empty
          > ""
          = begin with `schema: 1` and a `name`; `examples/policies` has whole ones
    "#]]
    .assert_eq(&findings_of(&Sources::single("a.yaml", "# nothing\n")));
}

#[test]
fn an_unknown_version_is_refused_before_anything_else() {
    check(
        &[("schema: 1", "schema: 2"), ("routing:", "rooting:")],
        expect![[r#"
        P0101 1:9 version `2` of the policy language is not known
          > "2"
          = this compiler reads `schema: 1`
        P0102 46:1 a policy has no section `rooting`
          > "rooting"
          = did you mean `routing`?
          fix "rooting" -> "routing"
    "#]],
    );
}

#[test]
fn unknown_sections_and_keys_get_the_nearest_name() {
    check(
        &[("attribution:", "atribution:"), ("potential_field", "potentialfield")],
        expect![[r#"
        P0104 7:3 the contract has no key `potentialfield`
          > "potentialfield"
          = did you mean `potential_field`?
          fix "potentialfield" -> "potential_field"
        P0105 45:3 `minimums` needs `potential_field` in the contract
          > "minimums"
          = add `potential_field: <field>` under `contract`
        P0102 65:1 a policy has no section `atribution`
          > "atribution"
          = did you mean `attribution`?
          fix "atribution" -> "attribution"
    "#]],
    );
    check(
        &[("escalation: chain", "zebra: 1")],
        expect![[r#"
        P0104 57:96 an SLA tier has no key `zebra`
          > "zebra"
          = its keys are `touch`, `acknowledge`, `disposition`, `remind_before`, `escalation`, `healthy`
        P0310 62:3 nothing uses escalation `chain`
          > "chain"
          = use it or take it out
    "#]],
    );
}

#[test]
fn a_section_in_two_files_is_refused_unless_its_entries_differ() {
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    let sources = Sources {
        files: vec![
            file("a.yaml", SMALL),
            file("b.yaml", "lists: { more: [x], rivals: [y] }\ndisqualify: []\n"),
        ],
    };
    expect![[r#"
        P0310 1:10 nothing uses list `more`
          > "more"
          = use it or take it out
        P0103 1:21 `rivals` stands in two files
          > "rivals"
          & "rivals" the first one
        P0103 2:1 section `disqualify` stands in two files
          > "disqualify"
          & "disqualify" the first one
          = only sections with named entries may be spread over files
    "#]]
    .assert_eq(&findings_of(&sources));
}

#[test]
fn missing_keys_are_reported_where_they_belong() {
    check(
        &[("zone: Europe/Berlin, ", ""), ("keeper: ana, ", ""), ("name: Small\n", "")],
        expect![[r#"
            P0105 1:1 a policy needs `name`
              > "schema"
              = add `name: …`, text: what people call this policy
            P0105 3:3 a calendar needs `zone`
              > "office"
              = add `zone: …`, text: an IANA time zone such as `America/New_York`
            P0105 53:3 a queue needs `keeper`
              > "triage"
              = add `keeper: …`, a name: the rep who answers for what lies in it
        "#]],
    );
}

#[test]
fn a_value_of_the_wrong_kind_is_reported() {
    check(
        &[
            ("rules: [{ sla: fast, when: tier == 1 }]", "rules: fast"),
            ("reject_reasons: { spam: { label: Spam, then: disqualify } }", "reject_reasons:"),
            ("channels: [email]", "channels: { email: true }"),
            ("[[small, 100], [middle, 1000]]", "[[small, 100, 5], [middle, 1000]]"),
        ],
        expect![[r#"
            P0106 24:36 `steps` must be a list of two
              > "[small, 100, 5]" this is a list
            P0106 59:10 `rules` must be a list
              > "fast" this is text
            P0106 64:45 `channels` must be a list
              > "{ email: true }" this is a map
            P0106 68:17 `reject_reasons` must be a map
              > "" this is nothing
        "#]],
    );
}

#[test]
fn wrong_values_are_reported_with_what_was_probably_meant() {
    check(
        &[
            ("within: 4h", "within: 4 hours"),
            ("auto_submit_from: 80%", "auto_submit_from: 80"),
            ("required: true }", "required: yes }"),
            ("points: 60", "points: many"),
            ("[[2k, true]]", "[[\"$2,000\", true]]"),
            ("\"09:00-17:00\"", "\"9-17\""),
        ],
        expect![[r#"
            P0107 4:54 `mon-fri` must be hours such as `09:00-17:00`, not `9-17`
              > "\"9-17\""
            P0107 8:35 `required` must be `true` or `false`, not `yes`
              > "yes"
              = write `true`
              fix "yes" -> "true"
            P0107 28:21 `auto_submit_from` must be a percentage such as `80%`, not `80`
              > "80"
              = write `80%`
              fix "80" -> "80%"
            P0107 34:73 `points` must be a whole number from -1000 to 1000, not `many`
              > "many"
            P0107 45:15 `minimums` must be an amount such as `5000` or `50k`, not `$2,000`
              > "\"$2,000\""
              = write `2000`
              fix "\"$2,000\"" -> "2000"
            P0107 58:46 `within` must be a duration such as `15m`, `4h` or `14d`, not `4 hours`
              > "4 hours"
              = write `4h`
              fix "4 hours" -> "4h"
        "#]],
    );
}

#[test]
fn unknown_words_get_the_nearest_one() {
    check(
        &[("mode: auto_submit", "mode: auto-submit"), ("on: assigned", "on: asigned")],
        expect![[r#"
            P0108 31:20 `mode` cannot be `auto-submit`
              > "auto-submit" expected one of `auto_submit`, `gateway`, `model`, `standard`
              = did you mean `auto_submit`?
              fix "auto-submit" -> "auto_submit"
            P0108 64:11 `on` cannot be `asigned`
              > "asigned" expected one of `assigned`, `queued`, `reminder`, `unacknowledged`, `breached`, `rejected`, `disqualified`, `converted`, `won`, `lost`
              = did you mean `assigned`?
              fix "asigned" -> "assigned"
        "#]],
    );
}

#[test]
fn names_have_no_capitals_or_spaces() {
    check(
        &[("id: dach", "id: DACH rule"), ("  all: {", "  All: {")],
        expect![[r#"
        P0109 48:13 `DACH rule` is not a name
          > "DACH rule"
          = use 1 to 64 lower-case letters, digits, `_`, `-` or `.`
        P0120 48:59 there is no pool `all`
          > "all"
          = did you mean `All`?
          fix "all" -> "All"
        P0120 49:44 there is no pool `all`
          > "all"
          = did you mean `All`?
          fix "all" -> "All"
        P0109 52:3 `All` is not a name
          > "All"
          = use 1 to 64 lower-case letters, digits, `_`, `-` or `.`
        P0310 52:3 nothing uses pool `All`
          > "All"
          = use it or take it out
    "#]],
    );
}

#[test]
fn one_of_several_keys_is_needed_and_only_one() {
    check(
        &[
            ("size: { band: employees,", "size: { when: vip, band: employees,"),
            ("{ team: sales, weight: 2 }", "{ weight: 2 }"),
        ],
        expect![[r#"
            P0110 24:22 a derived field takes only one of `when`, `band`, `lookup`, `cases`, `sum`
              > "band"
              & "when" the first one
            P0127 24:39 `steps` says nothing to `when`
              > "steps"
            P0127 24:78 `rest` says nothing to `when`
              > "rest"
            P0210 34:56 `"large"` is not yes or no
              > "\"large\"" yes or no expected
              = write `true` or `false`
            P0110 52:27 a member needs one of `rep`, `team`, `where`
              > "weight"
        "#]],
    );
}
