//! The data contract at work: from a raw submission to typed values, or to every reason why not.
//!
//! Nothing is dropped: a value that was changed keeps its original, a field that the contract does
//! not name is kept aside, and a submission that fails is quarantined with all reasons at once.
//! What normalisation derives (`email.domain`) is filled in here too.

mod catalogue;
mod fault;
mod read;
#[cfg(test)]
mod tests;

use jiff::tz::TimeZone;
use model::Value;
use policy::section::UnknownFields;
use policy::{ByField, FieldId, FieldType};
use serde_json::Value as Json;

pub use catalogue::ContractCheck;
pub use fault::Fault;

use crate::keys::MatchKey;
use crate::normalise::country::Country;
use crate::note::Note;
use crate::submission::Submission;
use catalogue::Declared;
use read::Read;

/// Most fields of one submission.
pub const FIELDS_MAX: usize = 500;

/// Longest value of a field that is kept aside, in bytes of JSON.
const ASIDE_BYTES_MAX: usize = 65_536;

/// What holds for all fields of a check.
#[derive(Clone, Debug)]
pub struct CheckRules {
    /// Zone of times that name none: the workspace's.
    pub zone: TimeZone,
    /// What happens to an unusable value of a field that is not required.
    pub optional_values: OptionalValues,
}

/// What happens to an unusable value of a field that is not required.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OptionalValues {
    /// The submission is quarantined: the contract to the letter.
    Refuse,
    /// The value is set aside with its reason and counts as missing; the lead goes on.
    SetAside,
}

/// What a check found.
#[derive(Clone, Debug, PartialEq)]
pub enum Checked {
    /// The submission satisfies the contract.
    Accepted(Accepted),
    /// It does not; every reason, in the order of the contract.
    Quarantined(Vec<Fault>),
}

/// A submission that satisfies the contract.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Accepted {
    /// Declared and derived fields that have a value.
    pub values: ByField<Value>,
    /// What was sent, where that differs from the value.
    pub originals: Vec<Original>,
    /// Fields that the contract does not name, as sent.
    pub aside: Vec<(String, Json)>,
    /// What was noticed, by field.
    pub notes: Vec<(FieldId, Note)>,
    /// Unusable values of optional fields; their originals are kept.
    pub set_aside: Vec<Fault>,
    /// What to match the lead on.
    pub keys: Vec<MatchKey>,
}

/// A value as it was sent.
#[derive(Clone, Debug, PartialEq)]
pub struct Original {
    /// The field it was sent for.
    pub field: FieldId,
    /// The name it was sent under.
    pub name: String,
    /// The value.
    pub raw: Json,
}

impl ContractCheck {
    /// Checks `submission`; total, and the same for the same arguments.
    pub fn check(&self, submission: &Submission, rules: &CheckRules) -> Checked {
        if FIELDS_MAX < submission.fields.len() {
            let count = submission.fields.len();
            return Checked::Quarantined(vec![Fault::TooManyFields { count }]);
        }
        let mut run = Run { check: self, rules, faults: Vec::new(), accepted: Accepted::default() };
        let sent = run.assign(submission);
        run.read_all(&sent);
        run.consent(submission, &sent);
        run.required();
        run.keys(submission);
        match run.faults.is_empty() {
            true => Checked::Accepted(run.accepted),
            false => Checked::Quarantined(run.faults),
        }
    }
}

/// What was sent for each declared field: the name and the raw value.
type Sent<'a> = ByField<(&'a str, &'a Json)>;

struct Run<'a> {
    check: &'a ContractCheck,
    rules: &'a CheckRules,
    faults: Vec<Fault>,
    accepted: Accepted,
}

