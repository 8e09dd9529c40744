//! The compiler as its users see it: whole policies in, findings out.

mod examples;
