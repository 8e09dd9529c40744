//! From the text of a mapping to a [`Mapping`], with every mistake of one run.

use policy::nearest::nearest;
use policy::section::DateFormat;
use policy::tree::{Entry, Node, NodeKind};
use policy::{Diagnostic, Diagnostics, Sources, Span};

use super::{From, Mapping, MappingKind, Only, Other, OutcomeColumns, TextFrom, Unmapped, When};

const KEYS: [&str; 19] = [
    "schema",
    "kind",
    "encoding",
    "source",
    "zone",
    "order",
    "external_id",
    "captured_at",
    "at",
    "fields",
    "consent",
    "lead",
    "outcome",
    "amount",
    "lead_source",
    "only",
    "missing",
    "ignore",
    "unmapped",
];

/// Reads the first file of `sources` as a mapping. `None` where it has errors.
pub fn read(sources: &Sources) -> (Option<Mapping>, Vec<Diagnostic>) {
    let mut diagnostics = Diagnostics::default();
    let text = sources.files.first().map_or("", |it| it.text.as_str());
    let tree = policy::parse::parse(0, text, &mut diagnostics);
    let mapping = tree.as_ref().and_then(|node| mapping(node, &mut diagnostics));
    let mapping = mapping.filter(|_| !diagnostics.has_errors());
    (mapping, diagnostics.into_sorted())
}

fn mapping(node: &Node, diagnostics: &mut Diagnostics) -> Option<Mapping> {
    let mut reader = Reader { diagnostics };
    reader.known(node, &KEYS, "a mapping");
    let kind = reader.kind(node);
    reader.schema(node);
    reader.fields_of(node, kind);
    let at_key = if kind == MappingKind::Leads { "captured_at" } else { "at" };
    let outcome = (kind == MappingKind::Outcomes).then(|| reader.outcome(node)).flatten();
    Some(Mapping {
        kind,
        encoding: reader.text(node, "encoding"),
        source: reader.text(node, "source"),
        zone: reader.zone(node),
        order: reader.order(node),
        external_id: reader.origin_of(node, "external_id"),
        at: reader.when(node, at_key),
        fields: reader.froms(node, "fields"),
        consent: reader.froms(node, "consent"),
        outcome,
        only: reader.only(node),
        missing: reader.texts(node, "missing").into_iter().map(|(text, _)| text).collect(),
        ignore: reader.texts(node, "ignore"),
        unmapped: reader.unmapped(node),
    })
}

struct Reader<'a> {
    diagnostics: &'a mut Diagnostics,
}

