//! A row of a result.

use ::postgres::types::FromSql;

use crate::{EngineError, StoreError};

/// A row that a statement returned. Columns are read by position, from 0.
#[derive(Debug)]
pub struct Row<'a> {
    source: RowSource<'a>,
    statement: &'static str,
}

#[derive(Debug)]
pub(crate) enum RowSource<'a> {
    Sqlite(&'a rusqlite::Row<'a>),
    Postgres(&'a ::postgres::Row),
}

impl<'a> Row<'a> {
    pub(crate) fn new(source: RowSource<'a>, statement: &'static str) -> Self {
        Self { source, statement }
    }

    /// The value of column `index` as i64, f64, String, bytes or an option of them.
    pub fn get<T>(&self, index: usize) -> Result<T, StoreError>
    where
        T: rusqlite::types::FromSql + for<'r> FromSql<'r>,
    {
        match self.source {
            RowSource::Sqlite(row) => row.get(index).map_err(|it| self.decode(index, &it)),
            RowSource::Postgres(row) => row.try_get(index).map_err(|it| self.decode(index, &it)),
        }
    }

    /// The flag in column `index`: false is 0.
    pub fn flag(&self, index: usize) -> Result<bool, StoreError> {
        Ok(self.get::<i64>(index)? != 0)
    }

    /// The text in column `index`, without a copy.
    pub fn text(&self, index: usize) -> Result<&'a str, StoreError> {
        match self.source {
            RowSource::Sqlite(row) => row
                .get_ref(index)
                .and_then(|it| Ok(it.as_str()?))
                .map_err(|it| self.decode(index, &it)),
            RowSource::Postgres(row) => row.try_get(index).map_err(|it| self.decode(index, &it)),
        }
    }

    /// The text or null in column `index`, without a copy.
    pub fn opt_text(&self, index: usize) -> Result<Option<&'a str>, StoreError> {
        match self.source {
            RowSource::Sqlite(row) => row
                .get_ref(index)
                .and_then(|it| Ok(it.as_str_or_null()?))
                .map_err(|it| self.decode(index, &it)),
            RowSource::Postgres(row) => row.try_get(index).map_err(|it| self.decode(index, &it)),
        }
    }

    fn decode(&self, column: usize, error: &dyn std::error::Error) -> StoreError {
        StoreError::Decode {
            statement: self.statement.to_owned(),
            column,
            source: EngineError::new(error.to_string()),
        }
    }
}
