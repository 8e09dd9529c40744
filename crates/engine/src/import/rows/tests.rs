#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

use std::io::Write;

use super::*;

fn write(extension: &str, content: &[u8]) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(extension).tempfile().unwrap();
    file.write_all(content).unwrap();
    file
}

fn rows(extension: &str, content: &[u8]) -> Result<Vec<Row>, FileFault> {
    RowFile::open(write(extension, content).path(), None)?.collect()
}

fn texts(row: &Row) -> Vec<&str> {
    match row.cells.as_ref().unwrap() {
        Cells::Texts(texts) => texts.iter().map(String::as_str).collect(),
        Cells::Object(_) => Vec::new(),
    }
}

fn fault(row: &Row) -> &RowFault {
    row.cells.as_ref().unwrap_err()
}

#[test]
fn quoted_cells_may_hold_separators_and_line_ends() {
    let rows = rows(".csv", b"a,b\r\n\"x, y\",\"two\nlines\"\r\nlast,\"\"\"q\"\"\"\r\n").unwrap();
    assert_eq!(texts(&rows[0]), ["x, y", "two\nlines"]);
    assert_eq!(texts(&rows[1]), ["last", "\"q\""]);
    assert_eq!((rows[1].number, rows[1].line), (2, 4));
}

#[test]
fn files_with_carriage_returns_only_are_read() {
    let rows = rows(".csv", b"a;b\r1;2\r3;4").unwrap();
    assert_eq!(texts(&rows[0]), ["1", "2"]);
    assert_eq!(texts(&rows[1]), ["3", "4"]);
}

#[test]
fn an_unclosed_quote_costs_only_its_own_line() {
    let rows = rows(".csv", b"a,b\n1,2\n\"open,3\n4,5\n6,7\n").unwrap();
    assert_eq!(rows.len(), 4);
    assert_eq!(fault(&rows[1]), &RowFault::CellCount { expected: 2, found: 1 });
    assert_eq!((rows[1].raw.as_str(), rows[1].line), ("\"open,3", 3));
    assert_eq!(texts(&rows[2]), ["4", "5"]);
    assert_eq!(texts(&rows[3]), ["6", "7"]);
}

#[test]
fn a_row_with_missing_cells_is_kept_with_its_text() {
    let rows = rows(".csv", b"a,b,c\n1,2\n3,4,5\n").unwrap();
    assert_eq!(fault(&rows[0]), &RowFault::CellCount { expected: 3, found: 2 });
    assert_eq!(rows[0].raw, "1,2");
    assert_eq!(texts(&rows[1]), ["3", "4", "5"]);
}

#[test]
fn bytes_that_are_no_utf8_are_reported_with_their_place() {
    let rows = rows(".csv", b"name,city\nAna,M\xfcnchen\nBo,Ulm\n").unwrap();
    assert_eq!(fault(&rows[0]), &RowFault::NotUtf8 { at: 5 });
    assert_eq!(texts(&rows[1]), ["Bo", "Ulm"]);
}

#[test]
fn a_named_encoding_is_read() {
    let file = write(".csv", b"name,city\nAna,M\xfcnchen\n");
    let rows: Vec<_> = RowFile::open(file.path(), Some("windows-1252")).unwrap().collect();
    assert_eq!(texts(rows[0].as_ref().unwrap()), ["Ana", "München"]);
    let error = RowFile::open(file.path(), Some("klingon")).unwrap_err();
    assert_eq!(error.code(), "I0405");
}

#[test]
fn byte_order_marks_are_understood() {
    let utf16: Vec<u8> = "\u{feff}a;b\nü;2\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(texts(&rows(".csv", &utf16).unwrap()[0]), ["ü", "2"]);
    let file = RowFile::open(write(".csv", "\u{feff}a,b\n1,2\n".as_bytes()).path(), None).unwrap();
    assert_eq!(file.columns(), ["a", "b"]);
}

#[test]
fn nul_bytes_and_huge_fields_are_refused() {
    let mut content = b"a,b\nx\0y,1\n".to_vec();
    content.extend(vec![b'z'; 10 << 20]);
    content.extend(b",2\n3,4\n");
    let rows = rows(".csv", &content).unwrap();
    assert_eq!(fault(&rows[0]), &RowFault::NulByte { column: "a".to_owned() });
    assert_eq!(
        fault(&rows[1]),
        &RowFault::FieldTooLong { column: "a".to_owned(), bytes: 10 << 20 }
    );
    assert_eq!(texts(&rows[2]), ["3", "4"]);
}

#[test]
fn two_columns_of_one_name_are_refused() {
    let error = rows(".csv", b"a,b,a\n1,2,3\n").unwrap_err();
    assert_eq!(error.to_string(), "columns 1 and 3 are both called `a`");
    assert_eq!(rows(".csv", b"").unwrap_err().code(), "I0403");
}

#[test]
fn columns_without_a_name_get_one() {
    let file = RowFile::open(write(".csv", b"a,\n1,\n").path(), None).unwrap();
    assert_eq!(file.columns(), ["a", "column_2"]);
}

#[test]
fn json_lines_are_read_line_by_line() {
    let content = b"{\"a\": 1, \"b\": \"x\"}\n\nnot json\n[1]\n{\"a\": 1, \"a\": 2}\n{\"a\": null}";
    let rows = rows(".jsonl", content).unwrap();
    assert_eq!(rows.len(), 5);
    assert_eq!(
        rows[0].cells,
        Ok(Cells::Object(vec![("a".into(), Value::from(1)), ("b".into(), Value::from("x"))]))
    );
    assert_eq!(fault(&rows[1]).code(), "I0416");
    assert_eq!(rows[1].line, 3);
    assert_eq!(fault(&rows[2]).code(), "I0416");
    assert_eq!(fault(&rows[3]), &RowFault::DuplicateKey { key: "a".to_owned() });
    assert_eq!(rows[4].cells, Ok(Cells::Object(vec![("a".into(), Value::Null)])));
}

#[test]
fn files_that_hold_no_rows_are_refused() {
    assert_eq!(rows(".pdf", b"x").unwrap_err().code(), "I0401");
    assert_eq!(rows(".xlsx", b"x").unwrap_err().code(), "I0406");
    let missing = RowFile::open(Path::new("does-not-exist.csv"), None).unwrap_err();
    assert_eq!(missing.code(), "I0402");
}

#[test]
fn any_bytes_end_in_rows_or_a_fault() {
    let mut seed: u64 = 7;
    for _ in 0..300 {
        let mut content = Vec::new();
        for _ in 0..200 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            content.push(b"\"\",,;\n\r\nab\xff\0{}:1"[(seed >> 33) as usize % 16]);
        }
        for extension in [".csv", ".tsv", ".jsonl"] {
            let lines = content.iter().filter(|it| **it == b'\n' || **it == b'\r').count();
            if let Ok(rows) = rows(extension, &content) {
                assert!(rows.len() <= lines + 1, "no row is read twice");
            }
        }
    }
}
