//! Types in words.

use crate::field::FieldType;

/// What may be asked of a field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shape {
    Text,
    Number,
    Bool,
    Time,
    List,
}

pub(super) fn shape(kind: FieldType) -> Shape {
    match kind {
        FieldType::Text
        | FieldType::Enum
        | FieldType::Email
        | FieldType::Phone
        | FieldType::Country
        | FieldType::Region
        | FieldType::Company
        | FieldType::Url
        | FieldType::Title
        | FieldType::Language => Shape::Text,
        FieldType::Number | FieldType::Money | FieldType::Employees | FieldType::Revenue => {
            Shape::Number
        }
        FieldType::Bool => Shape::Bool,
        FieldType::Time => Shape::Time,
        FieldType::List => Shape::List,
    }
}

/// With its article.
pub(super) fn about(kind: FieldType) -> &'static str {
    match kind {
        FieldType::Text => "a text",
        FieldType::Enum => "one of the values declared",
        FieldType::Number => "a number",
        FieldType::Money => "an amount",
        FieldType::Bool => "yes or no",
        FieldType::Time => "an instant",
        FieldType::List => "a set of texts",
        FieldType::Email => "an e-mail address",
        FieldType::Phone => "a phone number",
        FieldType::Country => "a country",
        FieldType::Region => "a region",
        FieldType::Company => "a company name",
        FieldType::Url => "a web address",
        FieldType::Title => "a job title",
        FieldType::Employees => "a number of employees",
        FieldType::Revenue => "a revenue",
        FieldType::Language => "a language",
    }
}

/// What could follow a field of this type.
pub(super) fn example(kind: FieldType) -> &'static str {
    match shape(kind) {
        Shape::Text => "== \"a\"",
        Shape::Number => ">= 10",
        Shape::Bool => "== true",
        Shape::Time => "< 2026-11-20",
        Shape::List => "contains \"a\"",
    }
}
