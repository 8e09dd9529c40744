//! Statements as named static items with one text for both engines.
//!
//! The portable subset: placeholders are `?1`, `?2`, ... (SQLite binds `$N` by order of appearance,
//! not by number); `{for_update}`, `{for_update of t}` and `{skip_locked}` are empty on SQLite,
//! whose one writer needs no row locks; sums are `cast(sum(x) as bigint)`; no `ilike`, no `like`
//! without a folded column, no JSON operators, no data-modifying CTEs.

mod declare;
mod row;
mod value;

use std::sync::OnceLock;

pub(crate) use declare::rows;
pub use row::Row;
pub(crate) use row::RowSource;
pub use value::Value;
pub(crate) use value::{ColumnValues, fits};

/// One statement of the catalogue.
#[derive(Debug)]
pub struct Statement {
    name: &'static str,
    columns: Columns,
    sql: &'static str,
    sqlite: OnceLock<String>,
    postgres: OnceLock<String>,
}

/// Names and types of columns, in order.
pub type Columns = &'static [(&'static str, ColumnType)];

/// A statement over many rows of keys: once per row on SQLite, once over arrays on Postgres.
/// `{, keys}`, `{from keys}` or `{using keys}` in its text brings in a table `k` with the columns of
/// the keys; on SQLite each `k.column` is a parameter instead, since a table of one row would be
/// made anew for each. `{each ...}` is text for the engine that runs once per row, `{all ...}` for
/// the one that runs once for all.
#[derive(Debug)]
pub struct Batch {
    name: &'static str,
    keys: Columns,
    columns: Columns,
    sql: &'static str,
    sqlite: OnceLock<String>,
    postgres: OnceLock<String>,
}

/// An insert of many rows: a few at a time on SQLite, in one statement over arrays on Postgres.
#[derive(Debug)]
pub struct Insert {
    name: &'static str,
    table: &'static str,
    columns: Columns,
    tail: &'static str,
    sqlite: OnceLock<String>,
    sqlite_rows: OnceLock<String>,
    postgres: OnceLock<String>,
}

/// Rows that one insert takes on SQLite where there are many: each table and index is then looked
/// up and left once for all of them, and rows in the order of their key follow each other.
pub(crate) const SQLITE_ROWS: usize = 16;

/// The four types of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ColumnType {
    /// BIGINT: numbers, ids, flags (0 or 1), instants in microseconds.
    Int,
    /// DOUBLE PRECISION.
    Real,
    /// TEXT.
    Text,
    /// BYTEA.
    Bytes,
}

