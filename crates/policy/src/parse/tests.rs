use std::fmt::Write;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::shown::shown;
use crate::span::Sources;
use crate::tree::{Node, NodeKind};

/// The tree on one line.
fn outline(node: &Node, text: &mut String) {
    match &node.kind {
        NodeKind::Scalar(scalar) => {
            let _ = write!(text, "{:?}", scalar.text);
        }
        NodeKind::List(items) => {
            text.push('[');
            for it in items {
                outline(it, text);
                text.push(' ');
            }
            text.push(']');
        }
        NodeKind::Map(entries) => {
            text.push('{');
            for it in entries {
                let _ = write!(text, "{}: ", it.key);
                outline(&it.value, text);
                text.push(' ');
            }
            text.push('}');
        }
    }
}

fn read(text: &str) -> String {
    let mut found = Diagnostics::default();
    let tree = parse(0, text, &mut found);
    let mut all = String::new();
    if let Some(tree) = tree {
        outline(&tree, &mut all);
        all.push('\n');
    }
    all + &shown(&Sources::single("p.yaml", text), found)
}

fn check(text: &str, expect: Expect) {
    expect.assert_eq(&read(text));
}

/// The underlined text of bytes `wanted` within the only scalar that holds it.
fn underlined(text: &str, wanted: &str) -> String {
    fn find(node: &Node, wanted: &str) -> Option<Span> {
        match &node.kind {
            NodeKind::Scalar(scalar) => {
                let at = scalar.text.find(wanted)?;
                Some(scalar.span_of(node.span, at..at + wanted.len()))
            }
            NodeKind::List(items) => items.iter().find_map(|it| find(it, wanted)),
            NodeKind::Map(entries) => entries.iter().find_map(|it| find(&it.value, wanted)),
        }
    }
    let tree = parse(0, text, &mut Diagnostics::default());
    let span = tree.and_then(|it| find(&it, wanted)).unwrap_or_default();
    Sources::single("p.yaml", text).text(span).to_owned()
}

#[test]
fn a_place_inside_a_scalar_is_found_in_the_file() {
    for text in [
        "a: x mentions tax and y\n",
        "é: ü\r\na: x mentions tax and y # tax\r\n",
        "a: 'it''s x and tax'\n",
        "a: \"\\\"x\\\" == \\u0041 tax\" # tax\n",
        "a: x\n  and é\n  and tax\nb: 1\n",
        "a: >-\n  x or\n  tax\n",
        "a: |\r\n  x or\r\n    tax\r\n",
        "- {a: [1, 'tax']}\n",
    ] {
        assert_eq!(underlined(text, "tax"), "tax", "{text}");
    }
    assert_eq!(underlined("a: \"x == \\\"b\\\"\"\n", "\"b\""), "\\\"b\\\"");
}

