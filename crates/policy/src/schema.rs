//! JSON Schema of policy and roster files, for editors; from the same tables as the compiler's
//! structural check.
//!
//! Committed as `docs/policy.schema.json` and `docs/roster.schema.json`. A file names it in its
//! first line: `# yaml-language-server: $schema=…` or `$schema: …`.

use serde_json::{Map, Value, json};

use crate::shape::policy::POLICY;
use crate::shape::roster::ROSTER;
use crate::shape::{MapKey, Record, Shape};

const NAME: &str = "^[a-z0-9_.-]{1,64}$";
const PERCENT: &str = r"^[0-9]+(\.[0-9]+)? ?%$";
const MONEY: &str = r"^[0-9_]+(\.[0-9]+)?[kM]?$";

/// The schema of a policy file (JSON Schema 2020-12).
pub fn schema() -> Value {
    document(&POLICY, "Baton policy")
}

/// The schema of a roster file.
pub fn roster_schema() -> Value {
    document(&ROSTER, "Baton roster")
}

fn document(record: &Record, title: &str) -> Value {
    let mut value = of_record(record);
    if let Some(map) = value.as_object_mut() {
        map.insert("$schema".to_owned(), json!("https://json-schema.org/draft/2020-12/schema"));
        map.insert("title".to_owned(), json!(title));
    }
    value
}

fn of_record(record: &Record) -> Value {
    let mut properties = Map::new();
    for key in record.keys {
        let mut value = of(&key.shape);
        if let Some(map) = value.as_object_mut() {
            map.insert("description".to_owned(), json!(key.about));
        }
        properties.insert(key.name.to_owned(), value);
    }
    let required: Vec<&str> =
        record.keys.iter().filter(|it| it.required).map(|it| it.name).collect();
    let mut value = json!({
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
    });
    let Some(map) = value.as_object_mut() else { return value };
    if !required.is_empty() {
        map.insert("required".to_owned(), json!(required));
    }
    if !record.one_of.is_empty() {
        let choices: Vec<Value> =
            record.one_of.iter().map(|it| json!({ "required": [it] })).collect();
        map.insert("oneOf".to_owned(), json!(choices));
    }
    value
}

fn of(shape: &Shape) -> Value {
    match shape {
        Shape::Text => json!({ "type": ["string", "number", "boolean"] }),
        Shape::Name => json!({ "type": ["string", "number"], "pattern": NAME }),
        Shape::Bool => json!({ "type": "boolean" }),
        Shape::Whole(least, most) => {
            json!({ "type": "integer", "minimum": least, "maximum": most })
        }
        Shape::Number => json!({ "type": "number" }),
        Shape::Percent => json!({ "type": "string", "pattern": PERCENT }),
        Shape::NumberOrPercent => json!({ "type": ["number", "string"], "pattern": PERCENT }),
        Shape::Money => json!({ "type": ["number", "string"], "pattern": MONEY }),
        Shape::Duration => json!({ "type": "string", "pattern": "^[0-9_]+[smhdw]$" }),
        Shape::Band => json!({ "type": "string", "pattern": r"^[0-9.]+ ?% ?\.\. ?[0-9.]+ ?%$" }),
        Shape::Date => json!({ "type": "string", "format": "date" }),
        Shape::Instant => json!({ "type": "string", "format": "date-time" }),
        Shape::Hours => {
            json!({ "type": "string", "pattern": "^[0-2][0-9]:[0-5][0-9] ?- ?[0-2][0-9]:[0-5][0-9]$" })
        }
        Shape::Condition => json!({ "type": ["string", "boolean"] }),
        Shape::Word(["1"]) => json!({ "enum": ["1", 1] }),
        Shape::Word(words) => json!({ "enum": words }),
        Shape::List(item) => json!({ "type": "array", "items": of(item) }),
        Shape::Pair(first, second) => json!({
            "type": "array",
            "prefixItems": [of(first), of(second)],
            "items": false,
            "minItems": 2,
        }),
        Shape::Map(MapKey::Name, value) => json!({
            "type": "object",
            "propertyNames": { "pattern": NAME },
            "additionalProperties": of(value),
        }),
        Shape::Map(MapKey::Text, value) => {
            json!({ "type": "object", "additionalProperties": of(value) })
        }
        Shape::Record(record) => of_record(record),
        Shape::Either(shapes) => json!({ "anyOf": shapes.iter().map(of).collect::<Vec<_>>() }),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect_file;

    use super::*;

    fn pretty(value: &Value) -> String {
        serde_json::to_string_pretty(value).unwrap() + "\n"
    }

    #[test]
    fn the_committed_schemas_are_fresh() {
        expect_file!["../../../docs/policy.schema.json"].assert_eq(&pretty(&schema()));
        expect_file!["../../../docs/roster.schema.json"].assert_eq(&pretty(&roster_schema()));
    }

    #[test]
    fn required_keys_and_unknown_keys_are_as_the_compiler_has_them() {
        let value = schema();
        assert_eq!(
            value["required"],
            json!(["schema", "name", "contract", "routing", "queues", "slas"])
        );
        assert_eq!(value["additionalProperties"], json!(false));
        let member = &value["properties"]["pools"]["additionalProperties"]["properties"]["members"];
        let choices = &member["items"]["anyOf"][1]["oneOf"];
        assert_eq!(
            choices,
            &json!([{ "required": ["rep"] }, { "required": ["team"] }, { "required": ["where"] }])
        );
    }
}
