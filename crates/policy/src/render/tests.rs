use expect_test::expect;
use proptest::prelude::*;

use super::*;

fn span(start: u32, end: u32) -> Span {
    Span { file: 0, start, end }
}

#[test]
fn a_finding_shows_its_line_its_advice_and_where_to_read_more() {
    let text = "name: x\nrouting:\n  rules:\n    - when: region == \"EMEA\" and region == \"NA\"\n      to: [{ queue: triage }]\n";
    let at = |part: &str| {
        let start = u32::try_from(text.find(part).unwrap()).unwrap();
        span(start, start + u32::try_from(part.len()).unwrap())
    };
    let found = Diagnostic::error("P0206", "rule `emea` can never match", at("region == \"NA\""))
        .label("contradicts the test before it")
        .other(at("region == \"EMEA\""), "this one")
        .help("write `region in [\"EMEA\", \"NA\"]` to accept both")
        .fix(at("region == \"NA\""), "true");
    let warning = Diagnostic::warning("P0002", "nothing to see", at("x"));
    let sources = Sources::single("policies/routing.yaml", text);
    expect![[r#"
        error[P0206]: rule `emea` can never match
         --> policies/routing.yaml:4:34
          |
        4 |     - when: region == "EMEA" and region == "NA"
          |             ----------------     ^^^^^^^^^^^^^^ contradicts the test before it
          |             |
          |             this one
          |
          = help: write `region in ["EMEA", "NA"]` to accept both
          = help: write `true`
          = more: baton explain P0206

        warning[P0002]: nothing to see
         --> policies/routing.yaml:1:7
          |
        1 | name: x
          |       ^
          |
          = more: baton explain P0002
    "#]]
    .assert_eq(&render(&[found.clone(), warning], &sources, Color::Never));
    let colored = render(&[found], &sources, Color::Always);
    assert!(colored.contains("\u{1b}["), "{colored}");
}

#[test]
fn a_finding_as_json_says_where_and_what() {
    let found = Diagnostic::error("P0206", "no field `é`", span(3, 5))
        .other(span(0, 1), "in this")
        .help("write `e`")
        .fix(span(3, 5), "e");
    let sources = Sources::single("p.yaml", "a: é\n");
    let expect = json!([{
        "code": "P0206", "severity": "error", "message": "no field `é`", "label": "",
        "file": "p.yaml", "line": 1, "column": 4, "end": { "line": 1, "column": 5 },
        "others": [{
            "file": "p.yaml", "line": 1, "column": 1, "end": { "line": 1, "column": 2 },
            "label": "in this",
        }],
        "help": ["write `e`"],
        "fix": {
            "file": "p.yaml", "line": 1, "column": 4, "end": { "line": 1, "column": 5 },
            "text": "e",
        },
    }]);
    assert_eq!(render_json(&[found], &sources), expect);
}

#[test]
fn tabs_and_wide_characters_keep_the_underline_in_place() {
    let text = "a:\t日本 == \"é\" # x\r\nb: 1\r\n";
    let start = u32::try_from(text.find('"').unwrap()).unwrap();
    let found = Diagnostic::error("P0205", "here", span(start, start + 4)).label("this");
    let sources = Sources::single("p.yaml", text);
    expect![[r#"
        error[P0205]: here
         --> p.yaml:1:10
          |
        1 | a:    日本 == "é" # x
          |               ^^^ this
          |
          = more: baton explain P0205
    "#]]
    .assert_eq(&render(&[found], &sources, Color::Never));
}

#[test]
fn places_in_two_files_and_of_several_lines_are_shown() {
    let mut sources = Sources::single("a.yaml", "a: 1\nb:\n  - 2\n  - 3\n");
    sources.files.push(SourceFile { path: "b.yaml".to_owned(), text: "a: 2".to_owned() });
    let found = Diagnostic::error("P0002", "twice", span(5, 20))
        .other(Span { file: 1, start: 0, end: 1 }, "first here");
    expect![[r#"
        error[P0002]: twice
         --> a.yaml:2:1
          |
        2 | b:
          | ^^
          |
         ::: b.yaml:1:1
          |
        1 | a: 2
          | - first here
          |
          = more: baton explain P0002
    "#]]
    .assert_eq(&render(&[found], &sources, Color::Never));
}

#[test]
fn no_findings_are_no_text() {
    assert_eq!(render(&[], &Sources::default(), Color::Never), "");
}

proptest! {
    #[test]
    fn any_place_in_any_text_is_rendered(
        text in "[a-c:é日\t\r\n\u{200d}\u{301} ]{0,40}",
        start in 0_u32..70, end in 0_u32..70, other in 0_u32..70, file in 0_u16..2,
    ) {
        let sources = Sources::single("p", text);
        let found = Diagnostic::error("P0001", "here", Span { file, start, end })
            .other(span(other, end), "there");
        prop_assert!(render(std::slice::from_ref(&found), &sources, Color::Never).contains("P0001"));
        prop_assert!(render_json(&[found], &sources).is_array());
    }
}
