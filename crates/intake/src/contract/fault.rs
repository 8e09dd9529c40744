//! Why a submission does not satisfy the contract. Codes `I0302` and up; a value that its
//! normaliser refuses keeps the code of the [`Refusal`]. Text is rendered here.

use std::fmt;

use crate::refusal::{self, Refusal};

/// One reason.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub enum Fault {
    /// A required field has no value.
    Missing {
        /// Its name in the contract.
        field: String,
    },
    /// None of the fields of a group has a value.
    MissingOneOf {
        /// The group.
        fields: Vec<String>,
    },
    /// A field that the contract does not name, where it admits none.
    UnknownField {
        /// As sent, shortened.
        name: String,
        /// The declared name that is near, if one is.
        nearest: Option<String>,
    },
    /// A field that the contract does not name and that is too long to be kept aside.
    UnknownFieldTooLong {
        /// As sent, shortened.
        name: String,
        /// Length in bytes.
        bytes: usize,
    },
    /// A JSON value of a kind that the field cannot have.
    WrongKind {
        /// The field.
        field: String,
        /// What it takes.
        expected: &'static str,
    },
    /// Not one of the values declared.
    NotAllowed {
        /// The field.
        field: String,
        /// The value, shortened.
        shown: String,
        /// The declared value that is near, if one is.
        nearest: Option<String>,
    },
    /// More characters than the field may have.
    TooManyCharacters {
        /// The field.
        field: String,
        /// How many there are.
        count: usize,
        /// How many there may be.
        count_max: u32,
    },
    /// A number below the least or above the largest allowed.
    OutOfBounds {
        /// The field.
        field: String,
        /// The number.
        number: f64,
        /// The bound it crosses.
        bound: f64,
    },
    /// A value that its normaliser refuses.
    Refused {
        /// The field.
        field: String,
        /// Why.
        refusal: Refusal,
    },
    /// A question of consent that must be answered is not.
    ConsentMissing {
        /// The field of the purpose, `consent.<name>`.
        purpose: String,
    },
    /// Two different values for one field, under its name and an alias.
    GivenTwice {
        /// The field.
        field: String,
        /// The two names as sent.
        names: [String; 2],
    },
    /// More fields than a submission may have.
    TooManyFields {
        /// How many there are.
        count: usize,
    },
}

impl Fault {
    /// The stable code; `docs/errors/<code>.md` explains it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Missing { .. } => "I0302",
            Self::MissingOneOf { .. } => "I0303",
            Self::UnknownField { .. } => "I0304",
            Self::UnknownFieldTooLong { .. } => "I0305",
            Self::WrongKind { .. } => "I0306",
            Self::NotAllowed { .. } => "I0307",
            Self::TooManyCharacters { .. } => "I0308",
            Self::OutOfBounds { .. } => "I0309",
            Self::Refused { refusal, .. } => refusal.code(),
            Self::ConsentMissing { .. } => "I0310",
            Self::GivenTwice { .. } => "I0311",
            Self::TooManyFields { .. } => "I0312",
        }
    }

    /// The field at fault, where there is exactly one.
    pub fn field(&self) -> Option<&str> {
        match self {
            Self::Missing { field }
            | Self::WrongKind { field, .. }
            | Self::NotAllowed { field, .. }
            | Self::TooManyCharacters { field, .. }
            | Self::OutOfBounds { field, .. }
            | Self::Refused { field, .. }
            | Self::GivenTwice { field, .. } => Some(field),
            Self::ConsentMissing { purpose } => Some(purpose),
            Self::UnknownField { name, .. } | Self::UnknownFieldTooLong { name, .. } => Some(name),
            Self::MissingOneOf { .. } | Self::TooManyFields { .. } => None,
        }
    }

    pub(super) fn is_of(&self, field: &str) -> bool {
        self.field() == Some(field)
    }

    /// What the sender can do about it.
    pub fn advice(&self) -> String {
        match self {
            Self::Missing { field } => format!("send `{field}`"),
            Self::MissingOneOf { fields } => format!("send one of {}", listed(fields)),
            Self::UnknownField { nearest: Some(nearest), .. } => format!("send it as `{nearest}`"),
            Self::UnknownField { nearest: None, .. } => {
                "leave it out, or declare it in the data contract".to_owned()
            }
            Self::UnknownFieldTooLong { .. } => "leave it out, or shorten it".to_owned(),
            Self::WrongKind { expected, .. } => format!("send {expected}"),
            Self::NotAllowed { nearest: Some(nearest), .. } => format!("send `{nearest}`"),
            Self::NotAllowed { nearest: None, .. } => "send one of the declared values".to_owned(),
            Self::TooManyCharacters { count_max, .. } => {
                format!("send at most {count_max} characters")
            }
            Self::OutOfBounds { bound, number, .. } if number < bound => {
                format!("send at least {bound}")
            }
            Self::OutOfBounds { bound, .. } => format!("send at most {bound}"),
            Self::Refused { refusal, .. } => refusal.advice().to_owned(),
            Self::ConsentMissing { .. } => "send the answer, yes or no".to_owned(),
            Self::GivenTwice { .. } => "send one of the two".to_owned(),
            Self::TooManyFields { .. } => format!("send at most {} fields", super::FIELDS_MAX),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing { field } => write!(f, "`{field}` is missing"),
            Self::MissingOneOf { fields } => write!(f, "none of {} is there", listed(fields)),
            Self::UnknownField { name, nearest: None } => {
                write!(f, "the data contract has no field `{name}`")
            }
            Self::UnknownField { name, nearest: Some(nearest) } => {
                write!(f, "the data contract has no field `{name}`; `{nearest}` may be meant")
            }
            Self::UnknownFieldTooLong { name, bytes } => {
                write!(f, "`{name}` has {bytes} bytes, too many to be kept aside")
            }
            Self::WrongKind { field, expected } => write!(f, "`{field}` must be {expected}"),
            Self::NotAllowed { field, shown, nearest: None } => {
                write!(f, "`{shown}` is no value of `{field}`")
            }
            Self::NotAllowed { field, shown, nearest: Some(nearest) } => {
                write!(f, "`{shown}` is no value of `{field}`; `{nearest}` may be meant")
            }
            Self::TooManyCharacters { field, count, count_max } => {
                write!(f, "`{field}` has {count} characters; at most {count_max} are allowed")
            }
            Self::OutOfBounds { field, number, bound } if number < bound => {
                write!(f, "`{field}` is {number}, less than {bound}")
            }
            Self::OutOfBounds { field, number, bound } => {
                write!(f, "`{field}` is {number}, more than {bound}")
            }
            Self::Refused { field, refusal } => write!(f, "`{field}`: {refusal}"),
            Self::ConsentMissing { purpose } => write!(f, "`{purpose}` is not answered"),
            Self::GivenTwice { field, names: [first, second] } => {
                write!(f, "`{first}` and `{second}` both give `{field}`, with different values")
            }
            Self::TooManyFields { count } => {
                write!(f, "{count} fields are more than the {} allowed", super::FIELDS_MAX)
            }
        }
    }
}

impl std::error::Error for Fault {}

pub(super) use refusal::shown;

fn listed(fields: &[String]) -> String {
    fields.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
}
