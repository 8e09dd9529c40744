//! Reps, teams and their load.
