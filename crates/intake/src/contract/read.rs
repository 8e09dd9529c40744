//! One raw value by the type of its field: value, derived values, notes and match key.

use std::borrow::Cow;
use std::sync::Arc;

use model::{Number, Value};
use policy::section::DateFormat;
use policy::{FieldId, FieldType};
use serde_json::Value as Json;

use super::catalogue::Declared;
use super::{CheckRules, Fault};
use crate::fold;
use crate::keys::MatchKey;
use crate::normalise::country::{self, Country};
use crate::normalise::instant::{self, DayMonthOrder, InstantRules};
use crate::normalise::number::{self, Amount, DecimalSign};
use crate::normalise::text::{self, Placeholders, Shape, TextRules};
use crate::normalise::{
    bands, boolean, company, domain, email, language, phone, placeholder, region_group,
    subdivision, title, url,
};
use crate::note::{Normalised, Note};
use crate::refusal::{Refusal, shown};

/// Most entries of a list.
const LIST_MAX: usize = 200;

/// A value that was read.
pub(super) struct Read {
    pub value: Value,
    pub derived: Vec<(FieldId, Value)>,
    pub notes: Vec<Note>,
    pub key: Option<MatchKey>,
}

impl Read {
    fn new(value: Value, notes: Vec<Note>) -> Self {
        Self { value, derived: Vec::new(), notes, key: None }
    }

    fn text(value: &str, notes: Vec<Note>) -> Self {
        Self::new(Value::text(value), notes)
    }

    /// Adds a derived value where the catalogue has a field for it and there is a value.
    fn with(mut self, declared: &Declared, part: &str, value: Option<Value>) -> Self {
        if let (Some(id), Some(value)) = (declared.part(part), value) {
            self.derived.push((id, value));
        }
        self
    }
}

/// `None` when the value says that nothing was entered.
pub(super) fn read(
    declared: &Declared,
    raw: &Json,
    home: Option<Country>,
    rules: &CheckRules,
) -> Result<Option<Read>, Fault> {
    match declared.kind {
        FieldType::Bool => boolean(declared, raw),
        FieldType::List => list(declared, raw),
        FieldType::Number | FieldType::Money | FieldType::Employees | FieldType::Revenue => {
            numeric(declared, raw)
        }
        _ => {
            let Some(Normalised { value: text, notes }) = cleaned(declared, raw)? else {
                return Ok(None);
            };
            let refused = |refusal| Fault::Refused { field: declared.name.clone(), refusal };
            let mut read = match declared.kind {
                FieldType::Enum => return one_of(declared, &text, notes),
                kind => of_text(declared, kind, &text, home, rules).map_err(refused)?,
            };
            // What cleaning noticed comes before what the normaliser noticed.
            read.notes.splice(0..0, notes);
            Ok(Some(read))
        }
    }
}

fn wrong_kind(declared: &Declared, expected: &'static str) -> Fault {
    Fault::WrongKind { field: declared.name.clone(), expected }
}

/// The cleaned text of a text-like field within its length, or nothing.
fn cleaned<'a>(
    declared: &Declared,
    raw: &'a Json,
) -> Result<Option<Normalised<Cow<'a, str>>>, Fault> {
    let raw = match raw {
        Json::String(text) => Cow::Borrowed(text.as_str()),
        Json::Number(number) => Cow::Owned(number.to_string()),
        Json::Null => return Ok(None),
        Json::Bool(_) | Json::Array(_) | Json::Object(_) => {
            return Err(wrong_kind(declared, "a text"));
        }
    };
    let rules = TextRules {
        bytes_max: bytes_max(declared),
        shape: if declared.kind == FieldType::Text { Shape::Paragraphs } else { Shape::Line },
        placeholders: match declared.kind {
            // An enum may declare `unknown` or `none`.
            FieldType::Enum => Placeholders::Kept,
            FieldType::Country | FieldType::Region => Placeholders::AllButCodes,
            _ => Placeholders::All,
        },
    };
    let refused = |refusal| Fault::Refused { field: declared.name.clone(), refusal };
    let done = match raw {
        Cow::Borrowed(raw) => text::clean(raw, rules).map_err(refused)?,
        Cow::Owned(raw) => {
            let done = text::clean(&raw, rules).map_err(refused)?;
            Normalised {
                value: done.value.map(|it| Cow::Owned(it.into_owned())),
                notes: done.notes,
            }
        }
    };
    let Some(text) = done.value else { return Ok(None) };
    let count = text.chars().count();
    if usize::try_from(declared.length_max).is_ok_and(|max| max < count) {
        let field = declared.name.clone();
        return Err(Fault::TooManyCharacters { field, count, count_max: declared.length_max });
    }
    Ok(Some(Normalised { value: text, notes: done.notes }))
}