impl Reader<'_> {
    fn error(&mut self, code: &'static str, message: String, span: Span) {
        self.diagnostics.push(Diagnostic::error(code, message, span));
    }

    /// Reports keys that nothing knows.
    fn known(&mut self, node: &Node, keys: &[&str], what: &str) {
        if !matches!(node.kind, NodeKind::Map(_)) {
            self.error("I0501", format!("{what} must be a map of keys and values"), node.span);
        }
        for entry in node.entries().iter().filter(|it| !keys.contains(&it.key.as_str())) {
            let message = format!("`{}` is no key of {what}", entry.key);
            let mut diagnostic = Diagnostic::error("I0502", message, entry.key_span);
            if let Some(near) = nearest(&entry.key, keys.iter().copied()) {
                diagnostic = diagnostic.help(format!("`{near}` is one")).fix(entry.key_span, near);
            }
            self.diagnostics.push(diagnostic);
        }
    }

    fn schema(&mut self, node: &Node) {
        let version = node.get("schema");
        match version.and_then(|it| it.value.scalar()) {
            Some("1") => {}
            _ => {
                let span = version.map_or(node.span, |it| it.value.span);
                self.error("I0503", "a mapping starts with `schema: 1`".to_owned(), span);
            }
        }
    }

    fn kind(&mut self, node: &Node) -> MappingKind {
        let kinds = MappingKind::ALL.map(|it| (it.word(), it));
        self.word(node, "kind", &kinds, MappingKind::Leads)
    }

    fn unmapped(&mut self, node: &Node) -> Unmapped {
        let words =
            [("keep", Unmapped::Keep), ("ignore", Unmapped::Ignore), ("refuse", Unmapped::Refuse)];
        self.word(node, "unmapped", &words, Unmapped::Keep)
    }

    fn word<T: Copy>(&mut self, node: &Node, key: &str, words: &[(&str, T)], absent: T) -> T {
        let Some(entry) = node.get(key) else { return absent };
        let text = entry.value.scalar().unwrap_or_default();
        let found = words.iter().find(|(word, _)| *word == text);
        if found.is_none() {
            let allowed: Vec<_> = words.iter().map(|(word, _)| format!("`{word}`")).collect();
            let message = format!("`{key}` must be one of {}", allowed.join(", "));
            self.error("I0504", message, entry.value.span);
        }
        found.map_or(absent, |(_, value)| *value)
    }

    fn text(&mut self, node: &Node, key: &str) -> Option<String> {
        let entry = node.get(key)?;
        let text = entry.value.scalar().filter(|it| !it.is_empty());
        if text.is_none() {
            self.error("I0501", format!("`{key}` must be a text"), entry.value.span);
        }
        text.map(str::to_owned)
    }

    fn texts(&mut self, node: &Node, key: &str) -> Vec<(String, Span)> {
        let Some(entry) = node.get(key) else { return Vec::new() };
        let NodeKind::List(items) = &entry.value.kind else {
            self.error("I0501", format!("`{key}` must be a list"), entry.value.span);
            return Vec::new();
        };
        let mut all = Vec::new();
        for item in items {
            match item.scalar() {
                Some(text) => all.push((text.to_owned(), item.span)),
                None => self.error("I0501", format!("`{key}` is a list of texts"), item.span),
            }
        }
        all
    }

    fn froms(&mut self, node: &Node, key: &str) -> Vec<(String, From)> {
        let entries: &[Entry] = node.get(key).map_or(&[], |it| it.value.entries());
        let mut all = Vec::new();
        for entry in entries {
            if let Some(from) = self.origin(entry, &[]) {
                all.push((entry.key.clone(), from));
            }
        }
        all
    }

    fn origin_of(&mut self, node: &Node, key: &str) -> Option<From> {
        node.get(key).and_then(|entry| self.origin(entry, &[]))
    }

    /// A column name, or a map that says more. `extra` are keys the caller reads itself.
    fn origin(&mut self, entry: &Entry, extra: &[&str]) -> Option<From> {
        let node = &entry.value;
        if let Some(column) = node.scalar() {
            let text = TextFrom::Column(column.to_owned(), node.span);
            return Some(From { text, values: Vec::new(), other: Other::Keep });
        }
        let mut keys = vec!["column", "columns", "join", "value", "values", "other"];
        keys.extend(extra);
        self.known(node, &keys, &format!("`{}`", entry.key));
        let column = node.get("column").and_then(|it| {
            it.value.scalar().map(|text| TextFrom::Column(text.to_owned(), it.value.span))
        });
        let constant = self.text(node, "value").map(TextFrom::Constant);
        let columns = self.texts(node, "columns");
        let join = node.get("join").and_then(|it| it.value.scalar()).unwrap_or(" ");
        let columns = (!columns.is_empty()).then(|| TextFrom::Columns(columns, join.to_owned()));
        let given = [column, constant, columns];
        if given.iter().flatten().count() != 1 {
            let message =
                format!("`{}` needs exactly one of `column`, `columns` and `value`", entry.key);
            self.error("I0505", message, node.span);
        }
        let text = given.into_iter().flatten().next()?;
        let others =
            [("keep", Other::Keep), ("missing", Other::Missing), ("refuse", Other::Refuse)];
        let other = self.word(node, "other", &others, Other::Keep);
        Some(From { text, values: self.translations(node), other })
    }

    fn translations(&mut self, node: &Node) -> Vec<(String, String)> {
        let entries: &[Entry] = node.get("values").map_or(&[], |it| it.value.entries());
        let mut all = Vec::new();
        for entry in entries {
            match entry.value.scalar() {
                Some(text) => all.push((entry.key.clone(), text.to_owned())),
                None => {
                    self.error("I0501", "a translation is a text".to_owned(), entry.value.span);
                }
            }
        }
        all
    }

    fn when(&mut self, node: &Node, key: &str) -> Option<When> {
        let entry = node.get(key)?;
        let from = self.origin(entry, &["zone", "order"])?;
        let (zone, order) = (self.zone(&entry.value), self.order(&entry.value));
        Some(When { from, zone, order })
    }

    fn zone(&mut self, node: &Node) -> Option<String> {
        let zone = self.text(node, "zone");
        if let (Some(name), Some(at)) = (&zone, node.get("zone"))
            && !calendar_zone(name)
        {
            self.error("I0506", format!("`{name}` is no time zone"), at.value.span);
        }
        zone
    }

    fn order(&mut self, node: &Node) -> Option<DateFormat> {
        let orders = [
            ("day_first", Some(DateFormat::DayFirst)),
            ("month_first", Some(DateFormat::MonthFirst)),
        ];
        self.word(node, "order", &orders, None)
    }

    /// Reports fields that rows of `kind` do not have, and missing ones that they must have.
    fn fields_of(&mut self, node: &Node, kind: MappingKind) {
        if matches!(kind, MappingKind::Leads | MappingKind::Outcomes) {
            return;
        }
        let entries: &[Entry] = node.get("fields").map_or(&[], |it| it.value.entries());
        for entry in entries.iter().filter(|it| !kind.has_field(&it.key)) {
            let message = format!("`{}` is no field of {}", entry.key, kind.word());
            let mut diagnostic = Diagnostic::error("I0502", message, entry.key_span);
            if let Some(near) = nearest(&entry.key, kind.fields().iter().map(|it| it.name)) {
                diagnostic = diagnostic.help(format!("`{near}` is one")).fix(entry.key_span, near);
            }
            self.diagnostics.push(diagnostic);
        }
        let has = |name: &str| entries.iter().any(|it| it.key == name);
        let missing = kind.fields().iter().filter(|it| it.needed && !has(it.name));
        let missing: Vec<_> = missing.map(|it| format!("`{}`", it.name)).collect();
        if !missing.is_empty() {
            let message = format!("{} need {} under `fields`", kind.word(), missing.join(", "));
            let span = node.get("fields").map_or(node.span, |it| it.key_span);
            self.error("I0507", message, span);
        }
    }

    fn outcome(&mut self, node: &Node) -> Option<OutcomeColumns> {
        let (lead, kind) = (self.origin_of(node, "lead"), self.origin_of(node, "outcome"));
        if lead.is_none() || kind.is_none() {
            let message = "outcomes need `lead` (the lead's id) and `outcome`".to_owned();
            self.error("I0507", message, node.span);
        }
        Some(OutcomeColumns {
            lead: lead?,
            kind: kind?,
            amount: self.origin_of(node, "amount"),
            lead_source: self.origin_of(node, "lead_source"),
        })
    }

    fn only(&mut self, node: &Node) -> Option<Only> {
        let entry = node.get("only")?;
        self.known(&entry.value, &["column", "equals"], "`only`");
        let column = entry
            .value
            .get("column")
            .and_then(|it| it.value.scalar().map(|text| (text.to_owned(), it.value.span)));
        let equals = entry.value.get("equals").and_then(|it| it.value.scalar());
        match (column, equals) {
            (Some(column), Some(equals)) => Some(Only { column, equals: equals.to_owned() }),
            _ => {
                let message = "`only` needs `column` and `equals`".to_owned();
                self.error("I0505", message, entry.value.span);
                None
            }
        }
    }
}

fn calendar_zone(name: &str) -> bool {
    jiff::tz::TimeZone::get(name).is_ok()
}
