//! The database: one SQL text for SQLite and Postgres, migrations, transactions.
