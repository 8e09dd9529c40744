//! Working hours: when is a duty due, how much business time passed.