/// Something of the catalogue that can be prepared.
#[derive(Clone, Copy, Debug)]
pub enum Entry {
    /// A statement.
    Statement(&'static Statement),
    /// An insert of many rows.
    Insert(&'static Insert),
    /// A statement over many rows of keys.
    Batch(&'static Batch),
}

/// A Rust type of a column.
pub trait Column {
    /// The type in the schema.
    const TYPE: ColumnType;

    /// The value as a parameter.
    fn value(&self) -> Value<'_>;
}

impl Statement {
    /// A statement with its text in the portable subset. Use [`crate::statements`] to declare it.
    pub const fn new(name: &'static str, sql: &'static str) -> Self {
        Self::select(name, &[], sql)
    }

    /// A statement whose `{columns}` or `{t.columns}` are these.
    pub const fn select(name: &'static str, columns: Columns, sql: &'static str) -> Self {
        Self { name, columns, sql, sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }

    /// Where it is declared, e.g. `store::lead::INSERT`.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn sqlite(&self) -> &str {
        self.sqlite.get_or_init(|| {
            fill_holes(self.sql, |hole| list_columns(hole, self.columns).unwrap_or_default())
        })
    }

    pub(crate) fn postgres(&self) -> &str {
        self.postgres.get_or_init(|| {
            let fill = |hole: &str| {
                list_columns(hole, self.columns).unwrap_or_else(|| hole.replace('_', " "))
            };
            fill_holes(self.sql, fill).replace('?', "$")
        })
    }
}

impl Batch {
    /// A statement over rows of `keys`; its `{columns}` or `{t.columns}` are `columns`.
    pub const fn new(
        name: &'static str,
        keys: Columns,
        columns: Columns,
        sql: &'static str,
    ) -> Self {
        Self { name, keys, columns, sql, sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }

    /// Where it is declared, e.g. `store::lead::BY_KEY`.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) const fn keys(&self) -> Columns {
        self.keys
    }

    pub(crate) fn sqlite(&self) -> &str {
        self.sqlite.get_or_init(|| {
            let text = self.fill(|hole| hole.strip_prefix("each ").unwrap_or_default().to_owned());
            name_columns(&text, |name| {
                let place = self.keys.iter().position(|it| it.0 == name)?;
                Some(format!("?{}", place + 1))
            })
        })
    }

    pub(crate) fn postgres(&self) -> &str {
        self.postgres.get_or_init(|| {
            let keys =
                format!("unnest({}) as k ({})", array_marks(self.keys), list_names(self.keys));
            self.fill(|hole| match (hole.strip_prefix("all "), hole.strip_suffix("keys")) {
                (Some(text), _) => text.to_owned(),
                (None, Some(word)) => format!("{word}{keys}"),
                (None, None) if hole.starts_with("each ") => String::new(),
                (None, None) => hole.replace('_', " "),
            })
        })
    }

    fn fill(&self, other: impl Fn(&str) -> String) -> String {
        fill_holes(self.sql, |hole| list_columns(hole, self.columns).unwrap_or_else(|| other(hole)))
    }
}

impl Insert {
    /// An insert into `columns` of `table`, followed by `tail` (e.g. `on conflict do nothing`).
    pub const fn new(
        name: &'static str,
        table: &'static str,
        columns: Columns,
        tail: &'static str,
    ) -> Self {
        Self {
            name,
            table,
            columns,
            tail,
            sqlite: OnceLock::new(),
            sqlite_rows: OnceLock::new(),
            postgres: OnceLock::new(),
        }
    }

    /// Where it is declared, e.g. `store::lead::INSERT`.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) const fn columns(&self) -> Columns {
        self.columns
    }

    pub(crate) fn sqlite(&self) -> &str {
        self.sqlite.get_or_init(|| self.values("insert", 1))
    }

    /// The text for [`SQLITE_ROWS`] rows. A row that is refused fails the transaction, so SQLite
    /// need not keep what the pages were before the statement (`or fail`).
    pub(crate) fn sqlite_rows(&self) -> &str {
        self.sqlite_rows.get_or_init(|| self.values("insert or fail", SQLITE_ROWS))
    }

    fn values(&self, insert: &str, rows: usize) -> String {
        let width = self.columns.len();
        let row = |row: usize| {
            let marks: Vec<_> = (1..=width).map(|it| format!("?{}", row * width + it)).collect();
            format!("({})", marks.join(", "))
        };
        let rows: Vec<_> = (0..rows).map(row).collect();
        let (table, names, tail) = (self.table, list_names(self.columns), self.tail);
        format!("{insert} into {table} ({names}) values {} {tail}", rows.join(", "))
    }

    pub(crate) fn postgres(&self) -> &str {
        self.postgres.get_or_init(|| {
            let (table, names, tail) = (self.table, list_names(self.columns), self.tail);
            let arrays = array_marks(self.columns);
            format!("insert into {table} ({names}) select * from unnest({arrays}) {tail}")
        })
    }
}

impl ColumnType {
    const fn postgres(self) -> &'static str {
        match self {
            Self::Int => "bigint",
            Self::Real => "double precision",
            Self::Text => "text",
            Self::Bytes => "bytea",
        }
    }
}

impl Entry {
    /// Where it is declared.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Statement(it) => it.name(),
            Self::Insert(it) => it.name(),
            Self::Batch(it) => it.name(),
        }
    }

    /// The columns that each row of parameters gives; none for a plain statement.
    pub(crate) const fn inputs(self) -> Columns {
        match self {
            Self::Statement(_) => &[],
            Self::Insert(it) => it.columns(),
            Self::Batch(it) => it.keys(),
        }
    }

    pub(crate) fn sqlite(self) -> &'static str {
        match self {
            Self::Statement(it) => it.sqlite(),
            Self::Insert(it) => it.sqlite(),
            Self::Batch(it) => it.sqlite(),
        }
    }

    pub(crate) fn postgres(self) -> &'static str {
        match self {
            Self::Statement(it) => it.postgres(),
            Self::Insert(it) => it.postgres(),
            Self::Batch(it) => it.postgres(),
        }
    }
}

