#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

use std::borrow::Cow;

use policy::Sources;
use serde_json::Value;

use super::*;

struct Row(Vec<(&'static str, &'static str)>);

impl Cells for Row {
    fn cell(&self, column: &str) -> Option<Cow<'_, Value>> {
        let found = self.0.iter().find(|(name, _)| *name == column);
        found.map(|(_, text)| Cow::Owned(Value::from(*text)))
    }

    fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _)| *name).collect()
    }
}

fn mapping(text: &str) -> Mapping {
    let (mapping, diagnostics) = read(&Sources::single("leads.map.yaml", text));
    mapping.unwrap_or_else(|| panic!("{diagnostics:?}"))
}

/// Code and underlined text of every mistake.
fn mistakes(text: &str) -> Vec<(&'static str, String)> {
    let sources = Sources::single("leads.map.yaml", text);
    let (mapping, diagnostics) = read(&sources);
    assert!(mapping.is_none());
    diagnostics.iter().map(|it| (it.code, sources.text(it.primary).to_owned())).collect()
}

fn columns(names: &[&str]) -> Vec<String> {
    names.iter().map(|it| (*it).to_owned()).collect()
}

const LEADS: &str = r#"
schema: 1
kind: leads
source: list
external_id: id
captured_at: { column: day, zone: America/Sao_Paulo }
missing: [Select]
fields:
  email: Mail
  name: { columns: [first, last] }
  product: { value: voice }
  handoff_reason: { column: origin, values: { "": unknown, social: Social }, other: keep }
  plan: { column: plan, values: { a: basic }, other: refuse }
consent:
  contact: { column: optout, values: { "No": true, "Yes": false } }
"#;

fn row(day: &'static str, origin: &'static str, plan: &'static str) -> Row {
    Row(vec![
        ("id", "17"),
        ("day", day),
        ("Mail", "ana@acme.example"),
        ("first", "Ana"),
        ("last", "Select"),
        ("origin", origin),
        ("plan", plan),
        ("optout", "No"),
        ("extra", "kept"),
    ])
}

#[test]
fn a_row_becomes_a_submission() {
    let mapping = mapping(LEADS);
    let names = ["id", "day", "Mail", "first", "last", "origin", "plan", "optout", "extra"];
    let bound = mapping.bind(&columns(&names)).unwrap();
    let lead = bound.lead(&row("2018-02-01", "social", "a")).0;
    let field = |name: &str| {
        lead.fields.iter().find(|(it, _)| it == name).and_then(|(_, value)| value.as_str())
    };
    assert_eq!(field("email"), Some("ana@acme.example"));
    assert_eq!(field("name"), Some("Ana"), "an empty part is left out of a joined value");
    assert_eq!(field("product"), Some("voice"));
    assert_eq!(field("handoff_reason"), Some("Social"));
    assert_eq!(field("plan"), Some("basic"));
    assert_eq!(field("extra"), Some("kept"), "columns nothing names stay with the lead");
    assert_eq!(lead.external.unwrap().id, "17");
    // Midnight in Sao Paulo in February 2018 was summer time, two hours behind UTC.
    assert_eq!(lead.captured_at.unwrap().to_string(), "2018-02-01T02:00:00Z");
    assert!(lead.consent[0].given);
}

#[test]
fn an_empty_cell_may_have_a_translation_and_others_stay() {
    let mapping = mapping(LEADS);
    let bound = mapping.bind(&[]).unwrap();
    let reason = |origin| {
        let lead = bound.lead(&row("2018-02-01", origin, "a")).0;
        let found = lead.fields.into_iter().find(|(name, _)| name == "handoff_reason");
        found.map(|(_, value)| value)
    };
    assert_eq!(reason(""), Some(Value::from("unknown")));
    assert_eq!(reason("Select"), Some(Value::from("unknown")));
    assert_eq!(reason("email"), Some(Value::from("email")));
}

#[test]
fn every_broken_cell_of_a_row_is_named() {
    let mapping = mapping(LEADS);
    let bound = mapping.bind(&[]).unwrap();
    let faults = bound.lead(&row("2018-02-30", "social", "z")).1;
    let codes: Vec<_> = faults.iter().map(|it| (it.at.as_str(), it.code)).collect();
    assert_eq!(codes, [("plan", "I0511"), ("captured_at", "I0113")]);
}

#[test]
fn a_column_the_file_lacks_is_reported_with_the_nearest_one() {
    let mapping = mapping("schema: 1\nexternal_id: id\nfields: { email: E-Mail }\n");
    let faults = mapping.bind(&columns(&["id", "Email"])).unwrap_err();
    assert_eq!(faults[0].code, "I0508");
    assert_eq!(faults[0].message, "the file has no column `E-Mail`");
    assert_eq!(faults[0].help, ["it has `Email`"]);
}

#[test]
fn columns_nothing_names_can_be_refused() {
    let mapping = mapping("schema: 1\nunmapped: refuse\nignore: [b]\nfields: { email: a }\n");
    let faults = mapping.bind(&columns(&["a", "b", "c", "d"])).unwrap_err();
    assert_eq!((faults.len(), faults[0].code), (1, "I0509"));
    assert_eq!(faults[0].message, "the mapping says nothing of `c`, `d`");
}

