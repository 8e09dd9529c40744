//! P0111 and P0130 to P0135: values that contradict each other within a section.

use super::*;

#[test]
fn bounds_are_the_right_way_round() {
    check(
        &[
            ("potential: { type: money }", "potential: { type: money, min: 10, max: 5 }"),
            ("cap: 50, rules", "cap: -5, rules"),
            ("accepted: 90, decided: 100", "accepted: 90, decided: 80"),
            ("within: 5m", "within: 0m"),
        ],
        expect![[r#"
            P0111 14:45 `max` 5 is below `min` 10
              > "5"
            P0111 31:43 90 accepted of 80 decided
              > "90"
              = `decided` counts accepted and rejected handoffs together
            P0111 34:17 `cap` -5 is below `floor` 0
              > "-5"
            P0313 39:24 no lead ever has such a score
              > "score >= 40" the rules give 0 to 0
              = change the threshold, the caps or the points
            P0111 57:89 a clock of no time is due at once
              > "0m"
        "#]],
    );
}

#[test]
fn quiet_hours_are_times_of_a_day_and_have_a_length() {
    let with = |hours: &str| {
        let edit = format!("quiet: {{ {hours} }}\nattribution:");
        findings(&[("attribution:", &edit)])
    };
    assert_eq!(with("from: \"20:00\", to: \"07:00\""), "");
    assert!(with("from: \"24:00\", to: \"7am\"").matches("P0107").count() == 2);
    assert!(with("from: \"20:00\", to: \"20:00\"").contains("P0111"));
}

#[test]
fn calendars_are_checked_whole() {
    check(
        &[(
            "zone: Europe/Berlin, weekly: { mon-fri: [\"09:00-17:00\"] }",
            "zone: Europe/Berln, weekly: { mon-fri: [\"09:00-17:00\"], fri: [], funday: [] }, \
             overrides: { tomorrow: [] }",
        )],
        expect![[r#"
            P0130 4:19 unknown time zone `Europe/Berln`; did you mean `Europe/Berlin`?
              > "Europe/Berln"
            P0130 4:69 `fri` has hours already
              > "fri"
            P0130 4:78 `funday` is not a day such as `mon` or days such as `mon-fri`
              > "funday"
            P0130 4:105 `tomorrow` is not a date such as `2026-11-27`
              > "tomorrow"
        "#]],
    );
}

#[test]
fn rows_have_the_columns_of_their_table() {
    check(
        &[("[DE, dach]", "[DE, dach, x]"), ("by: [country]", "by: [country, message]")],
        expect![[r#"
            P0131 21:53 this row has 3 values, the table has 2 columns
              > "[DE, dach, x]"
            P0131 23:30 table `areas` has 1 key columns, `by` names 2 fields
              > "[country, message]"
              & "areas" the table
            P0214 48:33 `area` is never `dach`
              > "\"dach\""
              = its values are `world`
        "#]],
    );
}

#[test]
fn files_of_tables_are_found_and_checked() {
    let rows = "rows: [[DE, dach], [\"*\", world]]";
    check(
        &[(rows, "file: areas.csv")],
        expect![[r#"
            P0132 21:52 there is no file `areas.csv`
              > "areas.csv"
              = tables end in `.csv` and lie in the policy's folder
        "#]],
    );
    let text = SMALL.replace(rows, "file: areas.csv");
    let file = |path: &str, text: &str| SourceFile { path: path.to_owned(), text: text.to_owned() };
    let with =
        |table: &str| Sources { files: vec![file("a.yaml", &text), file("areas.csv", table)] };
    expect![[r#"
        P0131 1:1 `areas.csv` has no column `area`
          > "country" the first line names the columns
          & "areas.csv" the file is named here
    "#]]
    .assert_eq(&findings_of(&with("country,region\nDE,dach\n")));
    expect![[r#"
        P0131 3:1 this row has 1 values, the table has 2 columns
          > "AT"
    "#]]
    .assert_eq(&findings_of(&with("country,area\nDE,dach\nAT\n")));
}

#[test]
fn bands_go_up_and_tables_are_keyed_as_fields_are_written() {
    check(
        &[("[middle, 1000]", "[middle, 50]"), ("[DE, dach]", "[de, dach]")],
        expect![[r#"
        P0135 23:19 key `de` of table `areas` fits no lead
          > "areas" looked up by codes in capitals
          & "areas" the table
          = write `DE`
        P0133 24:59 bounds must go up
          > "50" not above the bound before it
    "#]],
    );
}

#[test]
fn tiers_stand_in_order() {
    check(
        &[("tier: 1, when: sql", "tier: 3, when: sql"), ("tier == 1", "tier == 3")],
        expect![[r#"
            P0134 39:15 tier 2 stands after tier 3
              > "2"
              & "3" tried first
              = the first that holds counts: write the most urgent first
        "#]],
    );
}

#[test]
fn sections_that_need_the_contract_say_so() {
    check(
        &[("  reason_field: reason\n  potential_field: potential\n", "")],
        expect![[r#"
            P0105 25:1 `sources` needs `reason_field` in the contract
              > "sources"
              = add `reason_field: <field>` under `contract`
            P0105 43:3 `minimums` needs `potential_field` in the contract
              > "minimums"
              = add `potential_field: <field>` under `contract`
            P0105 63:1 `attribution` needs `reason_field` in the contract
              > "attribution"
              = add `reason_field: <field>` under `contract`
        "#]],
    );
    check(
        &[
            ("decided: 100", "decided: 100 }\n    Web: { mode: gateway, accepted: 5"),
            (
                "gateway:\n  asks: [message]\n  rules: [{ id: any, when: message is known, then: direct }]\n",
                "",
            ),
        ],
        expect![[r#"
            P0105 32:18 this source needs a section `gateway`
              > "gateway"
            P0105 32:37 `accepted` needs `decided` beside it
              > "5"
        "#]],
    );
}
