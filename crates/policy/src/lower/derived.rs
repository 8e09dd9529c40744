//! `derived`: computed fields, each of which may use those before it.

use model::Number;

use crate::diagnostic::Diagnostic;
use crate::expr::Expr;
use crate::field::{FieldId, FieldOrigin, FieldType};
use crate::lower::contract::is_number;
use crate::lower::{Context, Stage};
use crate::nearest::nearest;
use crate::section::{Derived, DerivedRule, Table};
use crate::shape::scalar;
use crate::symbol::Sym;
use crate::tree::{Entry, Node};

impl Context<'_> {
    /// All derived fields, in the order declared.
    pub(crate) fn derived(&mut self, root: &Node, tables: &[Table]) -> Vec<Derived> {
        let entries = root.child("derived").map(Node::entries).unwrap_or_default();
        // All fields first, so that one named too early is called early rather than unknown.
        let mut declared = Vec::new();
        for (number, entry) in entries.iter().enumerate() {
            let Ok(number) = u16::try_from(number) else { break };
            if self.is_reserved(&entry.key, entry.key_span) {
                continue;
            }
            let (kind, values) = self.derived_type(&entry.value, tables);
            let known = Some(Stage::Derived(number));
            let origin = FieldOrigin::Derived;
            let field = self.add_field(&entry.key, kind, origin, values, known, entry.key_span);
            declared.extend(field.map(|field| (field, number, entry)));
        }
        let lowered = declared.into_iter().filter_map(|(field, number, entry)| {
            let rule = self.derived_rule(entry, Stage::Derived(number), tables)?;
            Some(Derived { field, rule, span: entry.key_span })
        });
        lowered.collect()
    }

    fn derived_type(&mut self, node: &Node, tables: &[Table]) -> (FieldType, Vec<Sym>) {
        if node.get("when").is_some() {
            return (FieldType::Bool, Vec::new());
        }
        if node.get("sum").is_some() {
            return (FieldType::Number, Vec::new());
        }
        let mut words: Vec<&str> = Vec::new();
        for key in ["steps", "cases"] {
            words.extend(
                node.list(key).iter().filter_map(Node::pair).filter_map(|it| it.0.scalar()),
            );
        }
        words.extend(node.text("rest"));
        words.extend(node.text("default"));
        let mut values: Vec<Sym> = words.iter().map(|it| self.symbols.intern(it)).collect();
        if let Some((table, column)) = table_and_column(node, tables) {
            values.extend(table.rows.iter().filter_map(|row| row.get(column)));
        }
        values.sort();
        values.dedup();
        (FieldType::Enum, values)
    }

    fn derived_rule(
        &mut self,
        entry: &Entry,
        stage: Stage,
        tables: &[Table],
    ) -> Option<DerivedRule> {
        let node = &entry.value;
        let kinds: [(&str, &[&str]); 5] = [
            ("when", &[]),
            ("band", &["steps", "rest"]),
            ("lookup", &["by", "column", "default"]),
            ("cases", &["default"]),
            ("sum", &[]),
        ];
        let (chosen, takes) = kinds.into_iter().find(|(key, _)| node.get(key).is_some())?;
        for other in node.entries().iter().filter(|it| it.key != chosen) {
            let is_rule = kinds.iter().any(|(key, _)| *key == other.key);
            if !takes.contains(&other.key.as_str()) && !is_rule {
                let message = format!("`{}` says nothing to `{chosen}`", other.key);
                self.found.push(Diagnostic::error("P0127", message, other.key_span));
            }
        }
        match chosen {
            "when" => self.condition_of(node, "when", stage).map(DerivedRule::When),
            "band" => self.band(node, stage),
            "lookup" => self.lookup(entry, stage, tables),
            "cases" => Some(DerivedRule::Cases {
                cases: self.cases(node, stage),
                default: node.text("default").map(|it| self.symbols.intern(it)),
            }),
            _ => Some(DerivedRule::Sum(self.sum(node, stage))),
        }
    }

    fn cases(&mut self, node: &Node, stage: Stage) -> Vec<(Expr, Sym)> {
        let pairs = node.list("cases").iter().filter_map(Node::pair);
        let cases = pairs.filter_map(|(value, when)| {
            let value = self.symbols.intern(value.scalar()?);
            Some((self.condition(when, stage)?, value))
        });
        cases.collect()
    }

    fn sum(&mut self, node: &Node, stage: Stage) -> Vec<(Expr, Number)> {
        let pairs = node.list("sum").iter().filter_map(Node::pair);
        let terms = pairs.filter_map(|(value, when)| {
            let value = value.scalar().and_then(scalar::number);
            let when = self.condition(when, stage)?;
            Some((when, value?))
        });
        terms.collect()
    }

    fn band(&mut self, node: &Node, stage: Stage) -> Option<DerivedRule> {
        let of = self.field(node.child("band")?, stage, "a number", is_number);
        let mut steps: Vec<(Number, Sym)> = Vec::new();
        for (band, bound) in node.list("steps").iter().filter_map(Node::pair) {
            let (Some(name), Some(value)) = (band.scalar(), bound.scalar().and_then(scalar::money))
            else {
                continue;
            };
            if steps.last().is_some_and(|(last, _)| value <= *last) {
                let message = "bounds must go up";
                self.found.push(
                    Diagnostic::error("P0133", message, bound.span)
                        .label("not above the bound before it"),
                );
            }
            steps.push((value, self.symbols.intern(name)));
        }
        if node.list("steps").is_empty() {
            let message = "`band` needs `steps`";
            self.found.push(Diagnostic::error("P0105", message, node.span_of("band")));
        }
        let rest = node.text("rest").map(|it| self.symbols.intern(it));
        Some(DerivedRule::Band { of: of?, steps, rest })
    }

    fn lookup(&mut self, entry: &Entry, stage: Stage, tables: &[Table]) -> Option<DerivedRule> {
        let node = &entry.value;
        let name = node.child("lookup")?;
        self.tables.resolve(name.scalar()?, name.span, &mut self.found)?;
        let table = tables.iter().position(|it| Some(it.name.as_str()) == name.scalar())?;
        let resolved = tables.get(table)?;
        let by: Vec<Option<FieldId>> = node
            .list("by")
            .iter()
            .map(|it| self.field(it, stage, "a single text", is_single_text))
            .collect();
        if by.len() != resolved.keys {
            let message = format!(
                "table `{}` has {} key columns, `by` names {} fields",
                resolved.name,
                resolved.keys,
                by.len()
            );
            self.found.push(
                Diagnostic::error("P0131", message, node.span_of("by"))
                    .other(resolved.span, "the table"),
            );
        }
        self.keys_are_written_as_fields(&by, resolved, name);
        let column = self.column(node, entry, resolved);
        let default = node.text("default").map(|it| self.symbols.intern(it));
        let by = by.into_iter().collect::<Option<Vec<FieldId>>>()?;
        Some(DerivedRule::Lookup { table, by, column: column?, default })
    }

    /// Codes of countries and regions are in capitals: a key in small letters never fits.
    fn keys_are_written_as_fields(&mut self, by: &[Option<FieldId>], table: &Table, at: &Node) {
        for (place, field) in by.iter().enumerate() {
            let kind = field.and_then(|it| self.fields.get(it)).map(|it| it.kind);
            if !matches!(kind, Some(FieldType::Country | FieldType::Region)) {
                continue;
            }
            let keys = table.rows.iter().filter_map(|row| row.get(place));
            let mut texts = keys.map(|it| self.symbols.text(*it));
            if let Some(text) = texts.find(|it| **it != it.to_ascii_uppercase()) {
                let message = format!("key `{text}` of table `{}` fits no lead", table.name);
                let better = text.to_ascii_uppercase();
                self.found.push(
                    Diagnostic::error("P0135", message, at.span)
                        .label("looked up by codes in capitals")
                        .other(table.span, "the table")
                        .help(format!("write `{better}`")),
                );
            }
        }
    }

    fn column(&mut self, node: &Node, entry: &Entry, table: &Table) -> Option<usize> {
        let Some(wanted) = node.child("column") else {
            // With one value column there is nothing to choose.
            if table.columns.len() == table.keys + 1 {
                return Some(table.keys);
            }
            let message = "`lookup` needs `column`";
            self.found.push(Diagnostic::error("P0105", message, entry.key_span));
            return None;
        };
        let name = wanted.scalar()?;
        let place = table.columns.iter().position(|it| it == name);
        if place.is_none() {
            let message = format!("table `{}` has no column `{name}`", table.name);
            let mut diagnostic = Diagnostic::error("P0120", message, wanted.span);
            if let Some(near) = nearest(name, table.columns.iter().map(String::as_str)) {
                let help = format!("did you mean `{near}`?");
                diagnostic = diagnostic.help(help).fix(wanted.span, near);
            }
            self.found.push(diagnostic);
        }
        place
    }
}

fn table_and_column<'a>(node: &Node, tables: &'a [Table]) -> Option<(&'a Table, usize)> {
    let table = tables.iter().find(|it| Some(it.name.as_str()) == node.text("lookup"))?;
    let column = match node.text("column") {
        Some(name) => table.columns.iter().position(|it| it == name)?,
        None => table.keys,
    };
    Some((table, column))
}

fn is_single_text(kind: FieldType) -> bool {
    !is_number(kind) && !matches!(kind, FieldType::List | FieldType::Bool | FieldType::Time)
}