/// The names behind the hole `columns`, or `t.columns` with a table before each.
fn list_columns(hole: &str, columns: Columns) -> Option<String> {
    if hole == "columns" {
        return Some(list_names(columns));
    }
    let table = hole.strip_suffix(".columns")?;
    let names: Vec<_> = columns.iter().map(|it| format!("{table}.{}", it.0)).collect();
    Some(names.join(", "))
}

fn list_names(columns: Columns) -> String {
    let names: Vec<_> = columns.iter().map(|it| it.0).collect();
    names.join(", ")
}

fn array_marks(columns: Columns) -> String {
    let marks: Vec<_> = columns
        .iter()
        .zip(1..)
        .map(|((_, kind), place)| format!("${place}::{}[]", kind.postgres()))
        .collect();
    marks.join(", ")
}

/// Replaces each column of the table `k` that `give` knows.
fn name_columns(sql: &str, give: impl Fn(&str) -> Option<String>) -> String {
    let is_name = |it: char| it.is_ascii_alphanumeric() || it == '_';
    let mut text = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some((before, after)) = rest.split_once("k.") {
        text.push_str(before);
        let end = after.find(|it| !is_name(it)).unwrap_or(after.len());
        let (name, behind) = after.split_at(end);
        match give(name).filter(|_| !before.ends_with(is_name)) {
            Some(given) => text.push_str(&given),
            None => text.extend(["k.", name]),
        }
        rest = behind;
    }
    text.push_str(rest);
    text
}

fn fill_holes(sql: &str, fill: impl Fn(&str) -> String) -> String {
    let mut text = String::with_capacity(sql.len());
    let mut rest = sql;
    while let Some((before, after)) = rest.split_once('{') {
        let Some((hole, after)) = after.split_once('}') else { break };
        text.push_str(before);
        text.push_str(&fill(hole));
        rest = after;
    }
    text.push_str(rest);
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    static CLAIM: Statement = Statement::new(
        "claim",
        "select id from t where a = ?2 and b = ?1 {for_update of t} {skip_locked}",
    );
    static ADD: Insert = Insert::new(
        "add",
        "t",
        &[("a", ColumnType::Int), ("b", ColumnType::Text)],
        "on conflict do nothing",
    );

    #[test]
    fn locks_and_placeholders_are_written_for_each_engine() {
        assert_eq!(CLAIM.sqlite(), "select id from t where a = ?2 and b = ?1  ");
        assert_eq!(
            CLAIM.postgres(),
            "select id from t where a = $2 and b = $1 for update of t skip locked"
        );
    }

    #[test]
    fn keys_are_parameters_on_sqlite_and_arrays_on_postgres() {
        let keys = &[("id", ColumnType::Int), ("name", ColumnType::Text)];
        let columns = &[("id", ColumnType::Int), ("score", ColumnType::Real)];
        let batch = Batch::new(
            "find",
            keys,
            columns,
            "select {t.columns} from t {, keys} where t.id = k.id and tk.id = 1 \
             {each limit 2}{all and t.a_b < (select 1 where k.id = 1)}",
        );
        assert_eq!(
            batch.sqlite(),
            "select t.id, t.score from t  where t.id = ?1 and tk.id = 1 limit 2"
        );
        assert_eq!(
            batch.postgres(),
            "select t.id, t.score from t , unnest($1::bigint[], $2::text[]) as k (id, name) \
             where t.id = k.id and tk.id = 1 and t.a_b < (select 1 where k.id = 1)"
        );
    }

    #[test]
    fn inserts_go_by_rows_on_sqlite_and_by_array_on_postgres() {
        assert_eq!(ADD.sqlite(), "insert into t (a, b) values (?1, ?2) on conflict do nothing");
        let rows = ADD.sqlite_rows();
        assert!(rows.starts_with("insert or fail into t (a, b) values (?1, ?2), (?3, ?4), (?5"));
        assert!(rows.ends_with("(?31, ?32) on conflict do nothing"));
        assert_eq!(
            ADD.postgres(),
            "insert into t (a, b) select * from unnest($1::bigint[], $2::text[]) \
             on conflict do nothing"
        );
    }
}
