//! `contract`: what a submission must bring.

use model::Value;

use crate::diagnostic::Diagnostic;
use crate::field::{FieldId, FieldOrigin, FieldType};
use crate::lower::{Context, Stage};
use crate::section::{ConsentPurpose, Contract, ContractField, DateFormat, UnknownFields};
use crate::shape::scalar;
use crate::span::Span;
use crate::symbol::Sym;
use crate::tree::{Entry, Node};

/// Types by their name in the file.
pub(crate) const TYPES: &[(&str, FieldType)] = &[
    ("text", FieldType::Text),
    ("enum", FieldType::Enum),
    ("number", FieldType::Number),
    ("money", FieldType::Money),
    ("bool", FieldType::Bool),
    ("time", FieldType::Time),
    ("list", FieldType::List),
    ("email", FieldType::Email),
    ("phone", FieldType::Phone),
    ("country", FieldType::Country),
    ("region", FieldType::Region),
    ("company", FieldType::Company),
    ("url", FieldType::Url),
    ("title", FieldType::Title),
    ("employees", FieldType::Employees),
    ("revenue", FieldType::Revenue),
    ("language", FieldType::Language),
];

const LENGTH_MAX_DEFAULT: u32 = 1000;

impl Context<'_> {
    /// The contract; its fields are the first of the catalogue.
    pub(crate) fn contract(&mut self, root: &Node) -> Contract {
        let Some(node) = root.child("contract") else { return Contract::default() };
        let entries = node.child("fields").map(Node::entries).unwrap_or_default();
        let mut fields = Vec::new();
        for entry in entries {
            fields.extend(self.contract_field(entry));
        }
        self.aliases_are_unique(entries);
        let consent = self.consent(node);
        let unknown = [("keep", UnknownFields::Keep), ("reject", UnknownFields::Reject)];
        let countries = |it| it == FieldType::Country;
        let numbers = |it| is_number(it);
        let texts = |it| matches!(it, FieldType::Text | FieldType::Enum);
        let phone_country = self.contract_reference(node, "phone_country", "a country", countries);
        Contract {
            one_of: self.one_of(node),
            unknown_fields: node.word("unknown_fields", &unknown, UnknownFields::Keep),
            reason_field: self.contract_reference(node, "reason_field", "a text", texts),
            phone_country: phone_country.or_else(|| self.only_country(&fields)),
            default_country: self.default_country(node),
            potential_field: self.contract_reference(node, "potential_field", "a number", numbers),
            fields,
            consent,
        }
    }

    fn contract_field(&mut self, entry: &Entry) -> Option<ContractField> {
        let node = &entry.value;
        let (name, span) = (&entry.key, entry.key_span);
        if self.is_reserved(name, span) {
            return None;
        }
        let kind = node.word("type", TYPES, FieldType::Text);
        let values = self.values(node, kind, entry);
        let origin = FieldOrigin::Contract;
        let id = self.add_field(name, kind, origin, values, Some(Stage::Input), span)?;
        self.normalised_fields(id, name, kind, span);
        let formats =
            [("day_first", DateFormat::DayFirst), ("month_first", DateFormat::MonthFirst)];
        let (min, max) = (node.money("min"), node.money("max"));
        if let (Some(low), Some(high)) = (min, max)
            && high < low
        {
            let message = format!("`max` {} is below `min` {}", high.get(), low.get());
            self.found.push(Diagnostic::error("P0111", message, node.span_of("max")));
        }
        for (key, applies) in [
            ("min", is_number(kind)),
            ("max", is_number(kind)),
            ("date_format", kind == FieldType::Time),
        ] {
            self.refuse_key(node, key, applies, name, kind);
        }
        let aliases = node.list("aliases").iter().filter_map(Node::scalar).map(folded);
        Some(ContractField {
            id,
            aliases: aliases.collect(),
            required: node.flag("required", false),
            personal: node.flag("personal", false),
            default: self.default_value(node, kind),
            length_max: node.whole("length_max").unwrap_or(LENGTH_MAX_DEFAULT),
            min,
            max,
            date_format: node
                .text("date_format")
                .and_then(|it| crate::lower::read::meaning(it, &formats)),
            span,
        })
    }

    fn values(&mut self, node: &Node, kind: FieldType, entry: &Entry) -> Vec<Sym> {
        self.refuse_key(node, "values", kind == FieldType::Enum, &entry.key, kind);
        let mut values = Vec::new();
        for item in node.list("values") {
            let Some(text) = item.scalar() else { continue };
            let symbol = self.symbols.intern(text);
            if values.contains(&symbol) {
                let message = format!("value `{text}` is declared twice");
                self.found.push(Diagnostic::error("P0122", message, item.span));
            } else {
                values.push(symbol);
            }
        }
        if kind == FieldType::Enum && values.is_empty() {
            let message = format!("enum `{}` needs `values`", entry.key);
            self.found.push(Diagnostic::error("P0105", message, entry.key_span));
        }
        values
    }

    fn refuse_key(&mut self, node: &Node, key: &str, applies: bool, name: &str, kind: FieldType) {
        if let Some(entry) = node.get(key).filter(|_| !applies) {
            let kind = super::context::type_name(kind);
            let message = format!("`{key}` says nothing about `{name}`");
            self.found.push(
                Diagnostic::error("P0127", message, entry.key_span)
                    .label(format!("fields of type `{kind}` have no `{key}`")),
            );
        }
    }

    fn default_value(&mut self, node: &Node, kind: FieldType) -> Option<Value> {
        let child = node.child("default")?;
        let text = child.scalar().filter(|it| !it.is_empty())?;
        let value = match kind {
            FieldType::Bool => scalar::yes_or_no(text).map(Value::Bool),
            FieldType::Number | FieldType::Money | FieldType::Employees | FieldType::Revenue => {
                scalar::money(text).or(scalar::number(text)).map(Value::Number)
            }
            FieldType::Time => scalar::instant(text).map(Value::Time),
            FieldType::List => Some(Value::List(vec![text.into()])),
            FieldType::Enum => {
                let values = node.list("values");
                let known = values.iter().any(|it| it.scalar() == Some(text));
                known.then(|| Value::text(text))
            }
            FieldType::Text
            | FieldType::Email
            | FieldType::Phone
            | FieldType::Country
            | FieldType::Region
            | FieldType::Company
            | FieldType::Url
            | FieldType::Title
            | FieldType::Language => Some(Value::text(text)),
        };
        if value.is_none() {
            let message = format!("`{text}` is not a value of this field");
            self.found.push(
                Diagnostic::error("P0107", message, child.span)
                    .label(format!("the field is of type `{}`", super::context::type_name(kind))),
            );
        }
        value
    }

    fn aliases_are_unique(&mut self, entries: &[Entry]) {
        let mut taken: std::collections::BTreeMap<String, (&str, Span)> =
            entries.iter().map(|it| (folded(&it.key), (it.key.as_str(), it.key_span))).collect();
        for entry in entries {
            for alias in entry.value.list("aliases") {
                let Some(text) = alias.scalar() else { continue };
                match taken.get(&folded(text)) {
                    Some((owner, _)) if *owner == entry.key => {}
                    Some((owner, first)) => self.found.push(
                        Diagnostic::error(
                            "P0122",
                            format!("`{text}` already means `{owner}`"),
                            alias.span,
                        )
                        .other(*first, "the first meaning"),
                    ),
                    None => {
                        taken.insert(folded(text), (&entry.key, alias.span));
                    }
                }
            }
        }
    }

    fn consent(&mut self, node: &Node) -> Vec<ConsentPurpose> {
        let mut purposes = Vec::new();
        for entry in node.child("consent").map(Node::entries).unwrap_or_default() {
            let name = format!("consent.{}", entry.key);
            let (origin, known) = (FieldOrigin::Contract, Some(Stage::Input));
            let span = entry.key_span;
            let added = self.add_field(&name, FieldType::Bool, origin, Vec::new(), known, span);
            purposes.extend(added.map(|field| ConsentPurpose {
                name: entry.key.clone(),
                field,
                required: entry.value.flag("required", false),
            }));
        }
        purposes
    }

    fn one_of(&mut self, node: &Node) -> Vec<Vec<FieldId>> {
        let groups = node.list("one_of").iter();
        let resolved = groups.map(|group| {
            let names = group.items().iter();
            names.filter_map(|it| self.field(it, Stage::Exclude, "", |_| true)).collect()
        });
        resolved.filter(|it: &Vec<FieldId>| !it.is_empty()).collect()
    }

    fn contract_reference(
        &mut self,
        node: &Node,
        key: &str,
        wanted: &str,
        suits: impl Fn(FieldType) -> bool,
    ) -> Option<FieldId> {
        let child = node.child(key)?;
        self.field(child, Stage::Exclude, wanted, suits)
    }

    fn only_country(&self, fields: &[ContractField]) -> Option<FieldId> {
        let mut countries = fields.iter().map(|it| it.id).filter(|id| {
            self.fields.get(*id).is_some_and(|field| field.kind == FieldType::Country)
        });
        let only = countries.next();
        only.filter(|_| countries.next().is_none())
    }

    fn default_country(&mut self, node: &Node) -> Option<String> {
        let child = node.child("default_country")?;
        let text = child.scalar().filter(|it| !it.is_empty())?;
        if text.len() == 2 && text.bytes().all(|it| it.is_ascii_uppercase()) {
            return Some(text.to_owned());
        }
        let message = format!("`{text}` is not a country code");
        self.found.push(
            Diagnostic::error("P0107", message, child.span)
                .help("write two capital letters (ISO 3166-1), e.g. `US`"),
        );
        None
    }
}

/// Whether values of this type are numbers.
pub(crate) fn is_number(kind: FieldType) -> bool {
    matches!(kind, FieldType::Number | FieldType::Money | FieldType::Employees | FieldType::Revenue)
}

/// Lower case, only letters and digits.
fn folded(text: &str) -> String {
    text.chars().filter(|it| it.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}
