//! Typed field values.
