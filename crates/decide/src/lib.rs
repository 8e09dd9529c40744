//! The decision core: qualify, route, pick, and the life of a handoff.
