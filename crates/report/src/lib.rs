//! Metric definitions and reports over facts.
