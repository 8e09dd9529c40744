//! What a policy or roster file may look like: one table of sections, keys and kinds of values.
//!
//! The structural check ([`check`]) and the JSON Schema ([`crate::schema`]) read the same tables
//! ([`policy`], [`roster`]), so an editor and the compiler cannot disagree. Meaning (do the names
//! exist, do the conditions type) is not here: that is `lower`.

pub(crate) mod check;
pub(crate) mod literate;
pub(crate) mod policy;
pub(crate) mod roster;
pub(crate) mod scalar;

/// What may stand in one place of a file.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Shape {
    /// Any text.
    Text,
    /// Lower-case letters, digits, `_`, `-`, `.`.
    Name,
    /// `true` or `false`.
    Bool,
    /// A whole number within bounds.
    Whole(i64, i64),
    /// Any finite number.
    Number,
    /// `80%`
    Percent,
    /// A number or a percentage.
    NumberOrPercent,
    /// `50000` or `50k`
    Money,
    /// `15m`
    Duration,
    /// `85%..95%`
    Band,
    /// `2026-11-26`
    Date,
    /// `2026-11-26T09:00:00Z`
    Instant,
    /// `09:00-17:00`
    Hours,
    /// The condition language.
    Condition,
    /// One of these words.
    Word(&'static [&'static str]),
    /// A list, each item of this shape.
    List(&'static Shape),
    /// A list of exactly two items.
    Pair(&'static Shape, &'static Shape),
    /// A map with free keys.
    Map(MapKey, &'static Shape),
    /// A map with known keys.
    Record(&'static Record),
    /// At most one of each of scalar, list and map.
    Either(&'static [Shape]),
}

/// What the keys of a free map are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MapKey {
    /// Names.
    Name,
    /// Any text.
    Text,
}

/// A map with known keys.
#[derive(Debug)]
pub(crate) struct Record {
    /// What one such map is called in messages, e.g. `a pool`.
    pub(crate) what: &'static str,
    /// Its keys, in the order the formatter and the guide show them.
    pub(crate) keys: &'static [Key],
    /// Exactly one of these keys must be there; empty where any may.
    pub(crate) one_of: &'static [&'static str],
}

/// One known key.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Key {
    /// As written.
    pub(crate) name: &'static str,
    /// What its value may be.
    pub(crate) shape: Shape,
    /// Whether it must be there.
    pub(crate) required: bool,
    /// For editors and the guide.
    pub(crate) about: &'static str,
}

/// A key that may be left out.
const fn may(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, shape, required: false, about }
}

/// A key that must be there.
const fn must(name: &'static str, shape: Shape, about: &'static str) -> Key {
    Key { name, shape, required: true, about }
}

impl Shape {
    /// In words, for `expected …`.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::Text => "text".to_owned(),
            Self::Name => "a name".to_owned(),
            Self::Bool => "`true` or `false`".to_owned(),
            Self::Whole(least, most) => format!("a whole number from {least} to {most}"),
            Self::Number => "a number".to_owned(),
            Self::Percent => "a percentage such as `80%`".to_owned(),
            Self::NumberOrPercent => "a number or a percentage".to_owned(),
            Self::Money => "an amount such as `5000` or `50k`".to_owned(),
            Self::Duration => "a duration such as `15m`, `4h` or `14d`".to_owned(),
            Self::Band => "a band such as `85%..95%`".to_owned(),
            Self::Date => "a date such as `2026-11-26`".to_owned(),
            Self::Instant => "an instant such as `2026-11-26T09:00:00Z`".to_owned(),
            Self::Hours => "hours such as `09:00-17:00`".to_owned(),
            Self::Condition => "a condition".to_owned(),
            Self::Word(words) => match words {
                [one] => format!("`{one}`"),
                _ => format!("one of `{}`", words.join("`, `")),
            },
            Self::List(_) => "a list".to_owned(),
            Self::Pair(..) => "a list of two".to_owned(),
            Self::Map(..) => "a map".to_owned(),
            Self::Record(record) => format!("a map that describes {}", record.what),
            Self::Either(shapes) => {
                shapes.iter().map(Self::words).collect::<Vec<_>>().join(", or ")
            }
        }
    }
}
