//! Properties that hold for every text.

#[path = "main/properties.rs"]
mod properties;