#[test]
fn texts_stay_texts() {
    check(
        "a: no\nb: 1.10\nc:\nd: [~, \"\", 'q']\n",
        expect![[r#"
        {a: "no" b: "1.10" c: "" d: ["~" "" "q" ] }
    "#]],
    );
}

#[test]
fn nothing_is_no_mistake() {
    check("", expect![""]);
    check("# only\n", expect![""]);
}

#[test]
fn repeated_keys_are_reported_and_left_out() {
    check(
        "a: 1\nb: {c: 1, c: 2}\na: 3\n",
        expect![[r#"
        {a: "1" b: {c: "1" } }
        P0002 2:11 the key `c` stands here twice
          > "c" this one is left out
          & "c" first written here
          = keep one of them, or give this one another name
        P0002 3:1 the key `a` stands here twice
          > "a" this one is left out
          & "a" first written here
          = keep one of them, or give this one another name
    "#]],
    );
}

#[test]
fn anchors_aliases_tags_and_merge_keys_are_refused() {
    check(
        "a: &x 1\nb: *x\nc: !!int 3\nd:\n  <<: *x\n  e: !env [é]\nf: &é\n  g: 1\n",
        expect![[r#"
            {a: "1" c: "3" d: {e: ["é" ] } f: {g: "1" } }
            P0003 1:4 anchors are not read
              > "&x"
              = remove it and write the value out where it is used
              fix "&x" -> ""
            P0003 2:4 aliases are not read
              > "*x" refers to another place
              = write the value out, or name it under `lists` or `derived`
            P0004 3:4 tags are not read
              > "!!int"
              = remove it; the field decides the type of a value
              fix "!!int" -> ""
            P0003 5:3 merge keys are not read
              > "<<"
              = write the keys out
            P0003 5:7 aliases are not read
              > "*x" refers to another place
              = write the value out, or name it under `lists` or `derived`
            P0004 6:6 tags are not read
              > "!env"
              = remove it; the field decides the type of a value
              fix "!env" -> ""
            P0003 7:4 anchors are not read
              > "&é"
              = remove it and write the value out where it is used
              fix "&é" -> ""
        "#]],
    );
}

#[test]
fn a_second_document_is_refused() {
    check(
        "a: 1\n---\nb: 2\n",
        expect![[r#"
        {a: "1" }
        P0005 2:1 a second document starts here
          > "---" everything from here on is not read
          = remove the line `---`, or put what follows in a file of its own
    "#]],
    );
}

#[test]
fn keys_must_be_texts() {
    check(
        "? [a, b]\n: 1\nc: {[d]: 2}\n",
        expect![[r#"
        {c: {} }
        P0011 1:3 a key must be a text
          > "[a, b]" a list or a map
          = if a condition or a text was meant, put it in quotes
        P0011 3:5 a key must be a text
          > "[d]" a list or a map
          = if a condition or a text was meant, put it in quotes
    "#]],
    );
}

#[test]
fn mistakes_in_several_places_show_in_one_run() {
    check(
        "name: ok\nlists:\n  a: [x\n  b: [y]\nrules:\n  - id: one\n    when: x: y\n  - id: two\n    when: 'x\n  - id: three\nlast: @x\nnokey\n\"q\" in list: z\nfoo: \"a\" in b\n",
        expect![[r#"
            {name: "ok" lists: {b: ["y" ] } rules: [{id: "one" } {id: "two" } {id: "three" } ] }
            P0001 3:3 a bracket is not closed, or a comma is missing
              > "a: [x"
              = check that each `{` and `[` has its `}` and `]`, with commas between the items
            P0001 7:12 a `:` stands where no key can be
              > ":"
              = a value that holds `: ` needs quotes; a key must be indented like the keys beside it
            P0001 9:11 a quote is not closed
              > "'x"
              = close it, or indent the lines that belong to it
            P0001 11:7 a value cannot begin with this character
              > "@x"
              = put the value in quotes
            P0001 12:1 a text stands where a key was expected
              > "nokey"
              = write `key: value`, or `- value` in a list
            P0001 13:5 text follows the closing quote
              > "in"
              = put the whole value in single quotes: `'"a" in names'`
            P0001 14:10 text follows the closing quote
              > "in"
              = put the whole value in single quotes: `'"a" in names'`
        "#]],
    );
}

#[test]
fn a_condition_with_brackets_in_a_flow_map_is_offered_quotes() {
    check(
        "rules:\n  - { id: é, when: x in [\"a\", \"b\"], then: c }\n  - { id: d }\n",
        expect![[r#"
            {rules: [{id: "d" } ] }
            P0012 2:20 a value with brackets needs quotes here
              > "x in [\"a\", \"b\"]" inside `{ … }` a bracket or comma ends the value
              = put it in single quotes, or write the keys on lines of their own
              fix "x in [\"a\", \"b\"]" -> "'x in [\"a\", \"b\"]'"
        "#]],
    );
}

#[test]
fn tabs_that_indent_are_reported_each() {
    check(
        "a:\n\tb: 1\n\tc: 2\nd:\te\n",
        expect![[r#"
            P0006 2:1 a tab indents this line
              > "\t" tab
              = indent with spaces, two for each level
            P0006 3:1 a tab indents this line
              > "\t" tab
              = indent with spaces, two for each level
            P0001 4:4 a `:` without a space behind it
              > "e"
              = write `key: value` with a space
        "#]],
    );
}

#[test]
fn control_characters_are_reported_and_passed_over() {
    check(
        "a: b\0c\nd: \u{1b}[1m\n",
        expect![[r#"
            {a: "b c" }
            P0007 1:5 a NUL byte stands in the file
              > "\0" not a character of a policy
              = delete it; if there are many, the file is not a text file in UTF-8
              fix "\0" -> ""
            P0001 2:1 a bracket is not closed, or a comma is missing
              > "d: \u{1b}[1m"
              = check that each `{` and `[` has its `}` and `]`, with commas between the items
            P0007 2:4 the control character U+001B stands in the file
              > "\u{1b}" not a character of a policy
              = delete it; if there are many, the file is not a text file in UTF-8
              fix "\u{1b}" -> ""
        "#]],
    );
}

#[test]
fn depth_and_size_are_limited() {
    let deep = format!("a: {}{}\n", "[".repeat(70), "]".repeat(70));
    assert!(read(&deep).contains("P0010"), "{}", read(&deep));
    let long = format!("a: {}\n", "x".repeat(FILE_BYTES_MAX));
    assert!(read(&long).contains("P0009"));
}

#[test]
fn a_file_of_mistakes_shows_only_the_first() {
    let mut found = Diagnostics::default();
    parse(0, &"k: [\n".repeat(300), &mut found);
    assert_eq!(found.len(), MISTAKES_MAX);
    let last = found.into_sorted().pop().unwrap();
    assert_eq!(last.help.last().unwrap(), "the file has 100 mistakes more, which are not shown");
}

#[test]
fn bytes_that_are_not_utf_8_are_reported() {
    let mut found = Diagnostics::default();
    let text = decode(0, b"a: \xE9t\xE9\n", &mut found);
    expect![[r#"
        P0008 1:4 the file is not UTF-8
          > "�"
          = save it as UTF-8
    "#]]
    .assert_eq(&shown(&Sources::single("p.yaml", text), found));
    let mut found = Diagnostics::default();
    decode(0, &[0xFF, 0xFE, b'a', 0], &mut found);
    assert_eq!(
        found.iter().map(|it| it.message.as_str()).collect::<Vec<_>>(),
        ["the file is UTF-16, not UTF-8"]
    );
}

proptest! {
    #[test]
    fn any_text_is_read_without_a_panic(text in "[a-c:\\-{}\\[\\],'\"#&*!|>?\\\\ \t\r\né0-9%@\u{feff}]{0,80}") {
        let found = read(&text);
        prop_assert!(found.len() < 100_000);
    }

    #[test]
    fn every_place_of_a_scalar_shows_its_character(words in proptest::collection::vec("[a-z\"'\\\\é]{1,4}", 1..6), style in 0..4) {
        let text = words.join(" ");
        let file = match style {
            0 => format!("k: '{}'\n", text.replace('\'', "''")),
            1 => format!("k: \"{}\" # c\n", text.replace('\\', "\\\\").replace('"', "\\\"")),
            2 => format!("k: |-\r\n  {}\r\n", text.replace(' ', "\r\n  ")),
            _ => format!("k: x{}\n", text.replace(' ', "\n    ")),
        };
        let sources = Sources::single("p", file.as_str());
        let tree = parse(0, &file, &mut Diagnostics::default());
        let value = tree.as_ref().and_then(|it| it.get("k")).map(|it| &it.value);
        let Some(Node { span, kind: NodeKind::Scalar(scalar) }) = value else {
            return Err(TestCaseError::fail(format!("{file} -> {tree:?}")));
        };
        prop_assert!(!scalar.places.is_empty(), "{}", file);
        for (at, it) in scalar.text.char_indices().filter(|(_, it)| !it.is_whitespace()) {
            let place = scalar.span_of(*span, at..at + it.len_utf8());
            let shown = sources.text(place);
            prop_assert!(shown.ends_with(it) && shown.len() <= 2, "{file} {at} {it} {place:?}");
        }
    }
}

/// A policy that compiles, for changing.
const POLICY: &str = include_str!("../../../../examples/policies/default.yaml");

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_policy_with_pieces_changed_is_compiled_shown_and_laid_out_without_a_panic(
        edits in proptest::collection::vec(
            (any::<proptest::sample::Index>(), 0_usize..12, "[a-z:\\-{}\\[\\],'\"#&*!|> \t\né=()0-9]{0,6}"),
            1..6,
        )
    ) {
        let mut text = POLICY.to_owned();
        for (at, length, more) in edits {
            let start = text.floor_char_boundary(at.index(text.len()));
            let end = text.ceil_char_boundary((start + length).min(text.len()));
            text.replace_range(start..end, &more);
        }
        let sources = Sources::single("p.yaml", text.as_str());
        let (policy, found) = crate::compile(&sources);
        let errors = found.iter().any(|it| it.severity == crate::Severity::Error);
        prop_assert!(policy.is_some() || errors);
        prop_assert_eq!(crate::render(&found, &sources, crate::Color::Never).is_empty(), found.is_empty());
        if let Ok(written) = crate::format(&text) {
            prop_assert_eq!(crate::format(&written).ok(), Some(written));
        }
    }
}
