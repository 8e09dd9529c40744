//! Parameters: one value, or one column of many rows.

use std::error::Error;

use ::postgres::types::{Format, IsNull, ToSql, Type, to_sql_checked};
use bytes::BytesMut;
use rusqlite::types::{ToSqlOutput, ValueRef};

use super::{Column, ColumnType};

/// A parameter of a statement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Value<'a> {
    /// No value.
    Null,
    /// BIGINT.
    Int(i64),
    /// DOUBLE PRECISION.
    Real(f64),
    /// TEXT.
    Text(&'a str),
    /// BYTEA.
    Bytes(&'a [u8]),
}

impl From<bool> for Value<'_> {
    fn from(it: bool) -> Self {
        Self::Int(i64::from(it))
    }
}

/// Makes values and optional values of one type into parameters.
macro_rules! from {
    ($($type:ty => $variant:ident;)+) => {$(
        impl<'a> From<$type> for Value<'a> {
            fn from(it: $type) -> Self {
                Self::$variant(it)
            }
        }

        impl<'a> From<Option<$type>> for Value<'a> {
            fn from(it: Option<$type>) -> Self {
                it.map_or(Self::Null, Self::$variant)
            }
        }
    )+};
}

from! {
    i64 => Int;
    f64 => Real;
    &'a str => Text;
    &'a [u8] => Bytes;
}

impl<'a> From<&'a String> for Value<'a> {
    fn from(it: &'a String) -> Self {
        Self::Text(it)
    }
}

impl<'a> From<&'a Vec<u8>> for Value<'a> {
    fn from(it: &'a Vec<u8>) -> Self {
        Self::Bytes(it)
    }
}

impl<'a> From<&'a Option<String>> for Value<'a> {
    fn from(it: &'a Option<String>) -> Self {
        it.as_deref().into()
    }
}

impl<'a> From<&'a Option<Vec<u8>>> for Value<'a> {
    fn from(it: &'a Option<Vec<u8>>) -> Self {
        it.as_deref().into()
    }
}

impl Column for i64 {
    const TYPE: ColumnType = ColumnType::Int;

    fn value(&self) -> Value<'_> {
        Value::Int(*self)
    }
}

impl Column for f64 {
    const TYPE: ColumnType = ColumnType::Real;

    fn value(&self) -> Value<'_> {
        Value::Real(*self)
    }
}

impl Column for String {
    const TYPE: ColumnType = ColumnType::Text;

    fn value(&self) -> Value<'_> {
        Value::Text(self)
    }
}

impl Column for Vec<u8> {
    const TYPE: ColumnType = ColumnType::Bytes;

    fn value(&self) -> Value<'_> {
        Value::Bytes(self)
    }
}

impl<T: Column> Column for Option<T> {
    const TYPE: ColumnType = T::TYPE;

    fn value(&self) -> Value<'_> {
        self.as_ref().map_or(Value::Null, Column::value)
    }
}

impl rusqlite::ToSql for Value<'_> {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match *self {
            Self::Null => ValueRef::Null,
            Self::Int(it) => ValueRef::Integer(it),
            Self::Real(it) => ValueRef::Real(it),
            Self::Text(it) => ValueRef::Text(it.as_bytes()),
            Self::Bytes(it) => ValueRef::Blob(it),
        }))
    }
}

/// A value was bound where the statement wants another type.
#[derive(Debug, thiserror::Error)]
#[error("the statement wants a parameter of type {wanted}")]
struct WrongType {
    wanted: Type,
}

impl ToSql for Value<'_> {
    fn to_sql(
        &self,
        wanted: &Type,
        out: &mut BytesMut,
    ) -> Result<IsNull, Box<dyn Error + Sync + Send>> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Int(it) if *wanted == Type::INT8 => it.to_sql(wanted, out),
            Self::Real(it) if *wanted == Type::FLOAT8 => it.to_sql(wanted, out),
            Self::Text(it) if *wanted == Type::TEXT => it.to_sql(wanted, out),
            Self::Bytes(it) if *wanted == Type::BYTEA => it.to_sql(wanted, out),
            Self::Int(_) | Self::Real(_) | Self::Text(_) | Self::Bytes(_) => {
                Err(Box::new(WrongType { wanted: wanted.clone() }))
            }
        }
    }

    fn accepts(_: &Type) -> bool {
        // A null fits every type; `to_sql` checks the others.
        true
    }

    fn encode_format(&self, _: &Type) -> Format {
        Format::Binary
    }

    to_sql_checked!();
}

/// One column of many rows, as a Postgres array.
#[derive(Debug)]
pub(crate) enum ColumnValues<'a> {
    Int(Vec<Option<i64>>),
    Real(Vec<Option<f64>>),
    Text(Vec<Option<&'a str>>),
    Bytes(Vec<Option<&'a [u8]>>),
}

impl<'a> ColumnValues<'a> {
    pub(crate) fn new(kind: ColumnType, rows: usize) -> Self {
        match kind {
            ColumnType::Int => Self::Int(Vec::with_capacity(rows)),
            ColumnType::Real => Self::Real(Vec::with_capacity(rows)),
            ColumnType::Text => Self::Text(Vec::with_capacity(rows)),
            ColumnType::Bytes => Self::Bytes(Vec::with_capacity(rows)),
        }
    }

    /// Adds the value of the next row; false if it is of another type than the column.
    pub(crate) fn push(&mut self, value: Value<'a>) -> bool {
        match (self, value) {
            (Self::Int(all), Value::Null) => all.push(None),
            (Self::Real(all), Value::Null) => all.push(None),
            (Self::Text(all), Value::Null) => all.push(None),
            (Self::Bytes(all), Value::Null) => all.push(None),
            (Self::Int(all), Value::Int(it)) => all.push(Some(it)),
            (Self::Real(all), Value::Real(it)) => all.push(Some(it)),
            (Self::Text(all), Value::Text(it)) => all.push(Some(it)),
            (Self::Bytes(all), Value::Bytes(it)) => all.push(Some(it)),
            (Self::Int(_) | Self::Real(_) | Self::Text(_) | Self::Bytes(_), _) => return false,
        }
        true
    }

    pub(crate) fn as_parameter(&self) -> &(dyn ToSql + Sync) {
        match self {
            Self::Int(all) => all,
            Self::Real(all) => all,
            Self::Text(all) => all,
            Self::Bytes(all) => all,
        }
    }
}

/// Checks that `value` fits a column of type `kind`, as Postgres would.
pub(crate) fn fits(value: Value<'_>, kind: ColumnType) -> bool {
    matches!(
        (value, kind),
        (Value::Null, _)
            | (Value::Int(_), ColumnType::Int)
            | (Value::Real(_), ColumnType::Real)
            | (Value::Text(_), ColumnType::Text)
            | (Value::Bytes(_), ColumnType::Bytes)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_column_refuses_values_of_another_type() {
        let mut column = ColumnValues::new(ColumnType::Int, 1);
        assert!(column.push(Value::Null));
        assert!(column.push(Value::Int(1)));
        assert!(!column.push(Value::Text("1")));
        assert!(!column.push(Value::Real(1.0)));
    }
}
