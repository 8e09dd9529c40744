//! `tables`: lookup tables, from rows in the policy or from a CSV file beside it.

mod csv;

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::lower::merge::is_table;
use crate::lower::{Context, file_name};
use crate::nearest::nearest;
use crate::section::Table;
use crate::span::{Sources, Span};
use crate::symbol::Sym;
use crate::tree::{Entry, Node};

use csv::Cell;

/// Names of the files that the policy's tables name: which files beside it belong to it. Mistakes
/// of the text are left to [`crate::compile`].
pub fn table_files(sources: &Sources) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for file in sources.files.iter().filter(|it| !is_table(&it.path)) {
        let root = crate::parse::parse(0, &file.text, &mut Diagnostics::default());
        let tables = root.as_ref().and_then(|it| it.child("tables")).map(Node::entries);
        let files = tables.unwrap_or_default().iter().filter_map(|it| it.value.text("file"));
        names.extend(files.map(|it| file_name(it).to_owned()));
    }
    names
}

impl Context<'_> {
    /// All tables, in the order declared.
    pub(crate) fn tables(&mut self, root: &Node) -> Vec<Table> {
        let mut tables = Vec::new();
        for entry in root.child("tables").map(Node::entries).unwrap_or_default() {
            tables.push(self.table(entry));
        }
        tables
    }

    fn table(&mut self, entry: &Entry) -> Table {
        let node = &entry.value;
        let keys: Vec<&Node> = node.list("keys").iter().collect();
        let mut columns: Vec<String> = Vec::new();
        for column in keys.iter().copied().chain(node.list("columns")) {
            let Some(name) = column.scalar() else { continue };
            if columns.iter().any(|it| it == name) {
                let message = format!("column `{name}` stands twice");
                self.found.push(Diagnostic::error("P0122", message, column.span));
            }
            columns.push(name.to_owned());
        }
        let rows = match node.child("file") {
            Some(file) => self.rows_of_file(file, &columns),
            None => self.rows_in_text(node, columns.len()),
        };
        let rows = self.sorted(rows, keys.len());
        Table { name: entry.key.clone(), keys: keys.len(), columns, rows, span: entry.key_span }
    }

    fn rows_in_text(&mut self, node: &Node, width: usize) -> Vec<(Span, Vec<Sym>)> {
        let mut rows = Vec::new();
        for row in node.list("rows") {
            let cells: Vec<&str> = row.items().iter().filter_map(Node::scalar).collect();
            if cells.len() == width {
                let cells = cells.iter().map(|it| self.symbols.intern(it)).collect();
                rows.push((row.span, cells));
            } else if row.scalar().is_none() {
                let message =
                    format!("this row has {} values, the table has {width} columns", cells.len());
                self.found.push(Diagnostic::error("P0131", message, row.span));
            }
        }
        rows
    }

    fn rows_of_file(&mut self, file: &Node, columns: &[String]) -> Vec<(Span, Vec<Sym>)> {
        let wanted = file.scalar().unwrap_or_default();
        let sources = self.sources;
        let found = sources
            .files
            .iter()
            .enumerate()
            .find(|(_, it)| is_table(&it.path) && file_name(&it.path) == file_name(wanted));
        let Some((number, source)) = found else {
            let message = format!("there is no file `{wanted}`");
            let names = sources.files.iter().map(|it| file_name(&it.path));
            let near = nearest(wanted, names.filter(|it| is_table(it)));
            let mut diagnostic = Diagnostic::error("P0132", message, file.span)
                .help("tables end in `.csv` and lie in the policy's folder");
            if let Some(near) = near {
                diagnostic = diagnostic.help(format!("did you mean `{near}`?"));
            }
            self.found.push(diagnostic);
            return Vec::new();
        };
        let number = u16::try_from(number).unwrap_or(u16::MAX);
        let mut lines = csv::rows(number, &source.text);
        let header = if lines.is_empty() { Vec::new() } else { lines.remove(0) };
        let mut places = Vec::new();
        for column in columns {
            match header.iter().position(|it| it.text.trim() == column) {
                Some(place) => places.push(place),
                None => {
                    let message = format!("`{wanted}` has no column `{column}`");
                    let at = header.first().map_or(file.span, |it| it.span);
                    self.found.push(
                        Diagnostic::error("P0131", message, at)
                            .label("the first line names the columns")
                            .other(file.span, "the file is named here"),
                    );
                }
            }
        }
        if places.len() != columns.len() {
            return Vec::new();
        }
        lines.iter().filter_map(|line| self.row_of_line(line, &places, header.len())).collect()
    }

    fn row_of_line(
        &mut self,
        line: &[Cell],
        places: &[usize],
        width: usize,
    ) -> Option<(Span, Vec<Sym>)> {
        let span = line.first()?.span.to(line.last()?.span);
        if line.len() != width {
            let message =
                format!("this row has {} values, the table has {width} columns", line.len());
            self.found.push(Diagnostic::error("P0131", message, span));
            return None;
        }
        let cells = places.iter().filter_map(|it| line.get(*it));
        Some((span, cells.map(|it| self.symbols.intern(it.text.trim())).collect()))
    }

    /// Rows by key; a key that stands twice is reported.
    fn sorted(&mut self, rows: Vec<(Span, Vec<Sym>)>, keys: usize) -> Vec<Vec<Sym>> {
        let mut by_key: BTreeMap<Vec<Sym>, (Span, Vec<Sym>)> = BTreeMap::new();
        for (span, row) in rows {
            let key: Vec<Sym> = row.iter().take(keys).copied().collect();
            match by_key.get(&key) {
                Some((first, _)) => self.found.push(
                    Diagnostic::error("P0122", "this key stands twice", span)
                        .other(*first, "the first row"),
                ),
                None => {
                    by_key.insert(key, (span, row));
                }
            }
        }
        by_key.into_values().map(|(_, row)| row).collect()
    }
}
