//! From a raw submission to a lead: data contract, normalisation, match keys.
