#![allow(clippy::too_many_lines, reason = "tables of mistakes")]

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::expr::sample::{any_expr, sample, symbols, without_spans};
use crate::expr::{RepFields, print};
use crate::shown::shown;
use crate::span::Sources;

fn compile(text: &str, rep_fields: RepFields) -> (Option<Expr>, Diagnostics, Symbols) {
    let mut sample = sample();
    let mut found = Diagnostics::default();
    let end = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let whole = Span { file: 0, start: 0, end };
    let mut symbols = std::mem::take(&mut sample.symbols);
    let scope = sample.scope(rep_fields);
    let expr = compile_condition(&Scalar::alone(text), whole, &scope, &mut symbols, &mut found);
    (expr, found, symbols)
}

/// What each line says when it is read back, or its mistakes.
fn check(lines: &str, rep_fields: RepFields, expect: Expect) {
    let mut text = String::new();
    for line in lines.lines().map(str::trim).filter(|it| !it.is_empty()) {
        let (expr, found, symbols) = compile(line, rep_fields);
        match expr {
            Some(expr) => text += &format!("{}\n", print(&expr, &sample().fields, &symbols)),
            None => text += &format!("{line}\n"),
        }
        text += &shown(&Sources::single("p", line), found);
    }
    expect.assert_eq(&text);
}

fn check_lead(lines: &str, expect: Expect) {
    check(lines, RepFields::Refused, expect);
}

