//! Use cases: intake, decision and commit; durable hand-over.
