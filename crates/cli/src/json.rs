//! JSON documents by hand: a message names the file, the field and what was expected of it.

use std::fmt::{self, Display};
use std::path::Path;
use std::str::FromStr;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Value};

use crate::outcome::Failure;

/// An object inside a document, and where it stands.
#[derive(Clone, Debug)]
pub(crate) struct Object<'a> {
    map: &'a Map<String, Value>,
    /// Path from the object that messages start from, e.g. `pauses[1]`; empty at that object.
    path: String,
}

/// Reads a JSON file; a syntax error, and a key that stands twice in an object, comes with line and
/// column.
pub(crate) fn read(path: &Path) -> Result<Value, Failure> {
    let name = path.display();
    let bytes =
        std::fs::read(path).map_err(|it| Failure::Input(format!("cannot read {name}: {it}")))?;
    let read = serde_json::from_slice(&bytes).map(|Strict(value)| value);
    read.map_err(|error| {
        let text = error.to_string();
        let what = text.rsplit_once(" at line ").map_or(text.as_str(), |(what, _)| what);
        Failure::Input(format!("{name}:{}:{}: {what}", error.line(), error.column()))
    })
}

/// A value in which no object has a key twice.
struct Strict(Value);

impl<'de> Deserialize<'de> for Strict {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        from.deserialize_any(StrictVisitor).map(Self)
    }
}

struct StrictVisitor;

impl<'de> Visitor<'de> for StrictVisitor {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, it: bool) -> Result<Value, E> {
        Ok(it.into())
    }

    fn visit_u64<E>(self, it: u64) -> Result<Value, E> {
        Ok(it.into())
    }

    fn visit_i64<E>(self, it: i64) -> Result<Value, E> {
        Ok(it.into())
    }

    fn visit_f64<E>(self, it: f64) -> Result<Value, E> {
        Ok(it.into())
    }

    fn visit_str<E>(self, it: &str) -> Result<Value, E> {
        Ok(it.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let mut list = Vec::new();
        while let Some(Strict(item)) = items.next_element()? {
            list.push(item);
        }
        Ok(list.into())
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let mut map = Map::new();
        while let Some(key) = entries.next_key::<String>()? {
            if map.contains_key(&key) {
                return Err(A::Error::custom(format!("the key `{key}` stands twice")));
            }
            let Strict(value) = entries.next_value()?;
            map.insert(key, value);
        }
        Ok(map.into())
    }
}

/// What a value is, for messages.
pub(crate) fn kind(value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(it) => it.to_string(),
        Value::Number(it) => it.to_string(),
        Value::String(it) => format!("`{}`", it.chars().take(40).collect::<String>()),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
    }
}

impl<'a> Object<'a> {
    /// `value` as an object; `path` is empty where messages shall start from it.
    pub(crate) fn new(value: &'a Value, path: &str) -> Result<Self, String> {
        match value {
            Value::Object(map) => Ok(Self { map, path: path.to_owned() }),
            other if path.is_empty() => Err(format!("expected an object, found {}", kind(other))),
            other => Err(format!("field `{path}`: expected an object, found {}", kind(other))),
        }
    }

    /// The names of all fields.
    pub(crate) fn names(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.map.keys().map(String::as_str)
    }

    /// Path of a field in messages.
    pub(crate) fn path(&self, name: &str) -> String {
        if self.path.is_empty() { name.to_owned() } else { format!("{}.{name}", self.path) }
    }

    /// A field that may be absent; `null` counts as absent.
    pub(crate) fn optional(&self, name: &str) -> Option<&'a Value> {
        self.map.get(name).filter(|it| !it.is_null())
    }

    /// A field that must be there; it may be `null`.
    pub(crate) fn required(&self, name: &str) -> Result<&'a Value, String> {
        self.map.get(name).ok_or_else(|| format!("field `{}` is missing", self.path(name)))
    }

    /// A field that must be text.
    pub(crate) fn text(&self, name: &str) -> Result<&'a str, String> {
        let value = self.required(name)?;
        value.as_str().ok_or_else(|| self.expected(name, "text", value))
    }

    /// A field that must be text in the form of `T`.
    pub(crate) fn parsed<T: FromStr<Err: Display>>(&self, name: &str) -> Result<T, String> {
        self.text(name)?
            .parse()
            .map_err(|error: T::Err| format!("field `{}`: {error}", self.path(name)))
    }

    /// The items of a list with their paths; none where the field is absent.
    pub(crate) fn items(&self, name: &str) -> Result<Vec<(&'a Value, String)>, String> {
        let Some(value) = self.optional(name) else { return Ok(Vec::new()) };
        let list = value.as_array().ok_or_else(|| self.expected(name, "a list", value))?;
        let path = self.path(name);
        Ok(list.iter().enumerate().map(|(n, item)| (item, format!("{path}[{n}]"))).collect())
    }

    /// The items of a list of objects; none where the field is absent.
    pub(crate) fn objects(&self, name: &str) -> Result<Vec<Self>, String> {
        self.items(name)?.into_iter().map(|(item, path)| Self::new(item, &path)).collect()
    }

    /// An object in a field; `None` where the field is absent.
    pub(crate) fn object(&self, name: &str) -> Result<Option<Self>, String> {
        self.optional(name).map(|value| Self::new(value, &self.path(name))).transpose()
    }

    /// The message for a field of the wrong type.
    pub(crate) fn expected(&self, name: &str, what: &str, found: &Value) -> String {
        format!("field `{}`: expected {what}, found {}", self.path(name), kind(found))
    }
}
