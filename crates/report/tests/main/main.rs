//! Reports against a naive reference, and golden renderings.

mod naive;
mod properties;
