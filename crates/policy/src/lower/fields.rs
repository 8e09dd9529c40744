//! The fields that no policy declares: what normalisation derives, what the system knows, what
//! reps bring.

use crate::diagnostic::Diagnostic;
use crate::field::{Field, FieldId, FieldOrigin, FieldType, SystemField, normalised_values};
use crate::lower::read::meaning;
use crate::lower::{Context, Stage};
use crate::shape::roster::LIST_ATTRIBUTES;
use crate::span::Span;
use crate::symbol::Sym;
use crate::tree::Node;

/// Modes of a source in the order of `SourceMode`.
pub(crate) const SOURCE_MODES: [&str; 4] = ["auto_submit", "gateway", "model", "standard"];

/// System fields of fixed name, with type and the step that makes them known.
const SYSTEM: &[(&str, SystemField, FieldType, Stage)] = &[
    ("captured_at", SystemField::CapturedAt, FieldType::Time, Stage::Input),
    ("capture.channel", SystemField::CaptureChannel, FieldType::Text, Stage::Input),
    ("quiz.score", SystemField::QuizScore, FieldType::Number, Stage::Input),
    ("history.open_handoff", SystemField::OpenHandoff, FieldType::Bool, Stage::Input),
    ("history.closed_handoffs", SystemField::ClosedHandoffs, FieldType::Number, Stage::Input),
    ("history.active_deal", SystemField::ActiveDeal, FieldType::Bool, Stage::Input),
    ("history.active_sequence", SystemField::ActiveSequence, FieldType::Bool, Stage::Input),
    ("history.last_contact_at", SystemField::LastContactAt, FieldType::Time, Stage::Input),
    ("account.customer", SystemField::ExistingCustomer, FieldType::Bool, Stage::Input),
    ("account.owner", SystemField::AccountOwner, FieldType::Text, Stage::Input),
    ("fast_track", SystemField::FastTrack, FieldType::Bool, Stage::FastTrack),
    ("source.mode", SystemField::SourceMode, FieldType::Enum, Stage::Source),
    ("gateway.answered", SystemField::GatewayAnswered, FieldType::Bool, Stage::Source),
    ("score", SystemField::Score, FieldType::Number, Stage::Scoring),
    ("matrix.budget", SystemField::MatrixBudget, FieldType::Number, Stage::Matrix),
    ("matrix.need", SystemField::MatrixNeed, FieldType::Number, Stage::Matrix),
    ("matrix.timeline", SystemField::MatrixTimeline, FieldType::Number, Stage::Matrix),
    ("matrix.fit", SystemField::MatrixFit, FieldType::Number, Stage::Matrix),
    ("matrix.total", SystemField::MatrixTotal, FieldType::Number, Stage::Matrix),
    ("mql", SystemField::Mql, FieldType::Bool, Stage::Mql),
    ("sql", SystemField::Sql, FieldType::Bool, Stage::Sql),
    ("tier", SystemField::Tier, FieldType::Number, Stage::Tier),
    ("sla", SystemField::Sla, FieldType::Enum, Stage::Sla),
];

/// Fields of reps, beside the list attributes.
const REP: &[(&str, FieldType)] = &[
    ("rep.id", FieldType::Text),
    ("rep.team", FieldType::Text),
    ("rep.seniority", FieldType::Text),
    ("rep.load", FieldType::Number),
    ("rep.value_load", FieldType::Number),
    ("rep.open", FieldType::Number),
];

/// Words of the condition language, and names that the system keeps to itself.
const RESERVED: &[&str] = &[
    "and",
    "or",
    "not",
    "in",
    "is",
    "known",
    "true",
    "false",
    "contains",
    "any",
    "all",
    "mentions",
    "starts",
    "ends",
    "with",
    "since",
    "did",
    "count",
    "within",
    "between",
    "captured_at",
    "score",
    "fast_track",
    "mql",
    "sql",
    "tier",
    "sla",
];
/// First parts of names that the system or normalisation gives.
const NAMESPACES: &[&str] =
    &["rep", "score", "matrix", "quiz", "history", "account", "capture", "consent", "gateway"];