/// A character has at most four bytes; some room is left for whitespace that goes.
fn bytes_max(declared: &Declared) -> usize {
    let letters = usize::try_from(declared.length_max).unwrap_or(usize::MAX);
    letters
        .saturating_mul(4)
        .saturating_add(text::LINE_BYTES_MAX)
        .min(text::PARAGRAPHS_BYTES_MAX * 4)
}

fn of_text(
    declared: &Declared,
    kind: FieldType,
    text: &str,
    home: Option<Country>,
    rules: &CheckRules,
) -> Result<Read, Refusal> {
    match kind {
        FieldType::Email => email_address(declared, text),
        FieldType::Phone => {
            let Normalised { value, notes } = phone::normalise(text, home)?;
            let country = value.country.map(|it| Value::text(it.as_str()));
            let mut read = Read::text(&value.e164, notes).with(declared, "country", country);
            read.key = Some(MatchKey::phone(&value));
            Ok(read)
        }
        FieldType::Country => {
            let Normalised { value, notes } = country::normalise(text)?;
            let groups = region_group::groups(value).map(Arc::from).collect();
            Ok(Read::text(value.as_str(), notes).with(
                declared,
                "groups",
                Some(Value::List(groups)),
            ))
        }
        FieldType::Region => region(text, home),
        FieldType::Company => {
            let Normalised { value, notes } = company::normalise(text)?;
            let key = Value::text(value.key);
            Ok(Read::text(&value.name, notes).with(declared, "key", Some(key)))
        }
        FieldType::Url => {
            let Normalised { value, notes } = url::normalise(text)?;
            let domain = value.domain.map(Value::text);
            Ok(Read::text(&value.text, notes).with(declared, "domain", domain))
        }
        FieldType::Title => {
            let found = title::classify(text);
            let seniority = found.seniority.map(|it| Value::text(it.as_str()));
            let department = found.department.map(|it| Value::text(it.as_str()));
            let read = Read::text(text, Vec::new()).with(declared, "seniority", seniority);
            Ok(read.with(declared, "department", department))
        }
        FieldType::Language => {
            let Normalised { value, notes } = language::normalise(text)?;
            Ok(Read::text(value, notes))
        }
        FieldType::Time => instant_of(declared, text, rules),
        FieldType::Text
        | FieldType::Enum
        | FieldType::Number
        | FieldType::Money
        | FieldType::Bool
        | FieldType::List
        | FieldType::Employees
        | FieldType::Revenue => Ok(Read::text(text, Vec::new())),
    }
}

fn email_address(declared: &Declared, text: &str) -> Result<Read, Refusal> {
    let Normalised { value, notes } = email::normalise(text)?;
    // Rules name companies by their registrable domain, so subdomains fold into it.
    let domain = domain::registrable(value.domain()).unwrap_or(value.domain());
    let mut read = Read::text(&value.address, notes)
        .with(declared, "domain", Some(Value::text(domain)))
        .with(declared, "class", Some(Value::text(value.class.as_str())));
    read.key = Some(MatchKey::email(&value));
    Ok(read)
}

/// Where the states of the country are not known, the text is kept as it is.
fn region(text: &str, home: Option<Country>) -> Result<Read, Refusal> {
    // `US-CA` names its country itself.
    let prefix = text.split_once('-').map(|(prefix, _)| prefix.to_ascii_uppercase());
    let own = prefix.and_then(|it| Country::from_code(&it));
    let country = own.or(home);
    let known = match country {
        Some(country) => subdivision::normalise(text, country)?,
        None => None,
    };
    Ok(match known {
        Some(known) => Read::text(known.value.as_str(), known.notes),
        None => Read::text(text, Vec::new()),
    })
}

fn instant_of(declared: &Declared, text: &str, rules: &CheckRules) -> Result<Read, Refusal> {
    let order = match declared.date_format {
        None => DayMonthOrder::Undeclared,
        Some(DateFormat::DayFirst) => DayMonthOrder::DayFirst,
        Some(DateFormat::MonthFirst) => DayMonthOrder::MonthFirst,
    };
    let done = instant::normalise(text, &InstantRules { order, zone: rules.zone.clone() })?;
    Ok(Read::new(Value::Time(done.value.at), done.notes))
}

fn one_of(declared: &Declared, text: &str, notes: Vec<Note>) -> Result<Option<Read>, Fault> {
    let folded = fold::snake(text);
    let exact = declared.values.iter().find(|(_, value)| value == text);
    let found = exact.or_else(|| declared.values.iter().find(|(key, _)| *key == folded));
    if let Some((_, value)) = found {
        return Ok(Some(Read::text(value, notes)));
    }
    if placeholder::means_missing(text, Placeholders::All) {
        return Ok(None);
    }
    let values = declared.values.iter().map(|(_, value)| value.as_str());
    let nearest = policy::nearest::nearest(text, values).map(str::to_owned);
    Err(Fault::NotAllowed { field: declared.name.clone(), shown: shown(text), nearest })
}

