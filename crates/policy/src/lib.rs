//! The policy language: text, diagnostics, checked and compiled policy.
