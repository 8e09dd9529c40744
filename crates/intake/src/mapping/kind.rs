//! What the rows of a file may be, and the fields that rows of each kind have.

/// What the rows of a file are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MappingKind {
    /// Leads.
    Leads,
    /// What leads did.
    Activities,
    /// Handoffs of the past.
    Handoffs,
    /// People who can own leads.
    Reps,
    /// Meetings, opportunities, wins and losses.
    Outcomes,
}

/// A field that rows of a kind have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownField {
    /// Its name.
    pub name: &'static str,
    /// Whether every row must have it.
    pub needed: bool,
}

const fn needed(name: &'static str) -> KnownField {
    KnownField { name, needed: true }
}

const fn may(name: &'static str) -> KnownField {
    KnownField { name, needed: false }
}

const ACTIVITY: &[KnownField] =
    &[needed("lead"), needed("at"), needed("kind"), may("subject"), may("external_id")];

const HANDOFF: &[KnownField] = &[
    needed("lead"),
    needed("rep"),
    needed("offered_at"),
    may("accepted_at"),
    may("rejected_at"),
    may("reject_reason"),
    may("reject_note"),
    may("first_touch_at"),
    may("disposition"),
    may("closed_at"),
    may("handoff_reason"),
    may("tier"),
    may("value"),
];

const REP: &[KnownField] = &[
    needed("id"),
    may("name"),
    may("email"),
    may("slack"),
    may("teams"),
    may("phone"),
    may("team"),
    may("manager"),
    may("backup"),
    may("calendar"),
    may("active"),
    may("capacity.open"),
    may("capacity.value"),
    may("caps.day"),
    may("caps.week"),
    may("caps.month"),
    may("skills"),
    may("languages"),
    may("territories"),
    may("segments"),
    may("industries"),
    may("products"),
    may("seniority"),
];

const OUTCOME: &[KnownField] = &[
    needed("lead"),
    needed("outcome"),
    may("at"),
    may("amount"),
    may("lead_source"),
    may("external_id"),
];

/// What a further attribute of a rep starts with.
const ATTRIBUTE: &str = "attributes.";

impl MappingKind {
    /// All kinds.
    pub const ALL: [Self; 5] =
        [Self::Leads, Self::Activities, Self::Handoffs, Self::Reps, Self::Outcomes];

    /// The word for it in mappings and commands.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Leads => "leads",
            Self::Activities => "activities",
            Self::Handoffs => "handoffs",
            Self::Reps => "reps",
            Self::Outcomes => "outcomes",
        }
    }

    /// The fields of its rows; none for leads, whose fields the data contract declares.
    pub const fn fields(self) -> &'static [KnownField] {
        match self {
            Self::Leads => &[],
            Self::Activities => ACTIVITY,
            Self::Handoffs => HANDOFF,
            Self::Reps => REP,
            Self::Outcomes => OUTCOME,
        }
    }

    /// Whether `name` may stand under `fields` of a mapping.
    pub fn has_field(self, name: &str) -> bool {
        let is_attribute = self == Self::Reps && name.starts_with(ATTRIBUTE);
        self == Self::Leads || is_attribute || self.fields().iter().any(|it| it.name == name)
    }
}
