//! The committed description of the API is the one the handlers give.

use std::collections::BTreeSet;

use serde_json::Value;

const FILE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/openapi.json");

fn document() -> Value {
    serde_json::to_value(server::openapi()).unwrap()
}

fn operations(document: &Value) -> Vec<(String, String, Value)> {
    let mut all = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            all.push((path.clone(), method.clone(), operation.clone()));
        }
    }
    all
}

#[test]
fn the_committed_file_is_fresh() {
    let text = format!("{}\n", serde_json::to_string_pretty(&document()).unwrap());
    if std::env::var_os("UPDATE_EXPECT").is_some() {
        std::fs::write(FILE, &text).unwrap();
    }
    let committed = std::fs::read_to_string(FILE).unwrap_or_default();
    assert!(
        committed == text,
        "docs/openapi.json is stale: run `UPDATE_EXPECT=1 cargo test -p server openapi`"
    );
}

#[test]
fn every_operation_has_a_name_of_its_own_and_tells_its_errors() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let mut names = BTreeSet::new();
    for (path, method, operation) in operations(&document) {
        let name = operation["operationId"].as_str().unwrap().to_owned();
        assert!(name.contains('_'), "{name}");
        assert!(names.insert(name), "{path} {method}");
        let responses = operation["responses"].as_object().unwrap();
        assert!(responses.keys().any(|it| it.starts_with('2')), "{path} {method}");
        assert!(responses.contains_key("503"), "{path} {method}");
        if path.starts_with("/api/") && !path.starts_with("/api/v1/sign-in") {
            assert!(operation["security"].is_array(), "{path} {method}");
            for status in ["401", "403", "429"] {
                let place = responses[status]["$ref"].as_str().unwrap().trim_start_matches('#');
                let error = document.pointer(place).unwrap();
                let example = &error["content"]["application/json"]["example"];
                assert!(example["code"].is_string(), "{path} {method} {status}");
            }
        }
        assert_eq!(path.contains('{'), responses.contains_key("404"), "{path} {method}");
    }
}

#[test]
fn every_reference_is_to_a_schema_that_is_there() {
    let document = document();
    let mut open = vec![&document];
    let mut seen = 0;
    while let Some(value) = open.pop() {
        match value {
            Value::Array(all) => open.extend(all),
            Value::Object(map) => {
                if let Some(Value::String(reference)) = map.get("$ref") {
                    let place = reference.strip_prefix('#').unwrap();
                    assert!(document.pointer(place).is_some(), "{reference}");
                    seen += 1;
                }
                open.extend(map.values());
            }
            _ => {}
        }
    }
    assert!(100 < seen);
}
