use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;

fn check(text: &str, expect: Expect) {
    let written = format(text).unwrap();
    expect.assert_eq(&written);
    assert_eq!(format(&written).unwrap(), written, "a second time");
}

const MESSY: &str = r##"# Policy of the north.

schema:   1
name: "Reference policy"   # shown in the studio
calendars:
    new_york: {zone: "America/New_York",weekly: {mon-fri: ["09:00-17:00"], sat: []}}


    berlin:
        zone: Europe/Berlin
contract:   # what comes in
  fields:
    email: { "type": email, 'required': true, personal: true, aliases: [e-mail, "mail: address"] }
    product: { type: enum, values: [voice_ai, voice, messaging, wireless, "no", "1.10", data, mobile, fixed] } # many
  # the end of contract
lists:
  competitors: [ # those we know
    acme.example,   # big
    # next
    zeta.example ]
disqualify:
- {id: competitor, when: 'email.domain in competitors', if_unknown: pass}
-   id: long
    when: product=="voice_ai"   and employees>=200
       and  country in ["US","CA"]
    # of long
-   # of the third
    id: quoted
    when: "did( demo , within 7d)  and (partner or not  partner)"
- - nested
  - 'it''s'
  -
    deep: |
        first # no comment
          second

        third
    folded: >-
       a b
       c
    empty:
    text: 'a: b'
    odd: "tab\there"
routing: {}

# at the end
"##;

#[test]
fn a_policy_is_laid_out() {
    check(
        MESSY,
        expect![[r##"
            # Policy of the north.

            schema: 1
            name: Reference policy # shown in the studio

            calendars:
              new_york: { zone: America/New_York, weekly: { mon-fri: ["09:00-17:00"], sat: [] } }

              berlin:
                zone: Europe/Berlin

            contract: # what comes in
              fields:
                email: { type: email, required: true, personal: true, aliases: [e-mail, "mail: address"] }
                product: # many
                  type: enum
                  values: [voice_ai, voice, messaging, wireless, "no", "1.10", data, mobile, fixed]
              # the end of contract

            lists:
              competitors: # those we know
                - acme.example # big
                # next
                - zeta.example

            disqualify:
              - { id: competitor, when: email.domain in competitors, if_unknown: pass }
              - id: long
                when: product == "voice_ai" and employees >= 200
                  and country in ["US", "CA"]
                # of long
              - # of the third
                id: quoted
                when: did(demo, within 7d) and (partner or not partner)
              - - nested
                - it's
                - deep: |
                    first # no comment
                      second

                    third
                  folded: >-
                    a b
                    c
                  empty:
                  text: "a: b"
                  odd: "tab\there"

            routing: {}

            # at the end
        "##]],
    );
}

#[test]
fn texts_of_other_forms_are_kept() {
    check("", expect![""]);
    check(
        "# only\n\n\n# comments\n",
        expect![[r#"
        # only

        # comments
    "#]],
    );
    check(
        "just text # here\n",
        expect![[r#"
        just text # here
    "#]],
    );
    check(
        "[a, {b: c}]",
        expect![[r#"
        [a, { b: c }]
    "#]],
    );
    check(
        "---\r\na: 1\r\n...\r\n",
        expect![[r#"
        a: 1
    "#]],
    );
}

#[test]
fn a_long_text_below_its_key_stays_there_and_a_short_one_joins_it() {
    let long = "partner and ".repeat(8);
    check(
        &format!(
            "when:\n    {long}not partner\nonly:\n  partner\nwhere:\n  # why\n  {long}\n   partner\n"
        ),
        expect![[r#"
            when:
              partner and partner and partner and partner and partner and partner and partner and partner and not partner
            only: partner
            # why
            where:
              partner and partner and partner and partner and partner and partner and partner and partner and
              partner
        "#]],
    );
}

#[test]
fn what_cannot_be_read_is_refused_with_its_mistakes() {
    let found = format("a: [1\nb: 'x\n").unwrap_err();
    assert_eq!(found.iter().map(|it| it.code).collect::<Vec<_>>(), ["P0001", "P0001"]);
}

/// Comments, meaning and a second time.
fn holds(text: &str) -> Result<(), TestCaseError> {
    let mut found = Diagnostics::default();
    let tree = parse(0, text, &mut found);
    if found.has_errors() {
        return Ok(());
    }
    let written = write(text, tree.as_ref());
    prop_assert!(same(&written, tree.as_ref()), "{text}\n---\n{written}");
    prop_assert_eq!(comments_of(text), comments_of(&written), "{}\n---\n{}", text, &written);
    let tree = parse(0, &written, &mut found);
    prop_assert_eq!(&write(&written, tree.as_ref()), &written, "{}", text);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn any_text_keeps_its_meaning_and_its_comments(
        text in "(([ ]{0,4}(- |k: |l: |'m': |)([a-c1:]{0,3}|\"[a-c#, ]{0,4}\"|\\[[a, #]{0,4}\\]|\\{a: [b,'\n ]{0,3}\\}|\\||>-|)( # [a-c]{1,2}|)\n)|\n|[ ]{0,4}#x\n){0,8}",
    ) {
        holds(&text)?;
    }

    #[test]
    fn a_policy_with_lines_moved_keeps_its_meaning_and_its_comments(
        cuts in proptest::collection::vec((0_usize..60, 0_usize..60, "[ ]{0,3}(# [a-d]|\n|)"), 1..6)
    ) {
        let mut lines: Vec<String> = MESSY.lines().map(str::to_owned).collect();
        for (from, to, more) in cuts {
            let line = lines.remove(from % lines.len());
            lines.insert(to % lines.len(), line + &more);
        }
        holds(&lines.join("\n"))?;
    }
}
