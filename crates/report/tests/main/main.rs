//! Reports against a naive reference, and golden renderings.

mod golden;
mod month;
mod naive;
mod properties;
