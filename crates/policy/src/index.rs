//! The routing table compiled: which rules may hold, from one bit mask per value of each field.

/// Bit masks of the rules by field value.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RuleIndex {}