impl Context<'_> {
    /// Adds a field that leads have from `known` on; a name that is taken is reported at `span`.
    pub(crate) fn add_field(
        &mut self,
        name: &str,
        kind: FieldType,
        origin: FieldOrigin,
        values: Vec<Sym>,
        known: Option<Stage>,
        span: Span,
    ) -> Option<FieldId> {
        let field = Field { name: name.to_owned(), kind, origin, values };
        let added = self.fields.add(field);
        if span != Span::default() {
            self.declared_at.extend(added.map(|it| (it, span)));
        }
        match (added, known) {
            (Some(id), Some(stage)) => {
                self.known_after.insert(id, stage);
            }
            (Some(_), None) => {}
            (None, _) => self.found.push(
                Diagnostic::error("P0123", format!("there is already a field `{name}`"), span)
                    .help("choose another name"),
            ),
        }
        added
    }

    /// Reports a declared field whose name the language or the system needs.
    pub(crate) fn is_reserved(&mut self, name: &str, span: Span) -> bool {
        let first = name.split_once('.').map(|it| it.0);
        let reserved = RESERVED.contains(&name) || first.is_some_and(|it| NAMESPACES.contains(&it));
        if reserved {
            let first = first.unwrap_or(name);
            self.found.push(
                Diagnostic::error("P0123", format!("`{name}` is not free as a field name"), span)
                    .label(format!("`{first}` has a meaning of its own in conditions"))
                    .help("choose another name"),
            );
        }
        reserved
    }

    /// Adds what normalisation derives from a contract field.
    pub(crate) fn normalised_fields(
        &mut self,
        of: FieldId,
        name: &str,
        kind: FieldType,
        span: Span,
    ) {
        let derived: &[(&str, FieldType)] = match kind {
            FieldType::Email => &[("domain", FieldType::Text), ("class", FieldType::Enum)],
            FieldType::Phone => &[("country", FieldType::Country)],
            FieldType::Country => &[("groups", FieldType::List)],
            FieldType::Company => &[("key", FieldType::Text)],
            FieldType::Url => &[("domain", FieldType::Text)],
            FieldType::Title => &[("seniority", FieldType::Enum), ("department", FieldType::Enum)],
            FieldType::Employees | FieldType::Revenue => &[("band", FieldType::Enum)],
            FieldType::Text
            | FieldType::Enum
            | FieldType::Number
            | FieldType::Money
            | FieldType::Bool
            | FieldType::Time
            | FieldType::List
            | FieldType::Region
            | FieldType::Language => &[],
        };
        for (part, derived) in derived {
            let values = self.interned(normalised_values(kind, part));
            let full = format!("{name}.{part}");
            let origin = FieldOrigin::Normalised(of);
            self.add_field(&full, *derived, origin, values, Some(Stage::Input), span);
        }
    }

    /// Adds what the system knows, score groups included.
    pub(crate) fn system_fields(&mut self, root: &Node) {
        for (name, system, kind, stage) in SYSTEM {
            let values = match system {
                SystemField::SourceMode => self.interned(&SOURCE_MODES),
                SystemField::Sla => {
                    let names: Vec<String> = self.slas.iter().map(str::to_owned).collect();
                    names.iter().map(|it| self.symbols.intern(it)).collect()
                }
                _ => Vec::new(),
            };
            let origin = FieldOrigin::System(*system);
            self.add_field(name, *kind, origin, values, Some(*stage), Span::default());
        }
        let groups = root.child("scoring").and_then(|it| it.child("groups"));
        for (number, entry) in groups.map(Node::entries).unwrap_or_default().iter().enumerate() {
            let Ok(number) = u16::try_from(number) else { break };
            let name = format!("score.{}", entry.key);
            let origin = FieldOrigin::System(SystemField::ScoreGroup(number));
            let known = Some(Stage::Scoring);
            self.add_field(&name, FieldType::Number, origin, Vec::new(), known, entry.key_span);
        }
    }

    /// Adds what reps bring: the standard attributes and those of `rep_fields`.
    pub(crate) fn rep_fields(&mut self, root: &Node) {
        for (name, kind) in REP {
            self.add_field(name, *kind, FieldOrigin::Rep, Vec::new(), None, Span::default());
        }
        for name in LIST_ATTRIBUTES {
            let name = format!("rep.{name}");
            let span = Span::default();
            self.add_field(&name, FieldType::List, FieldOrigin::Rep, Vec::new(), None, span);
        }
        for entry in root.child("rep_fields").map(Node::entries).unwrap_or_default() {
            let kinds = [
                ("text", FieldType::Text),
                ("list", FieldType::List),
                ("number", FieldType::Number),
                ("bool", FieldType::Bool),
            ];
            let kind = entry.value.scalar().and_then(|it| meaning(it, &kinds));
            let name = format!("rep.{}", entry.key);
            let kind = kind.unwrap_or(FieldType::Text);
            self.add_field(&name, kind, FieldOrigin::Rep, Vec::new(), None, entry.key_span);
        }
    }

    fn interned(&mut self, words: &[&str]) -> Vec<Sym> {
        words.iter().map(|it| self.symbols.intern(it)).collect()
    }
}
