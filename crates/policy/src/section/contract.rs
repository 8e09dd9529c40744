//! The data contract: what a submission must bring.

use model::{Number, Value};

use crate::field::FieldId;
use crate::span::Span;

/// What a submission must bring.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Contract {
    /// Declared fields, in the order declared.
    pub fields: Vec<ContractField>,
    /// Groups of which at least one field must be there, e.g. e-mail or phone.
    pub one_of: Vec<Vec<FieldId>>,
    /// What happens to fields the contract does not name.
    pub unknown_fields: UnknownFields,
    /// Purposes of consent, in the order declared; each is a field `consent.<purpose>`.
    pub consent: Vec<ConsentPurpose>,
    /// The field that names the handoff reason (source of attribution and source rules).
    pub reason_field: Option<FieldId>,
    /// The field with the country that phone numbers without a prefix belong to.
    pub phone_country: Option<FieldId>,
    /// The region assumed for phone numbers when the lead has no country, ISO alpha-2.
    pub default_country: Option<String>,
    /// The field with the potential, monthly, in whole units of the workspace's currency.
    pub potential_field: Option<FieldId>,
}

/// One declared field.
#[derive(Clone, Debug, PartialEq)]
pub struct ContractField {
    /// Its place in the catalogue, which also has its name and type.
    pub id: FieldId,
    /// Other names it may arrive under, folded (lower case, only letters and digits).
    pub aliases: Vec<String>,
    /// Whether a submission without it is quarantined.
    pub required: bool,
    /// Whether it is personal data.
    pub personal: bool,
    /// Taken where the submission has none.
    pub default: Option<Value>,
    /// The most characters of a text.
    pub length_max: u32,
    /// The least number allowed.
    pub min: Option<Number>,
    /// The largest number allowed.
    pub max: Option<Number>,
    /// How dates are written where they are not RFC 3339.
    pub date_format: Option<DateFormat>,
    /// Where it is declared.
    pub span: Span,
}

/// Orders of day, month and year that cannot be told apart by looking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DateFormat {
    /// `31/12/2026`
    DayFirst,
    /// `12/31/2026`
    MonthFirst,
}

/// What happens to fields the contract does not name.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownFields {
    /// Kept beside the lead, not usable in conditions.
    #[default]
    Keep,
    /// The submission is quarantined.
    Reject,
}

/// A purpose of consent.
#[derive(Clone, Debug, PartialEq)]
pub struct ConsentPurpose {
    /// Its name, e.g. `contact`.
    pub name: String,
    /// The field `consent.<name>`.
    pub field: FieldId,
    /// Whether a submission that does not answer it is quarantined.
    pub required: bool,
}
