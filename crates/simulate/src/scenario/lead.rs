//! Who becomes a lead: what their forms say.

use decide::LeadView;
use model::{Number, Value};
use policy::{Fact, Policy};

use crate::random::Random;

/// A person who fills in forms; each form says the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Number of the person; the address is made from it.
    pub number: u32,
    /// Which desk the lead is for.
    pub desk: &'static str,
    /// How urgent it is.
    pub urgency: &'static str,
    /// Language.
    pub tongue: &'static str,
    /// Expected value in whole units.
    pub potential: u32,
}

impl Person {
    /// A person of whom nothing is known.
    pub(crate) const fn nobody(number: u32) -> Self {
        Self { number, desk: "", urgency: "", tongue: "", potential: 0 }
    }

    /// The address of the person.
    pub fn email(&self) -> String {
        format!("p{}@lead{}.example", self.number, self.number)
    }

    /// Why the person is handed over.
    pub const fn reason(&self) -> &'static str {
        "Form"
    }

    /// Puts into `view` what the form says.
    pub(crate) fn tell(&self, policy: &Policy, view: &mut LeadView) {
        let text = [
            ("desk", self.desk),
            ("urgency", self.urgency),
            ("tongue", self.tongue),
            ("handoff_reason", self.reason()),
        ];
        let text = text.map(|(name, value)| (name, Value::text(value)));
        let potential = ("potential", Value::Number(Number::from(self.potential)));
        for (name, value) in text.into_iter().chain([potential]) {
            if let Some(field) = policy.fields.find(name) {
                view.facts.set(field, Fact::of(&value, &policy.symbols));
            }
        }
    }
}

/// Everybody who will become a lead.
pub(crate) fn people(random: &mut Random, count: u32) -> Vec<Person> {
    let desks =
        [("east", 5), ("west", 4), ("europe", 3), ("asia", 3), ("pacific", 2), ("mixed", 4)];
    let urgencies = [("hot", 5), ("warm", 4), ("cold", 3), ("none", 1), ("spam", 1)];
    let tongues = [("en", 8), ("de", 2), ("fr", 1)];
    let of = |random: &mut Random, all: &[(&'static str, u32)]| {
        random.weighted(all).copied().unwrap_or_default()
    };
    (0..count)
        .map(|number| Person {
            number,
            desk: of(random, &desks),
            urgency: of(random, &urgencies),
            tongue: of(random, &tongues),
            potential: u32::try_from(random.below(1000)).unwrap_or(0),
        })
        .collect()
}