#[test]
fn every_form_is_read() {
    check_lead(
        r#"
        true
        product == "voice_ai" and employees >= 200 or not partner
        (product == "voice" or partner) and potential > 10k and potential<=2M
        product == "VOICE" and country in ["de", "at"] and country not in dach and language != "EN"
        country in dach and email.domain in competitors
        employees in [1, 2] and employees between 10 and 80% and not employees between 1 and 2
        seen_at < 2026-11-20 and seen_at >= 2026-11-20T15:00:00+01:00 and since(seen_at) < 14d
        since(seen_at) between 1h and 1h30m
        industries contains "tech" and industries contains any ["a", "b"] and industries contains all ["a", "b"]
        industries contains all ["a"] and industries not contains "x" and industries contains product
        message mentions "AI  Vóice" and message mentions ["a", "b c"] and email ends with "@ACME.com"
        message starts with "Hé" and not message mentions competitors
        email is known and email is missing and email is not known and not (email is not missing)
        did(demo_request) and did("pricing page", within 7d) and count(visit, within 1w) >= 3
        count(visit) between 1 and 2 and partner == true and partner != true and partner == false
        product in industries and product not in industries and product != segment
        not not partner and ((partner)) and true
        "#,
        expect![[r#"
            true
            product == "voice_ai" and employees >= 200 or not partner
            (product == "voice" or partner) and potential > 10000 and potential <= 2000000
            product == "voice" and country in ["DE", "AT"] and country not in ["DE", "AT", "CH"] and language != "en"
            country in ["DE", "AT", "CH"] and email.domain in ["acme.example", "zeta.example"]
            (employees == 1 or employees == 2) and employees >= 10 and employees <= 80 and not (employees >= 1 and employees <= 2)
            seen_at < 2026-11-20T00:00:00Z and seen_at >= 2026-11-20T14:00:00Z and since(seen_at) < 14d
            since(seen_at) >= 1h and since(seen_at) <= 90m
            industries contains "tech" and industries contains any ["a", "b"] and industries contains all ["a", "b"]
            industries contains "a" and not industries contains "x" and industries contains product
            message mentions "ai voice" and message mentions ["a", "b c"] and email ends with "@acme.com"
            message starts with "he" and not message mentions ["acme example", "zeta example"]
            email is known and email is missing and email is missing and email is missing
            did(demo_request) and did("pricing page", within 7d) and count(visit, within 7d) >= 3
            did(visit) and count(visit) <= 2 and partner and not partner and not partner
            industries contains product and industries not contains product and product != segment
            not not partner and partner and true
        "#]],
    );
}

#[test]
fn rep_fields_may_be_named_in_pools() {
    check(
        "rep.languages contains language and rep.load < 80%\nlanguage in rep.languages",
        RepFields::Allowed,
        expect![[r#"
            rep.languages contains language and rep.load < 80
            rep.languages contains language
        "#]],
    );
}

#[test]
fn marks_of_other_languages_are_mended() {
    check_lead(
        r#"
        partner=true && employees => 5 || !partner
        partner AND employees <> 5&&partner
        product == 'voice' or product == “voice”
        product === "voice" or employees ≥ 3
        "#,
        expect![[r#"
            partner=true && employees => 5 || !partner
            P0204 1:8 `=` is written `==` here
              > "="
              = replace it by `==`
              fix "=" -> "=="
            P0204 1:14 `&&` is written `and` here
              > "&&"
              = replace it by `and`
              fix "&&" -> "and"
            P0204 1:27 `=>` is written `>=` here
              > "=>"
              = replace it by `>=`
              fix "=>" -> ">="
            P0204 1:32 `||` is written `or` here
              > "||"
              = replace it by `or`
              fix "||" -> "or"
            P0204 1:35 `!` is written `not` here
              > "!"
              = replace it by `not`
              fix "!" -> "not "
            partner AND employees <> 5&&partner
            P0204 1:9 `AND` is written `and` here
              > "AND"
              = words of the language are written in lower case
              fix "AND" -> "and"
            P0204 1:23 `<>` is written `!=` here
              > "<>"
              = replace it by `!=`
              fix "<>" -> "!="
            P0204 1:27 `&&` is written `and` here
              > "&&"
              = replace it by `and`
              fix "&&" -> " and "
            product == 'voice' or product == “voice”
            P0205 1:12 texts stand in double quotes
              > "'voice'"
              = write "voice"
              fix "'voice'" -> "\"voice\""
            P0205 1:34 texts stand in double quotes
              > "“voice”"
              = write "voice"
              fix "“voice”" -> "\"voice\""
            product === "voice" or employees ≥ 3
            P0204 1:9 `===` is written `==` here
              > "==="
              = replace it by `==`
              fix "===" -> "=="
            P0204 1:34 `≥` is written `>=` here
              > "≥"
              = replace it by `>=`
              fix "≥" -> ">="
        "#]],
    );
}

#[test]
fn texts_and_literals_must_be_whole() {
    check_lead(
        r#"
        product == "voice
        product == 'voice
        employees > 10x and seen_at < 2026-13-01 and since(seen_at) < 99999999999d
        employees > $5 and employees > 1+1
        employees > 1,000
        "#,
        expect![[r#"
            product == "voice
            P0203 1:12 a text is not closed
              > "\"voice" begins here
              = close it with `"`
              = in a condition without quotes ` #` begins a comment; put the whole condition in single quotes
            product == 'voice
            P0205 1:12 texts stand in double quotes
              > "'voice" not closed
              = write `"…"`
            employees > 10x and seen_at < 2026-13-01 and since(seen_at) < 99999999999d
            P0216 1:13 `10x` is not a number, duration or instant
              > "10x"
              = write a number (`200`, `2.5`, `10k`, `2M`, `80%`), a duration (`15m`, `4h`, `14d`, `2w`) or an instant (`2026-11-20T15:00:00Z`)
            P0216 1:31 `2026-13-01` is not an instant
              > "2026-13-01"
              = write `2026-11-20` (its start in UTC) or `2026-11-20T15:00:00Z`
            P0216 1:63 `99999999999d` is longer than 136 years
              > "99999999999d"
              = use a shorter duration
            employees > $5 and employees > 1+1
            P0202 1:13 `$` means nothing in a condition
              > "$"
              = write the amount alone, e.g. `5000` or `5k`
            P0216 1:32 `1+1` is not a number, duration or instant
              > "1+1"
              = write a number (`200`, `2.5`, `10k`, `2M`, `80%`), a duration (`15m`, `4h`, `14d`, `2w`) or an instant (`2026-11-20T15:00:00Z`)
            employees > 1,000
            P0201 1:14 `,` cannot stand here
              > "," `and` or `or` expected before it
              = write thousands without a comma: `1000` or `1_000`
        "#]],
    );
}

#[test]
fn unknown_names_are_reported_with_the_nearest() {
    check_lead(
        r#"
        prodcut == "voice" and industris contains "x" and xyzzy > 3
        product == "voise" or product in wrong or segment == enterprise or industries contains tech
        email.domain in competitor or email.domain in xyzzy or email.domain in nobody or product in []
        country == "UK" or country in ["Germany"] or region == "California" or language == "german"
        competitors and didd(x) and foo(x)
        prodcut in competitor and product in industries
        "#,
        expect![[r#"
            prodcut == "voice" and industris contains "x" and xyzzy > 3
            P0206 1:1 there is no field `prodcut`
              > "prodcut"
              = did you mean `product`?
              fix "prodcut" -> "product"
            P0206 1:24 there is no field `industris`
              > "industris"
              = did you mean `industries`?
              fix "industris" -> "industries"
            P0206 1:51 there is no field `xyzzy`
              > "xyzzy"
              = declare it under `contract.fields` or `derived`
            product == "voise" or product in wrong or segment == enterprise or industries contains tech
            P0214 1:12 `product` is never `voise`
              > "\"voise\""
              = its values are `voice_ai`, `voice`, `messaging`
              = did you mean "voice"?
              fix "\"voise\"" -> "\"voice\""
            P0214 1:34 `product` is never `video`
              > "wrong" a value of this list
              = its values are `voice_ai`, `voice`, `messaging`
            P0206 1:54 there is no field `enterprise`
              > "enterprise"
              = if the text was meant, write "enterprise"
              fix "enterprise" -> "\"enterprise\""
            P0206 1:88 there is no field `tech`
              > "tech"
              = if the text was meant, write "tech"
              fix "tech" -> "\"tech\""
            email.domain in competitor or email.domain in xyzzy or email.domain in nobody or product in []
            P0212 1:17 there is no list `competitor`
              > "competitor"
              = did you mean `competitors`?
              fix "competitor" -> "competitors"
            P0212 1:47 there is no list `xyzzy`
              > "xyzzy"
              = declare it under `lists`, or write `["a", "b"]`
            P0213 1:72 the list `nobody` is empty
              > "nobody" nothing is in it
              = give it values under `lists`
            P0213 1:93 the list is empty
              > "[]" nothing is in it
              = write at least one value
            country == "UK" or country in ["Germany"] or region == "California" or language == "german"
            P0215 1:12 `UK` is not a country code
              > "\"UK\""
              = the code of the United Kingdom is `GB`
            P0215 1:32 `Germany` is not a country code
              > "\"Germany\""
              = write ISO 3166-1 codes of two letters, e.g. `DE`
            P0215 1:56 `California` is not a region code
              > "\"California\""
              = write ISO 3166-2 codes, e.g. `US-CA`
            P0215 1:84 `german` is not a language code
              > "\"german\""
              = write ISO 639-1 codes of two letters, e.g. `de`
            competitors and didd(x) and foo(x)
            P0206 1:1 there is no field `competitors`
              > "competitors"
              = `competitors` is a list: write `field in competitors`
            P0219 1:17 there is no function `didd`
              > "didd"
              = did you mean `did`?
            P0219 1:29 there is no function `foo`
              > "foo"
              = the functions are `did(kind)`, `count(kind)` and `since(field)`
            prodcut in competitor and product in industries
            P0206 1:1 there is no field `prodcut`
              > "prodcut"
              = did you mean `product`?
              fix "prodcut" -> "product"
            P0212 1:12 there is no list `competitor`
              > "competitor"
              = did you mean `competitors`?
              fix "competitor" -> "competitors"
        "#]],
    );
}

#[test]
fn types_must_fit() {
    check_lead(
        r#"
        employees > "200" or employees == "many" or employees > 10m or product == 3
        product > "a" or partner > true or industries == "a" or industries in ["a"] or partner == "yes"
        message contains "a" or employees contains "a" or employees mentions "a" or employees starts with "a"
        industries contains ["a", "b"] or product == ["voice"] or product in "voice" or partner between 1 and 2
        seen_at < 14d or seen_at < "2026-11-20" or since(product) < 14d or since(seen_at) < 14 or count(x) > 1.5
        product == employees or employees < potential or industries == product or industries contains employees or product in segment
        employees or since(seen_at) or count(x) or message
        did(x) == true or true == partner or "a" == product or 5
        message mentions "!?" or message starts with "" or industries contains any [tech, 3]
        "#,
        expect![[r#"
            employees > "200" or employees == "many" or employees > 10m or product == 3
            P0210 1:13 `"200"` is not a number
              > "\"200\"" a number expected
              = write it without quotes
              fix "\"200\"" -> "200"
            P0210 1:35 `"many"` is not a number
              > "\"many\"" a number expected
              = `employees` is a number of employees
            P0210 1:57 `10m` is not a number
              > "10m" a number expected
              = `m` is minutes; write `M` for millions
            P0210 1:75 `product` is one of the values declared, `3` is not
              > "3"
              = write "3" if the text was meant
              fix "3" -> "\"3\""
            product > "a" or partner > true or industries == "a" or industries in ["a"] or partner == "yes"
            P0211 1:9 `>` cannot be asked of `product`
              > ">"
              & "product" this is one of the values declared
              = texts have no order; write `==`, `!=` or `in`
            P0211 1:26 `>` cannot be asked of `partner`
              > ">"
              & "partner" this is yes or no
              = write the field alone, or `not` before it
            P0211 1:47 `==` cannot be asked of `industries`
              > "=="
              & "industries" this is a set of texts
              = write `contains "a"`, `contains any ["a", "b"]` or `contains all ["a", "b"]`
            P0211 1:68 `in` cannot be asked of `industries`
              > "in"
              & "industries" this is a set of texts
              = write `contains any ["a", "b"]` for a set
            P0210 1:91 `"yes"` is not yes or no
              > "\"yes\"" yes or no expected
              = write `true` or `false`
            message contains "a" or employees contains "a" or employees mentions "a" or employees starts with "a"
            P0211 1:9 `contains` cannot be asked of `message`
              > "contains"
              & "message" this is a text
              = write `mentions "word"` to look inside a text, or `==` to compare it
            P0211 1:35 `contains` cannot be asked of `employees`
              > "contains"
              & "employees" this is a number of employees
              = `contains` needs a set of texts
            P0211 1:61 `mentions` cannot be asked of `employees`
              > "mentions"
              & "employees" this is a number of employees
              = `mentions` needs a text
            P0211 1:87 `starts with` cannot be asked of `employees`
              > "starts with"
              & "employees" this is a number of employees
              = `starts with` and `ends with` compare a text with one text
            industries contains ["a", "b"] or product == ["voice"] or product in "voice" or partner between 1 and 2
            P0211 1:12 `contains` cannot be asked of `industries`
              > "contains"
              & "industries" this is a set of texts
              = write `contains any [..]` or `contains all [..]` for several values
            P0211 1:43 `==` cannot be asked of `product`
              > "=="
              & "product" this is one of the values declared
              = write `in ["a", "b"]` for one of several values
            P0211 1:67 `in` cannot be asked of `product`
              > "in"
              & "product" this is one of the values declared
              = write `==` for one value, or `in ["a", "b"]`
            P0211 1:89 `between` cannot be asked of `partner`
              > "between"
              & "partner" this is yes or no
              = `between` needs a number or an instant
            seen_at < 14d or seen_at < "2026-11-20" or since(product) < 14d or since(seen_at) < 14 or count(x) > 1.5
            P0210 1:11 `14d` is not an instant
              > "14d" an instant expected
              = write `since(field) < 14d` for the time that has passed
            P0210 1:28 `"2026-11-20"` is not an instant
              > "\"2026-11-20\"" an instant expected
              = write `2026-11-20` or `2026-11-20T15:00:00Z`, without quotes
            P0211 1:50 `product` is one of the values declared, not an instant
              > "product"
              = `since` counts from a field that holds an instant
            P0210 1:85 `14` is not a duration
              > "14" a duration expected
              = write it with its unit, e.g. `14d` or `4h`
            P0210 1:102 `1.5` is not a whole number
              > "1.5" a whole number expected
              = write how often, e.g. `>= 3`
            product == employees or employees < potential or industries == product or industries contains employees or product in segment
            P0210 1:12 `employees` is not one of the values declared
              > "employees" one of the values declared expected
              = `employees` is a number of employees
            P0211 1:35 `<` cannot be asked of `employees`
              > "<"
              & "employees" this is a number of employees
              = two fields can be compared with `==` and `!=` only
            P0211 1:61 `==` cannot be asked of `industries`
              > "=="
              & "industries" this is a set of texts
              = write `contains` between a set and a text
            P0211 1:95 `employees` is a number of employees, not a text
              > "employees"
              = a set holds texts; name a text or a field that is one
            P0211 1:119 `segment` is one of the values declared, not a set
              > "segment"
              = write `==` to compare two fields
            employees or since(seen_at) or count(x) or message
            P0217 1:1 `employees` is a number of employees, not yes or no
              > "employees" needs a comparison
              = e.g. `employees >= 10`
            P0217 1:14 `since(seen_at)` is not yes or no
              > "since(seen_at)" needs a comparison
              = e.g. `since(seen_at) < 14d`
            P0217 1:32 `count(x)` is not yes or no
              > "count(x)" needs a comparison
              = e.g. `count(x) >= 3`
            P0217 1:44 `message` is a text, not yes or no
              > "message" needs a comparison
              = e.g. `message == "a"`
            did(x) == true or true == partner or "a" == product or 5
            P0211 1:8 `did(x)` is yes or no by itself and cannot be compared
              > "=="
              = remove the comparison; write `not …` for the opposite
            P0211 1:24 `true` is yes or no by itself and cannot be compared
              > "=="
              = remove the comparison; write `not …` for the opposite
            P0218 1:38 `"a"` stands where a field was expected
              > "\"a\""
              = write the field on the left, e.g. `score >= 75` or `tags contains "a"`
            P0218 1:56 `5` stands where a field was expected
              > "5"
              = write the field on the left, e.g. `score >= 75` or `tags contains "a"`
            message mentions "!?" or message starts with "" or industries contains any [tech, 3]
            P0224 1:18 `!?` has no words to look for
              > "\"!?\""
              = a phrase needs letters or digits
            P0224 1:46 an empty text fits every value
              > "\"\""
              = write what the text begins or ends with
            P0210 1:77 `tech` is not a text
              > "tech"
              = write "tech"
              fix "tech" -> "\"tech\""
            P0210 1:83 `industries` is a set of texts, `3` is not
              > "3"
              = write "3" if the text was meant
              fix "3" -> "\"3\""
        "#]],
    );
}

#[test]
fn values_known_later_and_rep_fields_are_refused() {
    check_lead(
        "score >= 50 and rep.load < 80",
        expect![[r#"
            score >= 50 and rep.load < 80
            P0208 1:1 `score` has no value yet where this is asked
              > "score" it is known only after scoring
            P0209 1:17 `rep.load` is a rep's, and no rep is chosen yet
              > "rep.load"
              = fields of reps may be named in `filter`, `where`, `skills` and `only`
        "#]],
    );
}

#[test]
fn the_shape_must_be_right() {
    check_lead(
        r#"
        product ==
        and partner
        partner and
        partner or or partner
        (partner and (employees > 1
        partner) and (employees > 1))
        employees 75 and product equals "voice"
        partner partner and partner "x"
        1 < employees < 5 or 5 < 3
        employees > 1 < 5
        product in ["voice" "x"]
        product in ["voice", 
        employees between 1
        did() or did(x, 5) or since("x" and partner
        not
        ()
        product in (voice)
        "#,
        expect![[r#"
            product ==
            P0201 1:9 the condition ends too early
              > "==" a value is missing after this
              = write a value: a text in double quotes, a number, a duration
            and partner
            P0201 1:1 `and` cannot stand here
              > "and" a field was expected
              = a test begins with a field, e.g. `score >= 75`
            partner and
            P0201 1:9 the condition ends too early
              > "and" something is missing after this
              = write a test after it, or remove it
            partner or or partner
            P0201 1:12 `or` cannot stand here
              > "or" a field was expected
              = a test begins with a field, e.g. `score >= 75`
            (partner and (employees > 1
            P0220 1:1 a parenthesis is not closed
              > "(" opened here
              = close it with `)`
            P0220 1:14 a parenthesis is not closed
              > "(" opened here
              = close it with `)`
            partner) and (employees > 1))
            P0220 1:8 a `)` without its `(`
              > ")"
              = remove it, or open the parenthesis before
            P0220 1:29 a `)` without its `(`
              > ")"
              = remove it, or open the parenthesis before
            employees 75 and product equals "voice"
            P0201 1:11 `75` cannot stand here
              > "75" a comparison expected after `employees`
              = use `==`, `!=`, `<`, `<=`, `>`, `>=`, `in`, `not in`, `between`, `contains`, `mentions`, `starts with`, `ends with`, `is known` or `is missing`
            P0201 1:26 `equals` cannot stand here
              > "equals" a comparison expected after `product`
              = write `==`
            partner partner and partner "x"
            P0201 1:9 `partner` cannot stand here
              > "partner" a comparison expected after `partner`
              = use `==`, `!=`, `<`, `<=`, `>`, `>=`, `in`, `not in`, `between`, `contains`, `mentions`, `starts with`, `ends with`, `is known` or `is missing`
            P0201 1:29 `"x"` cannot stand here
              > "\"x\"" a comparison expected after `partner`
              = use `==`, `!=`, `<`, `<=`, `>`, `>=`, `in`, `not in`, `between`, `contains`, `mentions`, `starts with`, `ends with`, `is known` or `is missing`
            1 < employees < 5 or 5 < 3
            P0222 1:1 comparisons cannot be chained
              > "1 < employees <"
              = write `x between 1 and 5`, or two tests joined by `and`
            P0218 1:22 `5` stands where a field was expected
              > "5"
              = write the field on the left, e.g. `score >= 75` or `tags contains "a"`
            employees > 1 < 5
            P0222 1:1 comparisons cannot be chained
              > "employees > 1 <"
              = write `x between 1 and 5`, or two tests joined by `and`
            product in ["voice" "x"]
            P0201 1:21 a comma is missing in this list
              > "\"x\"" `,` or `]` expected
              = write `["a", "b"]`
            product in ["voice",
            P0220 1:12 a list is not closed
              > "[" opened here
              = close it with `]`
            employees between 1
            P0201 1:19 `between` needs two values
              > "1"
              = write `between 10 and 20`
            did() or did(x, 5) or since("x" and partner
            P0219 1:5 `did` cannot be called like this
              > ")" not expected here
              = write `did(demo_request)` or `did(demo_request, within 7d)`
            P0219 1:17 `did` cannot be called like this
              > "5" not expected here
              = write `did(demo_request)` or `did(demo_request, within 7d)`
            P0219 1:33 `since` cannot be called like this
              > "and" not expected here
              = write `since(history.last_contact_at) < 14d`
            not
            P0201 1:1 the condition ends too early
              > "not" something is missing after this
              = write a test after it, or remove it
            ()
            P0201 1:2 `)` cannot stand here
              > ")" a field was expected
              = a test begins with a field, e.g. `score >= 75`
            product in (voice)
            P0201 1:12 `(` cannot stand here
              > "(" a value was expected
              = lists stand in square brackets: `["a", "b"]`
        "#]],
    );
    check_lead(" ", expect![""]);
    let (_, found, _) = compile(" ", RepFields::Refused);
    expect![[r#"
        P0223 1:1 the condition is empty
          > " "
          = write a condition, or `true` for always
    "#]]
    .assert_eq(&shown(&Sources::single("p", " "), found));
}

#[test]
fn length_and_depth_are_limited() {
    let deep = format!("{}partner{}", "(".repeat(80), ")".repeat(80));
    let (expr, found, _) = compile(&deep, RepFields::Refused);
    assert_eq!(expr, None);
    assert_eq!(found.iter().map(|it| it.code).collect::<Vec<_>>(), ["P0221"]);
    let deep = format!("{}partner", "not ".repeat(80));
    assert_eq!(
        compile(&deep, RepFields::Refused).1.iter().map(|it| it.code).collect::<Vec<_>>(),
        ["P0221"]
    );
    let long = format!("partner{}", " or partner".repeat(1000));
    assert_eq!(
        compile(&long, RepFields::Refused).1.iter().map(|it| it.code).collect::<Vec<_>>(),
        ["P0221"]
    );
}

#[test]
fn replacements_have_the_escapes_of_their_quotes() {
    let mut found = Diagnostics::default();
    let file = "a: \"product == 'voice'\"\nb: 'product == ‘it''s’'\n";
    let tree = crate::parse::parse(0, file, &mut found).unwrap();
    let mut sample = sample();
    let mut symbols = std::mem::take(&mut sample.symbols);
    for entry in tree.entries() {
        let crate::tree::NodeKind::Scalar(text) = &entry.value.kind else { panic!("a scalar") };
        let scope = sample.scope(RepFields::Refused);
        compile_condition(text, entry.value.span, &scope, &mut symbols, &mut found);
    }
    expect![[r#"
        P0205 1:16 texts stand in double quotes
          > "'voice'"
          = write "voice"
          fix "'voice'" -> "\\\"voice\\\""
        P0205 2:16 texts stand in double quotes
          > "‘it''s’"
          = write "it's"
          fix "‘it''s’" -> "\"it''s\""
        P0214 2:16 `product` is never `it's`
          > "‘it''s’"
          = its values are `voice_ai`, `voice`, `messaging`
    "#]]
    .assert_eq(&shown(&Sources::single("p", file), found));
}

#[test]
fn the_longest_mistakes_are_read_without_depth() {
    for part in [")", "(", "partner ) ", "not ", "partner (", "[", "a,", "partner partner ", "x < "]
    {
        let text = part.repeat(8 * 1024 / part.len());
        let (expr, found, _) = compile(&text, RepFields::Refused);
        assert!(expr.is_none() && found.has_errors(), "{part}");
    }
}

proptest! {
    #[test]
    fn a_printed_condition_reads_back_as_the_same(expr in any_expr()) {
        let sample = sample();
        let mut symbols = symbols();
        let text = print(&expr, &sample.fields, &symbols);
        let scope = Scope { known_later: &|_| None, ..sample.scope(RepFields::Allowed) };
        let mut found = Diagnostics::default();
        let back = compile_condition(&Scalar::alone(&text), Span::default(), &scope, &mut symbols, &mut found);
        prop_assert!(found.is_empty(), "{text}\n{found:?}");
        prop_assert_eq!(back.as_ref().map(without_spans), Some(expr), "{}", text);
    }

    #[test]
    fn any_text_is_checked_without_a_panic(words in proptest::collection::vec(
        proptest::sample::select(&[
            "and", "or", "not", "(", ")", "[", "]", ",", "==", "!=", "<", "in", "contains", "any", "all", "mentions",
            "starts with", "ends", "is", "known", "missing", "between", "did(", "count(", "since(", "within", "true",
            "product", "employees", "seen_at", "industries", "partner", "score", "\"voice\"", "'x'", "\"", "5", "7d",
            "2026-11-20", "10k", "é", "&&", "!", "=", "->", "dach", "-", ".", "\\", "$",
        ][..]), 0..14), space in "[ ]{0,1}")
    {
        let text = words.join(&space);
        let (expr, found, _) = compile(&text, RepFields::Allowed);
        prop_assert_eq!(expr.is_none(), found.has_errors(), "{}", text);
    }

    #[test]
    fn any_characters_are_checked_without_a_panic(text in "\\PC{0,60}") {
        let (expr, found, _) = compile(&text, RepFields::Allowed);
        prop_assert_eq!(expr.is_none(), found.has_errors());
    }
}
