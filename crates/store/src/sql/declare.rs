//! Macros that declare statements and rows.

/// Declares statements and lists them in `ENTRIES` of the module, in which the catalogue finds them.
///
/// `Statement NAME = "..."`, `Select NAME = COLUMNS, "select {columns} ..."`,
/// `Batch NAME = KEYS, "... {from keys} ..."`, `Insert NAME = "table", COLUMNS, "tail"`.
#[macro_export]
macro_rules! statements {
    ($($(#[$doc:meta])* $kind:ident $name:ident = $($part:expr),+;)+) => {
        $(
            $(#[$doc])*
            static $name: $crate::statements!(@type $kind) = $crate::statements!(
                @make $kind concat!(module_path!(), "::", stringify!($name)), $($part),+
            );
        )+

        /// The statements of this module.
        pub(crate) static ENTRIES: &[$crate::sql::Entry] =
            &[$($crate::statements!(@entry $kind)(&$name)),+];
    };
    (@type Statement) => { $crate::sql::Statement };
    (@type Select) => { $crate::sql::Statement };
    (@type Batch) => { $crate::sql::Batch };
    (@type Insert) => { $crate::sql::Insert };
    (@make Statement $($part:expr),+) => { $crate::sql::Statement::new($($part),+) };
    (@make Select $($part:expr),+) => { $crate::sql::Statement::select($($part),+) };
    (@make Batch $name:expr, $keys:expr, $sql:expr) => {
        $crate::sql::Batch::new($name, $keys, &[], $sql)
    };
    (@make Batch $name:expr, $keys:expr, $columns:expr, $sql:expr) => {
        $crate::sql::Batch::new($name, $keys, $columns, $sql)
    };
    (@make Insert $($part:expr),+) => { $crate::sql::Insert::new($($part),+) };
    (@entry Statement) => { $crate::sql::Entry::Statement };
    (@entry Select) => { $crate::sql::Entry::Statement };
    (@entry Batch) => { $crate::sql::Entry::Batch };
    (@entry Insert) => { $crate::sql::Entry::Insert };
}

/// Declares the struct of a table's rows: one field a column, in the order of the schema, with
/// `COLUMNS` for statements, `values` for inserts and `read` for results.
macro_rules! rows {
    ($(#[$doc:meta])* pub struct $name:ident in $table:literal {
        $($(#[$field_doc:meta])* $field:ident: $type:ty,)+
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)+
        }

        impl $name {
            /// The table.
            pub const TABLE: &'static str = $table;

            /// The columns, in order.
            pub const COLUMNS: &'static [(&'static str, $crate::sql::ColumnType)] =
                &[$((stringify!($field), <$type as $crate::sql::Column>::TYPE)),+];

            /// The values, in the order of the columns.
            pub fn values(&self) -> [$crate::sql::Value<'_>; [$(stringify!($field)),+].len()] {
                [$($crate::sql::Column::value(&self.$field)),+]
            }

            /// The row whose columns a result holds first, in order.
            pub fn read(row: &$crate::sql::Row<'_>) -> Result<Self, $crate::StoreError> {
                let mut columns = 0..;
                $(let $field = row.get(columns.next().unwrap_or(usize::MAX))?;)+
                Ok(Self { $($field),+ })
            }
        }
    };
}

pub(crate) use rows;
