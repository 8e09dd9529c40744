//! Files of leads, activities, outcomes and reps: from rows to use cases.

pub mod rows;
