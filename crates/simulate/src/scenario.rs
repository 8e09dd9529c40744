//! What is simulated: policies, the people who work, and the leads that arrive.
//!
//! Five teams in five zones, a pool for each and one across all of them, three escalation chains.
//! Policies differ in calendars, weights and times allowed, never in names, so that each may be
//! published over any other while handoffs are open.

mod lead;
mod roster;

use std::fmt::Write as _;
use std::sync::Arc;

use policy::{Policy, Sources};

pub use lead::Person;
pub(crate) use lead::people;
pub(crate) use roster::People;

/// The teams, each with the calendar of its zone and a pool of its name.
pub(crate) const TEAMS: [(&str, &str); 5] = [
    ("east", "new_york"),
    ("west", "los_angeles"),
    ("europe", "london"),
    ("asia", "kolkata"),
    ("pacific", "sydney"),
];

/// Who keeps the queue in which every route ends.
pub(crate) const KEEPER: &str = "kim";

/// How many policies there are to publish.
pub(crate) const POLICIES: usize = 4;

const TEMPLATE: &str = include_str!("scenario/policy.yaml");

/// The policies of a number of reps, compiled once for all seeds.
#[derive(Clone, Debug)]
pub struct Library {
    reps: u16,
    policies: Vec<(String, Arc<Policy>)>,
}

impl Library {
    /// Compiles the policies for `reps` reps, at least one for each team.
    ///
    /// # Errors
    /// What is wrong with a policy: a fault of this program.
    pub fn new(reps: u16) -> Result<Self, String> {
        let reps = reps.max(TEAMS.len() as u16);
        let policies = (0..POLICIES).map(|variant| {
            let text = policy_text(reps, variant);
            let sources = Sources::single("simulated.yaml", &text);
            let (policy, found) = policy::compile(&sources);
            let broken = || policy::render(&found, &sources, policy::Color::Never);
            Ok((text, Arc::new(policy.ok_or_else(broken)?)))
        });
        Ok(Self { reps, policies: policies.collect::<Result<_, String>>()? })
    }

    /// How many reps the policies name.
    pub const fn reps(&self) -> u16 {
        self.reps
    }

    /// The text of a policy, to publish it elsewhere.
    pub fn text(&self, variant: usize) -> &str {
        self.policies.get(variant % POLICIES).map_or("", |(text, _)| text)
    }

    pub(crate) fn policy(&self, variant: usize) -> Option<Arc<Policy>> {
        self.policies.get(variant % POLICIES).map(|(_, policy)| Arc::clone(policy))
    }
}

fn policy_text(reps: u16, variant: usize) -> String {
    let shift = [0, 0, 1, 0].get(variant).copied().unwrap_or(0);
    let values = [
        ("{{opens}}", ["08:00", "09:30", "08:00", "07:00"]),
        ("{{early}}", ["06:00", "06:00", "07:15", "06:00"]),
        ("{{fast}}", ["5m", "5m", "8m", "5m"]),
        ("{{repeat}}", ["1", "2", "0", "1"]),
    ];
    let mut text = TEMPLATE.replace("{{pools}}", pools(reps, shift).trim_end());
    for (name, choices) in values {
        text = text.replace(name, choices.get(variant).copied().unwrap_or_default());
    }
    text
}

fn pools(reps: u16, shift: u16) -> String {
    let mut text = String::new();
    let strategies = ["weighted", "round_robin", "least_open", "weighted", "least_value"];
    let hours = ["required", "ignored", "preferred", "required", "required"];
    for ((at, (team, _)), (strategy, hours)) in
        TEAMS.iter().enumerate().zip(strategies.iter().zip(hours))
    {
        let members = (0..reps).filter(|it| usize::from(*it) % TEAMS.len() == at);
        let members: Vec<String> = members
            .map(|it| match *strategy {
                "weighted" => format!("{{ rep: {}, weight: {} }}", name(it), 1 + (it + shift) % 3),
                _ => name(it),
            })
            .collect();
        let members = members.join(", ");
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "  {team}: {{ strategy: {strategy}, hours: {hours}, members: [{members}] }}"
        );
    }
    let all: Vec<String> = (0..reps).filter(|it| it % 2 == 0).map(name).collect();
    let _ = writeln!(
        text,
        "  mixed:\n    hours: ignored\n    members: [{}]\n    skills: [{{ want: rep.languages \
         contains tongue, relax_after: 30m }}]",
        all.join(", ")
    );
    text
}

/// The name of a rep.
pub(crate) fn name(rep: u16) -> String {
    format!("r{rep:03}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_policy_compiles_without_a_warning_that_matters() {
        for reps in [5, 8, 50] {
            let library = Library::new(reps).unwrap_or_else(|it| panic!("{it}"));
            assert_eq!(library.policies.len(), POLICIES);
            assert_eq!(library.policy(0).unwrap().pools.len(), 6);
        }
        let texts: std::collections::BTreeSet<_> =
            (0..POLICIES).map(|it| policy_text(8, it)).collect();
        assert_eq!(texts.len(), POLICIES);
    }
}
