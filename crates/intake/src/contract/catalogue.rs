//! The contract prepared for checking: names and aliases, derived fields and allowed values.

use model::{Number, Value};
use policy::section::{Contract, ContractField, DateFormat, UnknownFields};
use policy::{Field, FieldId, FieldOrigin, FieldType, Fields, Symbols, TextIndex};
use serde_json::Value as Json;

use super::fault::Fault;
use crate::fold;
use crate::normalise::country::Country;

/// A data contract, made ready once per policy and used for every submission.
#[derive(Clone, Debug)]
pub struct ContractCheck {
    pub(super) declared: Vec<Declared>,
    pub(super) consent: Vec<Declared>,
    pub(super) one_of: Vec<Vec<FieldId>>,
    pub(super) unknown_fields: UnknownFields,
    pub(super) phone_country: Option<FieldId>,
    pub(super) default_country: Option<Country>,
    /// Names as declared, and names and aliases folded.
    by_name: TextIndex<FieldId>,
}

/// A declared field with all that is needed to read its value.
#[derive(Clone, Debug)]
pub(super) struct Declared {
    pub id: FieldId,
    pub name: String,
    pub kind: FieldType,
    pub required: bool,
    pub default: Option<Json>,
    pub length_max: u32,
    pub min: Option<Number>,
    pub max: Option<Number>,
    pub date_format: Option<DateFormat>,
    /// Allowed values, with their folded form; empty for all but enums.
    pub values: Vec<(String, String)>,
    /// Derived fields by the part of their name after the dot.
    parts: Vec<(String, FieldId)>,
}

impl Declared {
    /// The derived field `<name>.<part>`, where the catalogue has it.
    pub(super) fn part(&self, part: &str) -> Option<FieldId> {
        self.parts.iter().find(|(name, _)| name == part).map(|(_, id)| *id)
    }
}

impl ContractCheck {
    /// Prepares `contract` over the catalogue and the symbols of the same policy.
    pub fn new(contract: &Contract, fields: &Fields, symbols: &Symbols) -> Self {
        let declared: Vec<Declared> = contract
            .fields
            .iter()
            .filter_map(|it| Some(declared(it, fields.get(it.id)?, fields, symbols)))
            .collect();
        let consent: Vec<Declared> = contract
            .consent
            .iter()
            .map(|it| purpose(it.field, fields.name(it.field), it.required))
            .collect();
        let mut by_name = TextIndex::default();
        // Declared names win over folded ones, and those over aliases.
        for it in declared.iter().chain(&consent) {
            by_name.insert(it.name.as_str().into(), it.id);
        }
        for it in declared.iter().chain(&consent) {
            by_name.insert(folded(&it.name).into(), it.id);
        }
        for field in &contract.fields {
            for alias in &field.aliases {
                by_name.insert(alias.as_str().into(), field.id);
            }
        }
        let home = contract.default_country.as_deref();
        Self {
            declared,
            consent,
            one_of: contract.one_of.clone(),
            unknown_fields: contract.unknown_fields,
            phone_country: contract.phone_country,
            default_country: home.and_then(Country::from_code),
            by_name,
        }
    }

    /// Whether `name` is a field of the contract, by its name or an alias.
    pub fn knows(&self, name: &str) -> bool {
        self.find(name).is_some()
    }

    /// Whether the fault is only that the field `name`, or consent to `consent.PURPOSE`, was not
    /// sent: no reason of its own where a cell of that name could not be read.
    pub fn is_want_of(&self, fault: &Fault, name: &str) -> bool {
        let of_field = |field: &str| self.find(name).is_some_and(|it| self.name(it) == field);
        match fault {
            Fault::Missing { field } => of_field(field),
            Fault::MissingOneOf { fields } => fields.iter().any(|it| of_field(it)),
            Fault::ConsentMissing { purpose } => {
                name.strip_prefix("consent.").is_some_and(|it| it == purpose) || of_field(purpose)
            }
            Fault::UnknownField { .. }
            | Fault::UnknownFieldTooLong { .. }
            | Fault::TooManyFields { .. }
            | Fault::WrongKind { .. }
            | Fault::NotAllowed { .. }
            | Fault::TooManyCharacters { .. }
            | Fault::OutOfBounds { .. }
            | Fault::Refused { .. }
            | Fault::GivenTwice { .. } => false,
        }
    }

    /// The field that `name` means: itself, an alias, or the same letters and digits.
    pub(super) fn find(&self, name: &str) -> Option<FieldId> {
        self.by_name.get(name).or_else(|| self.by_name.get(&folded(name)))
    }

    pub(super) fn name(&self, id: FieldId) -> &str {
        let mut all = self.declared.iter().chain(&self.consent);
        all.find(|it| it.id == id).map_or("", |it| &it.name)
    }

    /// The field whose name is near `name`, if one is.
    pub fn nearest(&self, name: &str) -> Option<String> {
        let all = self.declared.iter().chain(&self.consent).map(|it| it.name.as_str());
        policy::nearest::nearest(name, all).map(str::to_owned)
    }
}

fn declared(it: &ContractField, field: &Field, fields: &Fields, symbols: &Symbols) -> Declared {
    let of_this = fields.iter().filter(|(_, part)| part.origin == FieldOrigin::Normalised(it.id));
    let part = |name: &str| name.rsplit('.').next().unwrap_or(name).to_owned();
    let values = field.values.iter().map(|value| symbols.text(*value).to_owned());
    Declared {
        id: it.id,
        name: field.name.clone(),
        kind: field.kind,
        required: it.required,
        default: it.default.as_ref().map(json),
        length_max: it.length_max,
        min: it.min,
        max: it.max,
        date_format: it.date_format,
        values: values.map(|value| (fold::snake(&value), value)).collect(),
        parts: of_this.map(|(id, field)| (part(&field.name), id)).collect(),
    }
}

fn purpose(id: FieldId, name: &str, required: bool) -> Declared {
    Declared {
        id,
        name: name.to_owned(),
        kind: FieldType::Bool,
        required,
        default: None,
        length_max: u32::MAX,
        min: None,
        max: None,
        date_format: None,
        values: Vec::new(),
        parts: Vec::new(),
    }
}

/// A default goes the way of a value that was sent, so it derives what that would.
fn json(value: &Value) -> Json {
    match value {
        Value::Bool(it) => Json::Bool(*it),
        Value::Number(it) => {
            serde_json::Number::from_f64(it.get()).map_or(Json::Null, Json::Number)
        }
        Value::Time(it) => Json::String(it.to_string()),
        Value::Text(it) => Json::String(it.to_string()),
        Value::List(all) => {
            Json::Array(all.iter().map(|it| Json::String(it.to_string())).collect())
        }
    }
}

/// Lower case, only letters and digits: the form in which a contract keeps its aliases.
fn folded(name: &str) -> String {
    name.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