#[test]
fn outcomes_take_only_the_rows_asked_for() {
    let mapping = mapping(
        "schema: 1\nkind: outcomes\nonly: { column: won, equals: \"1\" }\nlead: id\n\
         outcome: { value: won }\nat: { column: at, order: day_first }\namount: worth\n",
    );
    let bound = mapping.bind(&[]).unwrap();
    let row = |won| Row(vec![("won", won), ("id", "17"), ("at", "02/03/2018"), ("worth", "1,200")]);
    assert!(!bound.takes(&row("0")));
    assert!(bound.takes(&row("1")));
    let outcome = bound.outcome(&row("1")).unwrap();
    assert_eq!((outcome.lead.as_str(), outcome.kind.as_str()), ("17", "won"));
    assert_eq!(outcome.at.unwrap().to_string(), "2018-03-02T00:00:00Z");
    assert_eq!(outcome.amount.unwrap().get(), 1200.0);
    let empty = bound.outcome(&Row(vec![("won", "1"), ("at", "x")])).unwrap_err();
    let codes: Vec<_> = empty.iter().map(|it| it.code).collect();
    assert_eq!(codes, ["I0510", "I0112"]);
}

#[test]
fn every_mistake_of_a_mapping_is_underlined() {
    let text = "schema: 2\nkind: lead\nfeilds: {}\ncaptured_at: { column: a, zone: Mars/One }\n\
                external_id: { column: a, value: b }\nignore: x\nonly: { column: a }\n";
    assert_eq!(
        mistakes(text),
        [
            ("I0503", "2".to_owned()),
            ("I0504", "lead".to_owned()),
            ("I0502", "feilds".to_owned()),
            ("I0506", "Mars/One".to_owned()),
            ("I0505", "{ column: a, value: b }".to_owned()),
            ("I0501", "x".to_owned()),
            ("I0505", "{ column: a }".to_owned()),
        ]
    );
    assert_eq!(mistakes("schema: 1\nkind: outcomes\nlead: id\n")[0].0, "I0507");
}

#[test]
fn the_examples_are_mappings() {
    for text in [
        include_str!("../../../../examples/imports/olist/leads.map.yaml"),
        include_str!("../../../../examples/imports/olist/outcomes.map.yaml"),
        include_str!("../../../../examples/imports/x_education/leads.map.yaml"),
        include_str!("../../../../examples/imports/x_education/outcomes.map.yaml"),
    ] {
        mapping(text);
    }
}

#[test]
fn rows_that_name_their_own_keys_keep_those_the_mapping_does_not_name() {
    let row = Row(vec![("id", "17"), ("Mail", "ana@acme.example"), ("seats", "40")]);
    let text = "schema: 1\nkind: leads\nexternal_id: id\nfields: { email: Mail }";
    let keep = mapping(text);
    let fields = |mapping: &Mapping| mapping.bind(&[]).unwrap().lead(&row).0.fields;
    let names = |mapping: &Mapping| fields(mapping).into_iter().map(|it| it.0).collect::<Vec<_>>();
    assert_eq!(names(&keep), ["email", "seats"]);
    assert_eq!(names(&mapping(&format!("{text}\nunmapped: ignore"))), ["email"]);
}

#[test]
fn columns_called_as_the_fields_need_no_mapping() {
    let header = columns(&["Offered At", "LEAD", "rep", "Shoe size"]);
    let by_name = |kind, zone| Mapping::by_name(kind, &header, zone);
    assert_eq!(by_name(MappingKind::Activities, None), Err(vec!["at", "kind"]));
    let mapping = by_name(MappingKind::Handoffs, Some("Europe/Berlin")).unwrap();
    let bound = mapping.bind(&header).unwrap();
    assert_eq!(bound.unnamed(), ["Shoe size"]);
    let row = Row(vec![("Offered At", "2026-03-02 10:00"), ("LEAD", " 17 "), ("rep", "")]);
    let mut record = bound.record(&row);
    assert_eq!(record.text("lead").as_deref(), Some("17"));
    assert_eq!(record.instant("offered_at").unwrap().to_string(), "2026-03-02T09:00:00Z");
    let faults: Vec<_> = record.faults().into_iter().map(|it| (it.at, it.code)).collect();
    assert_eq!(faults, [("rep".to_owned(), "I0510")]);

    let names = columns(&["id", "attributes.region", "Capacity Open"]);
    let reps = Mapping::by_name(MappingKind::Reps, &names, None).unwrap();
    let fields: Vec<_> = reps.fields.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(fields, ["id", "capacity.open", "attributes.region"]);
    let won = columns(&["lead", "outcome", "amount"]);
    let outcomes = Mapping::by_name(MappingKind::Outcomes, &won, None).unwrap();
    let bound = outcomes.bind(&won).unwrap();
    let row = Row(vec![("lead", "17"), ("outcome", "won"), ("amount", "1,200")]);
    let outcome = bound.outcome(&row).unwrap();
    assert_eq!(outcome.amount.map(model::Number::get), Some(1_200.0));
}

#[test]
fn fields_that_rows_do_not_have_or_must_have_are_named() {
    let text = "schema: 1\nkind: reps\nfields: { id: Id, capacity.opne: Max, attributes.x: X }\n";
    assert_eq!(mistakes(text), [("I0502", "capacity.opne".to_owned())]);
    let text = "schema: 1\nkind: activities\nzone: Mars/One\nfields: { lead: Id, at: When }\n";
    let found = [("I0506", "Mars/One".to_owned()), ("I0507", "fields".to_owned())];
    assert_eq!(mistakes(text), found);
}
