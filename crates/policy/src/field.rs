//! The catalogue of fields that conditions may name, each with its type and origin.
//!
//! Four origins: what the data contract declares, what normalisation derives from it
//! (`email.domain`), what the system knows (`score`, `history.open_handoff`), and what a rep brings
//! (`rep.languages`, only in conditions of pools).

use std::collections::BTreeMap;

use crate::symbol::Sym;

/// A place in the catalogue and in [`crate::Facts`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FieldId(pub u16);

/// Something for some of the fields.
#[derive(Clone, Debug, PartialEq)]
pub struct ByField<T> {
    slots: Vec<Option<T>>,
}

impl<T> Default for ByField<T> {
    fn default() -> Self {
        Self { slots: Vec::new() }
    }
}

impl<T> ByField<T> {
    /// What is there for `field`.
    pub fn get(&self, field: FieldId) -> Option<&T> {
        self.slots.get(usize::from(field.0))?.as_ref()
    }

    /// Whether there is something for `field`.
    pub fn has(&self, field: FieldId) -> bool {
        self.get(field).is_some()
    }

    /// Puts something there for `field`, instead of what was.
    pub fn put(&mut self, field: FieldId, value: T) {
        let at = usize::from(field.0);
        if self.slots.len() <= at {
            self.slots.resize_with(at + 1, || None);
        }
        if let Some(slot) = self.slots.get_mut(at) {
            *slot = Some(value);
        }
    }

    /// All that is there, in the order of the fields.
    pub fn iter(&self) -> impl Iterator<Item = (FieldId, &T)> {
        let numbered = (0..=u16::MAX).map(FieldId).zip(&self.slots);
        numbered.filter_map(|(field, slot)| Some((field, slot.as_ref()?)))
    }
}

/// What a field holds; decides normalisation of contract fields and what a condition may ask.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldType {
    /// Free text.
    Text,
    /// One of the values declared; see [`Field::values`].
    Enum,
    /// A number.
    Number,
    /// An amount in whole units of the workspace's currency.
    Money,
    /// Yes or no.
    Bool,
    /// An instant.
    Time,
    /// A set of texts.
    List,
    /// An e-mail address; derives `.domain` and `.class`.
    Email,
    /// A phone number, E.164 after normalisation; derives `.country`.
    Phone,
    /// A country, ISO 3166-1 alpha-2 after normalisation; derives `.groups`.
    Country,
    /// A state or province, ISO 3166-2 after normalisation.
    Region,
    /// A company name; derives `.key` (folded, without legal form).
    Company,
    /// A web address; derives `.domain`.
    Url,
    /// A job title; derives `.seniority` and `.department`.
    Title,
    /// A number of employees or a range of them; derives `.band`.
    Employees,
    /// A yearly revenue or a range of it; derives `.band`.
    Revenue,
    /// A language, ISO 639-1 after normalisation.
    Language,
}

/// Where a field's value comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FieldOrigin {
    /// Declared in the data contract and sent with the lead.
    Contract,
    /// Derived from the contract field named, by normalisation.
    Normalised(FieldId),
    /// Declared under `derived` in the policy.
    Derived,
    /// Known to the system.
    System(SystemField),
    /// A rep's; only in conditions of pools and targets.
    Rep,
}

/// What the system knows about a lead, its history and its account.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[expect(missing_docs, reason = "each is documented by `SystemField::about`")]
pub enum SystemField {
    Score,
    ScoreGroup(u16),
    MatrixBudget,
    MatrixNeed,
    MatrixTimeline,
    MatrixFit,
    MatrixTotal,
    QuizScore,
    Mql,
    Sql,
    Tier,
    FastTrack,
    SourceMode,
    GatewayAnswered,
    OpenHandoff,
    ActiveDeal,
    ActiveSequence,
    LastContactAt,
    ExistingCustomer,
    AccountOwner,
    ClosedHandoffs,
    CaptureChannel,
    CapturedAt,
    Sla,
}

/// One field.
#[derive(Clone, Debug, PartialEq)]
pub struct Field {
    /// As written in conditions, e.g. `email.domain`.
    pub name: String,
    /// What it holds.
    pub kind: FieldType,
    /// Where it comes from.
    pub origin: FieldOrigin,
    /// The values of an enum, in the order declared.
    pub values: Vec<Sym>,
}

/// The values that normalisation gives to part `part` of a field of type `of`, e.g. those of
/// `title.seniority`; none where they are open.
pub fn normalised_values(of: FieldType, part: &str) -> &'static [&'static str] {
    match (of, part) {
        (FieldType::Email, "class") => &["business", "free_mail", "role", "disposable"],
        (FieldType::Title, "seniority") => &[
            "student", "intern", "staff", "senior", "manager", "head", "director", "vp", "c_level",
            "owner",
        ],
        (FieldType::Title, "department") => &[
            "executive",
            "sales",
            "marketing",
            "engineering",
            "it",
            "product",
            "finance",
            "hr",
            "operations",
            "legal",
            "support",
            "education",
        ],
        (FieldType::Employees, "band") => {
            &["1-10", "11-50", "51-200", "201-500", "501-1000", "1001-5000", "5001-10000", "10001+"]
        }
        (FieldType::Revenue, "band") => {
            &["0-1m", "1m-10m", "10m-50m", "50m-100m", "100m-500m", "500m-1b", "1b+"]
        }
        _ => &[],
    }
}

/// All fields, by id and by name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Fields {
    all: Vec<Field>,
    by_name: BTreeMap<String, FieldId>,
}

impl Fields {
    /// Adds a field; `None` where the name is taken or the catalogue is full (65,535 fields).
    pub fn add(&mut self, field: Field) -> Option<FieldId> {
        if self.by_name.contains_key(&field.name) {
            return None;
        }
        let id = FieldId(u16::try_from(self.all.len()).ok()?);
        self.by_name.insert(field.name.clone(), id);
        self.all.push(field);
        Some(id)
    }

    /// The field called `name`.
    pub fn find(&self, name: &str) -> Option<FieldId> {
        self.by_name.get(name).copied()
    }

    /// The field with this id.
    pub fn get(&self, id: FieldId) -> Option<&Field> {
        self.all.get(usize::from(id.0))
    }

    /// The name of a field; empty for an id of another catalogue.
    pub fn name(&self, id: FieldId) -> &str {
        self.get(id).map_or("", |it| &it.name)
    }

    /// The id of what the system knows.
    pub fn system(&self, wanted: SystemField) -> Option<FieldId> {
        let at = self.all.iter().position(|it| it.origin == FieldOrigin::System(wanted))?;
        u16::try_from(at).ok().map(FieldId)
    }

    /// All fields in order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = (FieldId, &Field)> {
        self.all
            .iter()
            .enumerate()
            .filter_map(|(at, field)| u16::try_from(at).ok().map(|at| (FieldId(at), field)))
    }

    /// How many fields there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.all.is_empty()
    }
}
