//! The policy language: text to tree, tree to checked policy, with every mistake of one run.
//!
//! Phases, one module each: [`parse`](mod@parse) gives a tree with spans, names are resolved
//! against the field catalogue, conditions are typed, the whole is linted and compiled. A
//! [`Policy`] that comes out cannot fail when it is evaluated, except for missing data, which its
//! three-valued conditions are made for. No IO: files are handed in as text.

pub mod diagnostic;
pub mod diff;
pub mod expr;
pub mod facts;
pub mod field;
pub mod format;
pub mod index;
mod lint;
pub mod literate;
mod lower;
pub mod nearest;
pub mod parse;
pub mod render;
pub mod roster;
pub mod schema;
pub mod section;
mod shape;
pub mod span;
pub mod symbol;
pub mod text_index;
pub mod tree;

pub use diagnostic::{Diagnostic, Diagnostics, Severity};
pub use expr::{Expr, ExprKind, Truth};
pub use facts::{Fact, Facts, Word};
pub use field::{ByField, Field, FieldId, FieldOrigin, FieldType, Fields, SystemField};
pub use format::format;
pub use lint::lint_roster;
pub use lower::{compile, table_files};
pub use render::{Color, render, render_json};
pub use schema::{roster_schema, schema};
pub use section::{Policy, PolicyHash};
pub use span::{Sources, Span};
pub use symbol::{Sym, Symbols};
pub use text_index::TextIndex;

#[cfg(test)]
mod pages;
#[cfg(test)]
mod shown;