fn boolean(declared: &Declared, raw: &Json) -> Result<Option<Read>, Fault> {
    if let Json::Bool(value) = raw {
        return Ok(Some(Read::new(Value::Bool(*value), Vec::new())));
    }
    // `none` and `no` are answers here, so placeholders are looked for only where no answer is found.
    let text = match raw {
        Json::String(text) if text.len() <= text::LINE_BYTES_MAX => Cow::Borrowed(text.trim()),
        Json::Number(number) => Cow::Owned(number.to_string()),
        _ => return Err(wrong_kind(declared, "true or false")),
    };
    match boolean::normalise(&text) {
        Ok(done) => Ok(Some(Read::new(Value::Bool(done.value), done.notes))),
        Err(_) if placeholder::means_missing(&text, Placeholders::All) => Ok(None),
        Err(refusal) => Err(Fault::Refused { field: declared.name.clone(), refusal }),
    }
}

fn numeric(declared: &Declared, raw: &Json) -> Result<Option<Read>, Fault> {
    let refused = |refusal| Fault::Refused { field: declared.name.clone(), refusal };
    let (amount, mut notes) = match raw {
        Json::Number(number) => {
            let value = number.as_f64().filter(|it| it.abs() < number::NUMBER_MAX);
            let value = value.ok_or(refused(Refusal::NumberOutOfRange))?;
            (Amount::Exactly(value), Vec::new())
        }
        Json::String(_) => {
            let Some(Normalised { value: text, mut notes }) = cleaned(declared, raw)? else {
                return Ok(None);
            };
            let done = number::normalise(&text, DecimalSign::Undeclared).map_err(refused)?;
            notes.extend(done.notes);
            if let (FieldType::Money | FieldType::Revenue, Some(currency)) =
                (declared.kind, done.value.currency)
            {
                notes.push(Note::CurrencyNotConverted { currency });
            }
            (done.value.amount, notes)
        }
        _ => return Err(wrong_kind(declared, "a number")),
    };
    let band = match declared.kind {
        FieldType::Employees => Some(bands::employees(amount).map_err(refused)?),
        FieldType::Revenue => Some(bands::revenue(amount).map_err(refused)?),
        _ => None,
    };
    if band.is_none() && !matches!(amount, Amount::Exactly(_)) {
        notes.push(Note::LowerEndTaken);
    }
    let number = Number::new(amount.low()).ok_or(refused(Refusal::NumberOutOfRange))?;
    within_bounds(declared, number)?;
    let mut read = Read::new(Value::Number(number), notes);
    if let Some(band) = band {
        read.notes.extend(band.notes);
        read = read.with(declared, "band", Some(Value::text(band.value)));
    }
    Ok(Some(read))
}

fn within_bounds(declared: &Declared, number: Number) -> Result<(), Fault> {
    let crossed = match (declared.min, declared.max) {
        (Some(min), _) if number < min => Some(min),
        (_, Some(max)) if max < number => Some(max),
        _ => None,
    };
    let fault = |bound: Number| Fault::OutOfBounds {
        field: declared.name.clone(),
        number: number.get(),
        bound: bound.get(),
    };
    crossed.map_or(Ok(()), |bound| Err(fault(bound)))
}

/// A JSON list of texts, or one text with `,`, `;`, `|` or line breaks between the entries.
fn list(declared: &Declared, raw: &Json) -> Result<Option<Read>, Fault> {
    let entries: Vec<Cow<'_, str>> = match raw {
        Json::Array(items) => items
            .iter()
            .map(|item| match item {
                Json::String(text) => Ok(Cow::Borrowed(text.as_str())),
                Json::Number(number) => Ok(Cow::Owned(number.to_string())),
                _ => Err(wrong_kind(declared, "a list of texts")),
            })
            .collect::<Result<_, _>>()?,
        Json::String(text) if text.len() <= bytes_max(declared) => {
            text.split([',', ';', '|', '\n']).map(Cow::Borrowed).collect()
        }
        _ => return Err(wrong_kind(declared, "a list of texts")),
    };
    if LIST_MAX < entries.len() {
        return Err(wrong_kind(declared, "a list of at most 200 texts"));
    }
    let mut all: Vec<Arc<str>> = Vec::new();
    let mut notes = Vec::new();
    for entry in entries {
        let item = Json::String(entry.into_owned());
        let Some(Normalised { value: text, notes: found }) = cleaned(declared, &item)? else {
            continue;
        };
        if !all.iter().any(|it| **it == *text) {
            all.push(text.into());
        }
        notes.extend(found.into_iter().filter(|it| *it != Note::WhitespaceTidied));
    }
    Ok((!all.is_empty()).then(|| Read::new(Value::List(all), notes)))
}