impl<'a> Run<'a> {
    /// Resolves names and aliases; what the contract does not name goes aside or is a fault.
    fn assign(&mut self, submission: &'a Submission) -> Sent<'a> {
        let mut sent: Sent<'a> = ByField::default();
        for (name, raw) in &submission.fields {
            let Some(field) = self.check.find(name) else {
                self.unknown(name, raw);
                continue;
            };
            if is_blank(raw) {
                continue;
            }
            match sent.get(field) {
                Some((_, first)) if *first == raw => {}
                Some((first, _)) => self.faults.push(Fault::GivenTwice {
                    field: self.check.name(field).to_owned(),
                    names: [(*first).to_owned(), fault::shown(name)],
                }),
                None => sent.put(field, (name, raw)),
            }
        }
        sent
    }

    fn unknown(&mut self, name: &str, raw: &Json) {
        if self.check.unknown_fields == UnknownFields::Reject {
            let nearest = self.check.nearest(name);
            self.faults.push(Fault::UnknownField { name: fault::shown(name), nearest });
            return;
        }
        let bytes = name.len() + raw.to_string().len();
        if ASIDE_BYTES_MAX < bytes {
            self.faults.push(Fault::UnknownFieldTooLong { name: fault::shown(name), bytes });
        } else {
            self.accepted.aside.push((name.to_owned(), raw.clone()));
        }
    }

    /// Phone numbers and states are read last, since they are read within a country.
    fn read_all(&mut self, sent: &Sent<'a>) {
        let is_local = |kind| matches!(kind, FieldType::Phone | FieldType::Region);
        for declared in self.check.declared.iter().filter(|it| !is_local(it.kind)) {
            self.read_one(declared, sent, None);
        }
        let home = self.home();
        for declared in self.check.declared.iter().filter(|it| is_local(it.kind)) {
            self.read_one(declared, sent, home);
        }
    }

    fn home(&self) -> Option<Country> {
        let own = self.check.phone_country.and_then(|field| self.accepted.values.get(field));
        match own {
            Some(Value::Text(code)) => Country::from_code(code),
            _ => self.check.default_country,
        }
    }

    fn read_one(&mut self, declared: &Declared, sent: &Sent<'a>, home: Option<Country>) {
        if let Some((name, raw)) = sent.get(declared.id) {
            match read::read(declared, raw, home, self.rules) {
                Ok(Some(read)) => return self.keep(declared, name, raw, read),
                Ok(None) => self.left_alone(declared, name, raw),
                Err(fault) => self.refuse(declared, name, raw, fault),
            }
        }
        // A default stands in for what is missing, not for what is wrong.
        let is_refused =
            self.faults.iter().chain(&self.accepted.set_aside).any(|it| it.is_of(&declared.name));
        if let Some(default) = declared.default.as_ref().filter(|_| !is_refused)
            && let Ok(Some(read)) = read::read(declared, default, home, self.rules)
        {
            self.put(declared.id, read.value, read.derived);
        }
    }

    fn put(&mut self, field: FieldId, value: Value, derived: Vec<(FieldId, Value)>) {
        self.accepted.values.put(field, value);
        for (field, value) in derived {
            self.accepted.values.put(field, value);
        }
    }

    fn keep(&mut self, declared: &Declared, name: &str, raw: &Json, read: Read) {
        if !is_unchanged(raw, &read.value) {
            self.original(declared, name, raw);
        }
        self.accepted.notes.extend(read.notes.into_iter().map(|note| (declared.id, note)));
        self.accepted.keys.extend(read.key);
        self.put(declared.id, read.value, read.derived);
    }

    fn left_alone(&mut self, declared: &Declared, name: &str, raw: &Json) {
        self.original(declared, name, raw);
        self.accepted.notes.push((declared.id, Note::Placeholder));
    }

    fn refuse(&mut self, declared: &Declared, name: &str, raw: &Json, fault: Fault) {
        let is_needed = declared.required || self.rules.optional_values == OptionalValues::Refuse;
        if is_needed {
            self.faults.push(fault);
        } else {
            self.original(declared, name, raw);
            self.accepted.set_aside.push(fault);
        }
    }

    fn original(&mut self, declared: &Declared, name: &str, raw: &Json) {
        let original = Original { field: declared.id, name: name.to_owned(), raw: raw.clone() };
        self.accepted.originals.push(original);
    }

    /// Answers come beside the fields, or as fields named `consent.<purpose>` from flat sources.
    fn consent(&mut self, submission: &Submission, sent: &Sent<'a>) {
        for answer in &submission.consent {
            let field = format!("consent.{}", answer.purpose);
            match self.check.consent.iter().find(|it| it.name == field) {
                Some(purpose) => {
                    self.accepted.values.put(purpose.id, Value::Bool(answer.given));
                }
                None => self.unknown(&field, &Json::Bool(answer.given)),
            }
        }
        for purpose in &self.check.consent {
            if !self.accepted.values.has(purpose.id) {
                self.read_one(purpose, sent, None);
            }
            let is_answered = self.accepted.values.has(purpose.id);
            if purpose.required && !is_answered && !self.has_fault(purpose) {
                self.faults.push(Fault::ConsentMissing { purpose: purpose.name.clone() });
            }
        }
    }

    fn required(&mut self) {
        for declared in &self.check.declared {
            let is_there = self.accepted.values.has(declared.id);
            if declared.required && !is_there && !self.has_fault(declared) {
                self.faults.push(Fault::Missing { field: declared.name.clone() });
            }
        }
        for group in &self.check.one_of {
            if !group.iter().any(|field| self.accepted.values.has(*field)) {
                let fields = group.iter().map(|it| self.check.name(*it).to_owned()).collect();
                self.faults.push(Fault::MissingOneOf { fields });
                // What was set aside is the reason why none is there.
                let members = group.iter().map(|it| self.check.name(*it));
                let names: Vec<&str> = members.collect();
                let is_member = |it: &Fault| names.iter().any(|name| it.is_of(name));
                self.faults
                    .extend(self.accepted.set_aside.iter().filter(|it| is_member(it)).cloned());
            }
        }
    }

    fn has_fault(&self, declared: &Declared) -> bool {
        self.faults.iter().any(|it| it.is_of(&declared.name))
    }

    fn keys(&mut self, submission: &Submission) {
        let external = submission.external.as_ref();
        let key = external.and_then(|it| MatchKey::external_id(&it.source, &it.id));
        self.accepted.keys.extend(key);
        self.accepted.keys.sort_unstable();
        self.accepted.keys.dedup();
    }
}

/// Nothing was sent: no value, blank text, or an empty list.
fn is_blank(raw: &Json) -> bool {
    match raw {
        Json::Null => true,
        Json::String(text) => text.trim().is_empty(),
        Json::Array(items) => items.is_empty(),
        Json::Bool(_) | Json::Number(_) | Json::Object(_) => false,
    }
}

/// Whether the value is the raw one, so that no original needs keeping.
fn is_unchanged(raw: &Json, value: &Value) -> bool {
    match (raw, value) {
        (Json::String(raw), Value::Text(value)) => raw.as_str() == &**value,
        (Json::Number(raw), Value::Number(value)) => raw.as_f64() == Some(value.get()),
        (Json::Bool(raw), Value::Bool(value)) => raw == value,
        (Json::Array(raw), Value::List(value)) => {
            raw.len() == value.len() && raw.iter().zip(value).all(|(a, b)| a.as_str() == Some(b))
        }
        _ => false,
    }
}
