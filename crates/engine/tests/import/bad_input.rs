//! What people really upload.

use std::io::Write;

use engine::import::History;

use super::{Scene, counts, import, import_as};
use crate::scene::{faults, on_both, set_up_demo};

#[test]
fn each_broken_row_is_rejected_alone_with_its_code_and_its_text() {
    on_both(|engine| {
        set_up_demo(engine);
        let mut file = Vec::new();
        file.extend_from_slice(b"email,country,handoff_reason,captured_at\n");
        file.extend_from_slice(b"ana@acme.example,DE,Product - Voice,\n");
        file.extend_from_slice(b"nul\0@acme.example,DE,Product - Voice,\n");
        file.extend_from_slice(b"caf\xe9@acme.example,DE,Product - Voice,\n");
        file.extend_from_slice(b"short@acme.example,DE\n");
        file.extend_from_slice(b"day@acme.example,DE,Product - Voice,2026-02-30\n");
        file.extend_from_slice(b"order@acme.example,DE,Product - Voice,03/04/2026\n");
        file.extend_from_slice(b"\"open@acme.example,DE,Product - Voice,\n");
        file.write_all(b"long@acme.example,DE,").unwrap();
        file.resize(file.len() + (10 << 20), b'x');
        file.extend_from_slice(b",\n");
        file.extend_from_slice(b",,,\n");
        file.extend_from_slice(b"zoe@acme.example,DE,Product - Voice,\n");
        let scene = Scene::new("leads.csv", file);
        let summary = import(engine, &scene);
        assert_eq!((summary.rows, summary.new, summary.rejected), (10, 2, 8), "{summary:?}");
        let mut codes = Vec::new();
        let mut reader = csv::Reader::from_reader(std::io::Cursor::new(scene.rejected()));
        for record in reader.records() {
            let record = record.unwrap();
            let n = record.len();
            codes.push((record[n - 6].to_owned(), record[n - 4].to_owned()));
        }
        let expected = [
            ("2", "I0413"),
            ("3", "I0412"),
            ("4", "I0411"),
            ("5", "I0113"),
            ("6", "I0114"),
            ("7", "I0411"),
            ("8", "I0414"),
            ("9", "I0302; I0303"),
        ];
        let expected = expected.map(|(row, code)| (row.to_owned(), code.to_owned()));
        assert_eq!(codes, expected);
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}

#[test]
fn duplicate_keys_make_one_lead_and_a_second_import_adds_nothing() {
    on_both(|engine| {
        set_up_demo(engine);
        let rows = "external_id,email,company,handoff_reason\n\
            1,ana@acme.example,Acme,Product - Voice\n\
            1,ana@acme.example,Acme,Product - Voice\n\
            1,ana@acme.example,Acme Robotics,Product - Voice\n\
            2,ANA@acme.example,Acme,Product - Voice\n\
            3,bo@acme.example,Acme,Product - Voice\n";
        let scene = Scene::new("leads.csv", rows);
        let first = import(engine, &scene);
        let found = (first.new, first.attached, first.unchanged);
        assert_eq!(found, (2, 2, 1), "{first:?}");
        let before = counts(engine);
        import(engine, &scene);
        assert_eq!(counts(engine), before);
        assert_eq!(faults(engine), Vec::<String>::new());
    });
}

#[test]
fn a_file_that_is_no_list_writes_nothing() {
    on_both(|engine| {
        set_up_demo(engine);
        let files: [(&str, &[u8], &str); 5] = [
            ("leads.csv", b"", "I0403"),
            ("leads.csv", b"email,email\na,b\n", "I0404"),
            ("leads.pdf", b"%PDF-1.7", "I0401"),
            ("leads.xlsx", b"PK not really", "I0406"),
            ("leads.sqlite", b"SQLite format 3\0", "I0401"),
        ];
        for (name, content, code) in files {
            let scene = Scene::new(name, content);
            let refused = import_as(engine, &scene.path, None, History::ByAge);
            assert_eq!(refused.unwrap_err().code(), code, "{name}");
        }
        assert_eq!(counts(engine)[0].1, 0);
    });
}

#[test]
fn other_encodings_are_read_by_their_mark_or_by_the_mapping() {
    on_both(|engine| {
        set_up_demo(engine);
        let text = "email,company,handoff_reason\nana@acme.example,Müller GmbH,Product - Voice\n";
        let utf16: Vec<u8> = [0xff, 0xfe]
            .into_iter()
            .chain(text.encode_utf16().flat_map(u16::to_le_bytes))
            .collect();
        let summary = import(engine, &Scene::new("leads.csv", utf16));
        assert_eq!((summary.new, summary.rejected), (1, 0));
        let latin: Vec<u8> = text.replace("ana@", "bo@").chars().map(|it| it as u8).collect();
        let mapping = "schema: 1\nkind: leads\nencoding: windows-1252\n\
            fields: { email: email, company: company, handoff_reason: handoff_reason }\n";
        let mapping = engine::import::MappingFile::parse("map.yaml", mapping).unwrap();
        let scene = Scene::new("latin.csv", latin);
        let summary = import_as(engine, &scene.path, Some(&mapping), History::ByAge).unwrap();
        assert_eq!((summary.new, summary.rejected), (1, 0));
    });
}
