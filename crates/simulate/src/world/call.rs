//! Callers: they send a request with a key until they have its answer.

use model::RepId;
use model::id::HandoffId;

use super::transact::{Job, Task};
use super::{Happening, World};
use crate::plan::Fault;
use crate::random::Random;
use crate::rows::Answer;
use crate::scenario::Person;
use crate::script::Deed;
use crate::work::Action;

/// A request of a caller.
#[derive(Clone, Debug)]
pub(super) struct Call {
    pub(super) what: What,
    pub(super) answer: Option<Answer>,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub(super) enum What {
    /// A form is handed in.
    Form { person: u32 },
    /// Something is done with a handoff.
    Deal { handoff: HandoffId, version: Option<u64>, by: RepId, action: Action },
}

impl What {
    /// As it is done again elsewhere.
    pub(super) fn deed(self, people: &[Person], key: u64, answer: Answer) -> Deed {
        match self {
            Self::Form { person } => {
                let person = people.get(person as usize).cloned();
                let person = person.unwrap_or_else(|| Person::nobody(0));
                Deed::Capture { person, key, answer }
            }
            Self::Deal { handoff, version, by, action } => {
                Deed::Respond { handoff, version, by, action, key, answer }
            }
        }
    }
}

/// Milliseconds of an hour.
const HOUR: usize = 3_600_000;

impl World<'_> {
    /// Everybody's forms, spread over the hours of the run.
    pub(super) fn arrivals(&mut self, random: &mut Random) {
        let span = self.plan.hours as usize * HOUR;
        let twice = self.rates.of(Fault::DuplicateForm) as usize * 3;
        for person in 0..self.plan.leads {
            let at = random.below(span.max(1));
            self.call_after(at, What::Form { person });
            if random.below(1000) < twice {
                self.met(Fault::DuplicateForm);
                let later = [0, 20, 5_000, 2 * HOUR];
                let later = random.pick(&later).copied().unwrap_or(0);
                self.call_after((at + later).min(span), What::Form { person });
            }
        }
    }

    /// A caller asks for something, in so many milliseconds.
    pub(super) fn call_after(&mut self, millis: usize, what: What) {
        let key = self.calls.len() as u64 + 1;
        self.calls.insert(key, Call { what, answer: None });
        self.after(millis, Happening::Send(key));
    }

    /// A caller sends its request to one of the nodes, and will again if no answer comes.
    pub(super) fn send(&mut self, call: u64) {
        if self.calls.get(&call).is_none_or(|it| it.answer.is_some()) {
            return;
        }
        let node = self.random.network.below(self.nodes.len());
        self.on_the_way(Happening::Arrive { node, call });
        let again = 2_000 + self.random.network.below(28_000);
        self.after(again, Happening::Send(call));
    }

    /// Something travels: it may be lost, doubled or late.
    pub(super) fn on_the_way(&mut self, what: Happening) {
        if self.strikes(Fault::Lost) {
            return;
        }
        if self.strikes(Fault::Duplicated) {
            let millis = self.random.network.below(60_000);
            self.after(millis, what.clone());
        }
        let late = self.strikes(Fault::Late);
        let millis = 1 + self.random.network.below(if late { 300_000 } else { 200 });
        self.after(millis, what);
    }

    /// A copy of a request reaches a node.
    pub(super) fn arrive(&mut self, node: usize, call: u64) {
        if let Some(life) = self.life_of(node) {
            self.begin(Task { node, life, job: Job::Call(call) });
        }
    }

    /// A node answers.
    pub(super) fn tell(&mut self, call: u64, answer: Answer) {
        self.on_the_way(Happening::Answered { call, answer });
    }

    /// An answer reaches the caller.
    pub(super) fn answered(&mut self, key: u64, answer: Answer) {
        let Some(call) = self.calls.get_mut(&key) else { return };
        let person = match &call.what {
            What::Form { person } => Some(*person),
            What::Deal { .. } => None,
        };
        // A refusal is not kept: a repeat is tried anew and may come out otherwise.
        let fixed = |it: &Answer| !matches!(it, Answer::Refused(_));
        let first = call.answer.get_or_insert_with(|| answer.clone()).clone();
        let found = match (fixed(&first) && fixed(&answer) && first != answer, person) {
            (true, _) => Some(self.checks.told_otherwise(key, &first, &answer)),
            (false, Some(person)) => {
                self.counts.acknowledged += u64::from(self.checks.acknowledged(person, &answer));
                self.checks.is_there(&self.tables, person)
            }
            (false, None) => None,
        };
        self.note(format_args!("answered {key} {answer:?}"));
        self.broken(found);
    }
}
