//! Why a rep got the lead, and what is the smallest change by which another would have.
//!
//! A change is a flip of one thing that stood in the rep's way: its presence, absence, hours,
//! load, a condition's field, a rule before its own, the turn. The obstacles are read from the
//! trace, flipped, and the lead is decided on again until the rep is chosen; then every flip that
//! is not needed is taken back. So an answer is verified by an actual decision, and no part of it
//! can be left out. Bounded by [`ROUNDS_MAX`] decisions.

mod flip;

use model::RepIndex;

use crate::decision::{Decision, Input, Outcome, decide_traced};
use crate::lead::LeadView;
use crate::reason::How;
use crate::setup::Setup;
use crate::state::RosterState;
use crate::trace::{Step, TargetStep, Trace, Verdict};

pub use flip::Flip;

/// The most decisions made to find an answer.
pub const ROUNDS_MAX: usize = 64;

/// Why a decision came out as it did.
#[derive(Clone, Debug, PartialEq)]
pub struct Explanation {
    /// What became of the lead.
    pub outcome: Outcome,
    /// Why this rep, where one got it.
    pub how: Option<How>,
    /// The routing rule, by place.
    pub rule: Option<u16>,
    /// The targets tried, in order, each with all its reps.
    pub targets: Vec<TargetStep>,
    /// All steps.
    pub trace: Trace,
}

/// Why a rep did not get the lead.
#[derive(Clone, Debug, PartialEq)]
pub enum WhyNot {
    /// It did.
    Chosen,
    /// With these changes and no fewer of them it would have; made again to be sure.
    Change(Vec<Flip>),
    /// No change of the rep, its load or the lead's fields that was tried would have done it,
    /// e.g. because no pool of the lead's rule has this rep.
    NotWithin(Vec<Flip>),
}

/// What a flip changes: copies of the input.
#[derive(Clone, Debug)]
pub(crate) struct World {
    pub(crate) setup: Setup,
    pub(crate) state: RosterState,
    pub(crate) lead: LeadView,
}

/// Why a lead went where it went.
pub fn why(input: &Input<'_>) -> Explanation {
    let (decision, trace) = decide_traced(input);
    let how = match decision.outcome {
        Outcome::Assigned { how, .. } => Some(how),
        _ => None,
    };
    let targets = trace
        .steps
        .iter()
        .filter_map(|it| match it {
            Step::Target(target) => Some(target.clone()),
            _ => None,
        })
        .collect();
    Explanation { outcome: decision.outcome, how, rule: decision.rule, targets, trace }
}

/// The smallest change found by which `rep` would have got the lead.
pub fn why_not(input: &Input<'_>, rep: RepIndex) -> WhyNot {
    let mut flips: Vec<Flip> = Vec::new();
    for _ in 0..ROUNDS_MAX {
        let (decision, trace) = again(input, rep, &flips);
        if owner(&decision) == Some(rep) {
            return match flips.is_empty() {
                true => WhyNot::Chosen,
                false => WhyNot::Change(smallest(input, rep, flips)),
            };
        }
        let Some(flip) = next_flip(input, rep, &decision, &trace, &flips) else { break };
        flips.push(flip);
    }
    WhyNot::NotWithin(flips)
}

/// Decides again with the changes made.
fn again(input: &Input<'_>, rep: RepIndex, flips: &[Flip]) -> (Decision, Trace) {
    let mut world =
        World { setup: input.setup.clone(), state: input.state.clone(), lead: input.lead.clone() };
    // Another roster makes a new setup, so those changes come before changes of the setup.
    let (of_roster, others): (Vec<&Flip>, Vec<&Flip>) =
        flips.iter().partition(|it| matches!(it, Flip::Active | Flip::NotAbsent));
    for flip in of_roster.into_iter().chain(others) {
        flip.make(rep, &mut world);
    }
    let World { setup, state, lead } = &world;
    decide_traced(&Input { setup, state, lead, now: input.now, seed: input.seed })
}

/// Takes back, one after another, every flip without which the rep is chosen all the same.
fn smallest(input: &Input<'_>, rep: RepIndex, mut flips: Vec<Flip>) -> Vec<Flip> {
    let mut at = 0;
    while at < flips.len() {
        let mut fewer = flips.clone();
        fewer.remove(at);
        let (decision, _) = again(input, rep, &fewer);
        if owner(&decision) == Some(rep) {
            flips = fewer;
        } else {
            at += 1;
        }
    }
    flips
}

fn owner(decision: &Decision) -> Option<RepIndex> {
    match decision.outcome {
        Outcome::Assigned { rep, .. } => Some(rep),
        _ => None,
    }
}

/// The first thing still in the way: of the rep in a target that was tried, else of the lead.
fn next_flip(
    input: &Input<'_>,
    rep: RepIndex,
    decision: &Decision,
    trace: &Trace,
    made: &[Flip],
) -> Option<Flip> {
    let fresh = |it: &Flip| !made.contains(it);
    for step in &trace.steps {
        let Step::Target(target) = step else { continue };
        let Some(found) = target.reps.iter().find(|it| it.rep == rep) else { continue };
        let Verdict::Passed(passed) = &found.verdict else { continue };
        return flip::of_passed(passed, target, input).filter(fresh);
    }
    flip::of_route(input, rep, decision, trace).into_iter().find(fresh)
}
