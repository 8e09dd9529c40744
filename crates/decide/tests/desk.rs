//! A policy and a roster from text, leads from a few fields.

use std::sync::Arc;

use decide::lead::LeadView;
use decide::{Decision, Input, Outcome, RosterState, Setup, decide_traced};
use model::id::LeadId;
use model::{Number, RepIndex, Timestamp, Value};
use policy::{Fact, Sources};

pub(crate) const POLICY: &str = include_str!("fixtures/policy.yaml");
pub(crate) const ROSTER: &str = include_str!("fixtures/roster.yaml");
/// Friday, 15:30 in New York, 20:30 in London.
pub(crate) const FRIDAY: &str = "2026-11-20T20:30:00Z";

pub(crate) struct Desk {
    pub(crate) setup: Setup,
    pub(crate) state: RosterState,
    pub(crate) now: Timestamp,
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

pub(crate) fn desk() -> Desk {
    desk_of(POLICY, ROSTER)
}

pub(crate) fn desk_of(policy: &str, roster: &str) -> Desk {
    let sources = Sources::single("policy.yaml", policy);
    let (policy, found) = policy::compile(&sources);
    let shown = || policy::render(&found, &sources, policy::Color::Never);
    let policy = policy.unwrap_or_else(|| panic!("{}", shown()));
    let sources = Sources::single("roster.yaml", roster);
    let (roster, found) = policy::roster::read(&sources);
    let (roster, reps) = roster
        .unwrap_or_else(|| panic!("{}", policy::render(&found, &sources, policy::Color::Never)));
    let setup = Setup::new(Arc::new(policy), Arc::new(roster));
    let mut state = RosterState::empty(&setup);
    state.reps = reps;
    Desk { setup, state, now: at(FRIDAY) }
}

pub(crate) fn text(text: &str) -> Value {
    Value::text(text)
}

pub(crate) fn number(value: u32) -> Value {
    Value::Number(Number::from(value))
}

impl Desk {
    /// The same policy with other people.
    pub(crate) fn with(self, roster: &model::Roster, reps: &[model::RepState]) -> Self {
        let policy = Arc::new(self.setup.policy().clone());
        let setup = Setup::new(policy, Arc::new(roster.clone()));
        let mut state = RosterState::empty(&setup);
        state.reps = reps.to_vec();
        Self { setup, state, now: self.now }
    }

    /// A lead that wants a demo, with these fields beside.
    pub(crate) fn lead(&self, fields: &[(&str, Value)]) -> LeadView {
        let mut lead = self.bare(&[("intent", text("demo_request")), ("country", text("US"))]);
        self.set(&mut lead, fields);
        lead
    }

    pub(crate) fn bare(&self, fields: &[(&str, Value)]) -> LeadView {
        let mut lead = LeadView::new(LeadId::from_raw(7), self.now);
        self.set(&mut lead, fields);
        lead
    }

    pub(crate) fn set(&self, lead: &mut LeadView, fields: &[(&str, Value)]) {
        let policy = self.setup.policy();
        for (name, value) in fields {
            let id = policy.fields.find(name).unwrap_or_else(|| panic!("no field {name}"));
            lead.facts.set(id, Fact::of(value, &policy.symbols));
        }
    }

    pub(crate) fn rep(&self, id: &str) -> RepIndex {
        self.setup.find(&id.parse().unwrap()).unwrap()
    }

    pub(crate) fn state_of(&mut self, id: &str) -> &mut model::RepState {
        let at = self.rep(id).0 as usize;
        &mut self.state.reps[at]
    }

    pub(crate) fn input<'a>(&'a self, lead: &'a LeadView) -> Input<'a> {
        Input { setup: &self.setup, state: &self.state, lead, now: self.now, seed: 0 }
    }

    pub(crate) fn decide(&self, lead: &LeadView) -> Decision {
        let (decision, _) = decide_traced(&self.input(lead));
        let plain = decide::decide(&self.input(lead));
        assert_eq!(decision, plain, "a trace must not change the decision");
        decision
    }

    /// Decides and takes over what it changes; who got it, or what became of it.
    pub(crate) fn next(&mut self, lead: &LeadView) -> String {
        let decision = self.decide(lead);
        if let Some(change) = &decision.change {
            self.state.apply(change);
        }
        self.shown(decision.outcome)
    }

    pub(crate) fn shown(&self, outcome: Outcome) -> String {
        match outcome {
            Outcome::Assigned { rep, .. } => self.setup.roster().rep(rep).unwrap().id.to_string(),
            Outcome::Queued { queue } => {
                format!("queue {}", self.setup.policy().queues[usize::from(queue)].id)
            }
            Outcome::Waiting { until, .. } => format!("waits until {until}"),
            Outcome::Nurture => "nurture".to_owned(),
            Outcome::SelfService => "self-service".to_owned(),
            Outcome::Disqualified { .. } => "disqualified".to_owned(),
            Outcome::Attached { .. } => "attached".to_owned(),
        }
    }

    /// `rep CODE` for every rep of the targets tried, in order.
    pub(crate) fn verdicts(&self, lead: &LeadView) -> Vec<String> {
        let (_, trace) = decide_traced(&self.input(lead));
        let mut shown = Vec::new();
        for step in &trace.steps {
            let decide::trace::Step::Target(target) = step else { continue };
            for rep in &target.reps {
                let id = &self.setup.roster().rep(rep.rep).unwrap().id;
                let code = match &rep.verdict {
                    decide::trace::Verdict::Chosen(how) => how.code(),
                    decide::trace::Verdict::Passed(passed) => passed.code(),
                };
                shown.push(format!("{id} {}", code.text()));
            }
        }
        shown
    }
}
