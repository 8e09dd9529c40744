//! What a policy asks of a roster, one lint a file.
//!
//! The places are those of the policy: a roster may come from a file or from the database.

mod empty_pool;
mod inactive_keeper;
mod unknown_name;
mod unstaffed;

use model::{Rep, Roster, Timestamp};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expr::{Truth, View, eval};
use crate::facts::Facts;
use crate::roster::rep_facts;
use crate::section::{Policy, Pool, Who};

/// Checks `policy` against the people it names, sorted by place in the policy. An error means that
/// the two must not go live together.
pub fn lint_roster(policy: &Policy, roster: &Roster) -> Vec<Diagnostic> {
    let mut found = Diagnostics::default();
    unknown_name::lint(policy, roster, &mut found);
    empty_pool::lint(policy, roster, &mut found);
    unstaffed::lint(policy, roster, &mut found);
    inactive_keeper::lint(policy, roster, &mut found);
    found.into_sorted()
}

/// The active members of a pool, each once, in the order of the roster.
fn active_members<'a>(policy: &Policy, roster: &'a Roster, pool: &Pool) -> Vec<&'a Rep> {
    let is_member = |rep: &Rep| {
        pool.members.iter().any(|it| match &it.who {
            Who::Rep(id) => *id == rep.id,
            Who::Team(team) => rep.team.as_ref() == Some(team),
            Who::Where(condition) => {
                let (lead, facts) = (Facts::default(), rep_facts(policy, rep));
                // Members are chosen by what does not change, so any instant will do.
                let view = View::new(&lead, Timestamp::default()).with_rep(&facts);
                eval(condition, &view) == Truth::True
            }
        })
    };
    roster.reps().iter().filter(|it| it.active && is_member(it)).collect()
}

#[cfg(test)]
mod tests;
