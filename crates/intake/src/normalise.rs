//! One normaliser per topic. All are total: any text goes in, a typed value or a refusal comes out.
//!
//! [`text`] cleans first; the others expect what it returns, and normalising a result again gives
//! the same result.

pub mod bands;
pub mod boolean;
pub mod company;
pub mod country;
pub mod domain;
pub mod email;
pub mod industry;
pub mod instant;
pub mod language;
mod mojibake;
pub mod number;
pub mod phone;
pub mod placeholder;
pub mod region_group;
pub mod subdivision;
pub mod text;
pub mod title;
pub mod url;
