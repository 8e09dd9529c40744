//! Statements as named static items with one text for both engines.
//!
//! The portable subset: placeholders are `?1`, `?2`, ... (SQLite binds `$N` by order of appearance,
//! not by number); `{for_update}`, `{for_update of t}` and `{skip_locked}` are empty on SQLite,
//! whose one writer needs no row locks; sums are `cast(sum(x) as bigint)`; no `ilike`, no `like`
//! without a folded column, no JSON operators, no data-modifying CTEs.

mod row;
mod value;

use std::sync::OnceLock;

pub use row::Row;
pub(crate) use row::RowSource;
pub use value::Value;
pub(crate) use value::{ColumnValues, fits};

/// One statement of the catalogue.
#[derive(Debug)]
pub struct Statement {
    name: &'static str,
    sql: &'static str,
    sqlite: OnceLock<String>,
    postgres: OnceLock<String>,
}

/// An insert of many rows: row by row on SQLite, in one statement over arrays on Postgres.
#[derive(Debug)]
pub struct Insert {
    name: &'static str,
    table: &'static str,
    columns: &'static [(&'static str, ColumnType)],
    tail: &'static str,
    sqlite: OnceLock<String>,
    postgres: OnceLock<String>,
}

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
}

impl Statement {
    /// A statement with its text in the portable subset. Use [`crate::statements`] to declare it.
    pub const fn new(name: &'static str, sql: &'static str) -> Self {
        Self { name, sql, sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }

    /// Where it is declared, e.g. `store::lead::INSERT`.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) fn sqlite(&self) -> &str {
        self.sqlite.get_or_init(|| fill_holes(self.sql, |_| String::new()))
    }

    pub(crate) fn postgres(&self) -> &str {
        self.postgres
            .get_or_init(|| fill_holes(self.sql, |hole| hole.replace('_', " ")).replace('?', "$"))
    }
}

impl Insert {
    /// An insert into `columns` of `table`, followed by `tail` (e.g. `on conflict do nothing`).
    pub const fn new(
        name: &'static str,
        table: &'static str,
        columns: &'static [(&'static str, ColumnType)],
        tail: &'static str,
    ) -> Self {
        Self { name, table, columns, tail, sqlite: OnceLock::new(), postgres: OnceLock::new() }
    }

    /// Where it is declared, e.g. `store::lead::INSERT`.
    pub const fn name(&self) -> &'static str {
        self.name
    }

    pub(crate) const fn columns(&self) -> &'static [(&'static str, ColumnType)] {
        self.columns
    }

    pub(crate) fn sqlite(&self) -> &str {
        self.sqlite.get_or_init(|| {
            let marks: Vec<_> = (1..=self.columns.len()).map(|it| format!("?{it}")).collect();
            let (table, names, tail) = (self.table, self.names(), self.tail);
            format!("insert into {table} ({names}) values ({}) {tail}", marks.join(", "))
        })
    }

    pub(crate) fn postgres(&self) -> &str {
        self.postgres.get_or_init(|| {
            let arrays: Vec<_> = self
                .columns
                .iter()
                .zip(1..)
                .map(|((_, kind), place)| format!("${place}::{}[]", kind.postgres()))
                .collect();
            let (table, names, tail) = (self.table, self.names(), self.tail);
            let arrays = arrays.join(", ");
            format!("insert into {table} ({names}) select * from unnest({arrays}) {tail}")
        })
    }

    fn names(&self) -> String {
        let names: Vec<_> = self.columns.iter().map(|(name, _)| *name).collect();
        names.join(", ")
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
        }
    }
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

/// Declares statements and lists them in `ENTRIES` of the module, in which the catalogue finds them.
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $kind:ident $name:ident = $($part:expr),+;)+) => {
        $(
            $(#[$doc])*
            static $name: $crate::sql::$kind = $crate::sql::$kind::new(
                concat!(module_path!(), "::", stringify!($name)), $($part),+
            );
        )+

        /// The statements of this module.
        pub(crate) static ENTRIES: &[$crate::sql::Entry] =
            &[$($crate::sql::Entry::$kind(&$name)),+];
    };
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
    fn inserts_go_by_row_on_sqlite_and_by_array_on_postgres() {
        assert_eq!(ADD.sqlite(), "insert into t (a, b) values (?1, ?2) on conflict do nothing");
        assert_eq!(
            ADD.postgres(),
            "insert into t (a, b) select * from unnest($1::bigint[], $2::text[]) \
             on conflict do nothing"
        );
    }
}
