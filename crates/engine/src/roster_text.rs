//! A roster's text as JSON, so that a program can change a part of it.

use policy::tree::{Node, NodeKind, Scalar, ScalarStyle};
use policy::{Diagnostics, Sources};
use serde_json::{Map, Number, Value};

/// The document as JSON; comments are lost, meaning is not. `null` where it cannot be read.
pub(crate) fn to_json(text: &str) -> Value {
    // The text was checked when it was stored.
    let root = policy::parse::parse(0, text, &mut Diagnostics::default());
    root.map_or(Value::Null, |it| value(&it))
}

/// The one document that is stored: a single file as it was written, several as one in JSON.
pub(crate) fn document(sources: &Sources) -> String {
    match sources.files.as_slice() {
        [only] => only.text.clone(),
        _ => {
            let whole = policy::roster::whole(sources).map_or(Value::Null, |it| value(&it));
            format!("{whole:#}")
        }
    }
}

fn value(node: &Node) -> Value {
    match &node.kind {
        NodeKind::Scalar(it) => scalar(it),
        NodeKind::List(all) => Value::Array(all.iter().map(value).collect()),
        NodeKind::Map(entries) => {
            let entries = entries.iter().map(|it| (it.key.clone(), value(&it.value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
    }
}

/// A plain word that means a number or truth stays one, if it is written the same in JSON.
fn scalar(scalar: &Scalar) -> Value {
    let text = Value::String(scalar.text.clone());
    match scalar.style {
        ScalarStyle::Single | ScalarStyle::Double | ScalarStyle::Block => text,
        ScalarStyle::Plain => match scalar.text.as_str() {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" | "~" | "" => Value::Null,
            other => match other.parse::<Number>() {
                Ok(number) if number.to_string() == other => Value::Number(number),
                _ => text,
            },
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_demo_roster_means_the_same_as_json() {
        let yaml = include_str!("../../../examples/demo/roster.yaml");
        let json = serde_json::to_string_pretty(&to_json(yaml)).unwrap();
        let (before, _) = policy::roster::read(&Sources::single("roster.yaml", yaml));
        let (after, found) = policy::roster::read(&Sources::single("roster.json", &json));
        assert_eq!(found, []);
        assert_eq!(before.unwrap(), after.unwrap());
    }
}
