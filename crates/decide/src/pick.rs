//! The second half of a decision: which rep gets the lead.
//!
//! Targets are tried in order. In each, every rep passes named stages: active, excluded, absent,
//! present, hours, caps, capacity, load, only, filter, skills, sticky, credit, strategy. A target
//! in which nobody is left hands the lead to the next one; the chain ends in a queue, so no lead
//! is ever unowned. Sees reps only through [`RosterState`]: whoever commits a pick does so
//! against the state it was made from.

mod availability;
mod capacity;
mod caps;
mod condition;
mod hours;
mod least;
mod pool;
mod skills;
mod sticky;

use std::cell::Cell;

use model::{Rep, RepIndex, RepState, Timestamp};
use policy::Fact;
use policy::section::{Destination, Exit, Target};

use crate::cond::{RepLoad, RepScene, Scene};
use crate::lead::LeadView;
use crate::reason::{How, Passed};
use crate::route::{Route, RouteEnd};
use crate::setup::{RepPlan, Setup};
use crate::state::{Change, RosterState};
use crate::trace::{RepStep, Step, TargetPlace, TargetResult, TargetStep, TraceSink, Verdict};

/// The most waiting leads decided in one batch; bounds the time a pool stays locked.
pub const BATCH_MAX: usize = 64;

/// Where a lead went.
#[derive(Clone, Debug, PartialEq)]
pub struct Pick {
    /// Where.
    pub to: Picked,
    /// The target that took it; `None` where it was not handed off at all.
    pub place: Option<TargetPlace>,
    /// How load and rotation change; only where a rep got it.
    pub change: Option<Change>,
}

/// Where a lead went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Picked {
    /// To a rep.
    Rep {
        /// Who.
        rep: RepIndex,
        /// Why this one.
        how: How,
        /// From which pool, by place.
        pool: Option<u16>,
    },
    /// To a queue, by place.
    Queue(u16),
    /// Kept in the queue until skills are given up, then picked again.
    Waiting {
        /// The pool that may take it then.
        pool: u16,
        /// When to pick again.
        until: Timestamp,
        /// The queue that holds it meanwhile.
        queue: u16,
    },
    /// Not handed off.
    Left(Exit),
    /// The route ended before anybody could be picked.
    Nobody,
}

/// A lead that waits for a rep.
#[derive(Clone, Copy, Debug)]
pub struct Waiting<'a> {
    /// What the first half said.
    pub route: &'a Route,
    /// The lead.
    pub lead: &'a LeadView,
}

/// One pick in the making.
pub(crate) struct Desk<'a> {
    setup: &'a Setup,
    state: &'a RosterState,
    route: &'a Route,
    lead: &'a LeadView,
    now: Timestamp,
    opening: &'a Opening,
}

/// Which calendars are open at `now`, asked once each. Bits by place of the calendar.
#[derive(Default)]
pub(crate) struct Opening {
    asked: Cell<u64>,
    open: Cell<u64>,
}

/// A rep on its way through the stages.
#[derive(Clone, Copy)]
pub(crate) struct Candidate<'a> {
    index: RepIndex,
    rep: &'a Rep,
    plan: &'a RepPlan,
    state: RepState,
}

/// Picks a rep for one lead. The seed is reserved for strategies that explore; none does yet.
pub fn pick<T: TraceSink>(
    setup: &Setup,
    state: &RosterState,
    waiting: Waiting<'_>,
    now: Timestamp,
    seed: u64,
    trace: &mut T,
) -> Pick {
    let _ = seed;
    pick_at(setup, state, waiting, now, &Opening::default(), trace)
}

/// Picks reps for the first [`BATCH_MAX`] leads in order; each pick sees the ones before it.
pub fn pick_batch(
    setup: &Setup,
    state: &mut RosterState,
    waiting: &[Waiting<'_>],
    now: Timestamp,
    seed: u64,
) -> Vec<Pick> {
    let _ = seed;
    let opening = Opening::default();
    let mut picks = Vec::with_capacity(waiting.len().min(BATCH_MAX));
    for one in waiting.iter().take(BATCH_MAX) {
        let pick = pick_at(setup, state, *one, now, &opening, &mut crate::trace::NoTrace);
        if let Some(change) = &pick.change {
            state.apply(change);
        }
        picks.push(pick);
    }
    picks
}

fn pick_at<T: TraceSink>(
    setup: &Setup,
    state: &RosterState,
    Waiting { route, lead }: Waiting<'_>,
    now: Timestamp,
    opening: &Opening,
    trace: &mut T,
) -> Pick {
    match route.end {
        RouteEnd::Handoff | RouteEnd::Held(..) => {}
        RouteEnd::Excluded(..) | RouteEnd::Left(..) => {
            return Pick { to: Picked::Nobody, place: None, change: None };
        }
    }
    let desk = Desk { setup, state, route, lead, now, opening };
    for (place, target) in route.targets(setup.policy()) {
        if let Some(pick) = desk.target(place, target, trace) {
            return pick;
        }
    }
    // A compiled policy's fallback ends in a queue without a condition, so this is not reached.
    Pick { to: Picked::Queue(0), place: None, change: None }
}

impl<'a> Desk<'a> {
    fn target<T: TraceSink>(
        &self,
        place: TargetPlace,
        target: &Target,
        trace: &mut T,
    ) -> Option<Pick> {
        match &target.to {
            Destination::Pool(pool) => self.pool(place, target, *pool, trace),
            Destination::AccountOwner => {
                let owner = self.lead.history.account_owner.as_ref();
                let owner = owner.and_then(|it| self.setup.find(it));
                self.named(place, target, owner, How::Account, trace)
            }
            Destination::Rep(id) => {
                self.named(place, target, self.setup.find(id), How::Name, trace)
            }
            Destination::Queue(queue) => {
                self.plain(place, target, Picked::Queue(*queue), TargetResult::Queued, trace)
            }
            Destination::Exit(exit) => {
                self.plain(place, target, Picked::Left(*exit), TargetResult::Left, trace)
            }
        }
    }

    /// A queue or an exit: taken unless its own condition does not hold.
    fn plain<T: TraceSink>(
        &self,
        place: TargetPlace,
        target: &Target,
        to: Picked,
        result: TargetResult,
        trace: &mut T,
    ) -> Option<Pick> {
        let scene = self.scene(None);
        let wanted = target.only.as_ref().is_none_or(|only| scene.holds(only));
        if T::ON {
            let result = match &target.only {
                Some(only) if !wanted => TargetResult::NotWanted(scene.test(only)),
                Some(_) | None => result,
            };
            self.tell(place, target, result, Vec::new(), None, trace);
        }
        wanted.then_some(Pick { to, place: Some(place), change: None })
    }

    /// One rep: the same stages as a member of a pool, working hours included.
    fn named<T: TraceSink>(
        &self,
        place: TargetPlace,
        target: &Target,
        rep: Option<RepIndex>,
        how: How,
        trace: &mut T,
    ) -> Option<Pick> {
        let Some(candidate) = rep.and_then(|it| self.candidate(it)) else {
            if T::ON {
                self.tell(place, target, TargetResult::NoSuchRep, Vec::new(), None, trace);
            }
            return None;
        };
        let rep = candidate.index;
        let passed = self.named_passed(&candidate, target);
        let taken = passed.is_none();
        if T::ON {
            let verdict = passed.map_or(Verdict::Chosen(how), Verdict::Passed);
            let result = if taken { TargetResult::Assigned(rep) } else { TargetResult::Nobody };
            let reps = vec![RepStep { rep, span: target.span, verdict }];
            self.tell(place, target, result, reps, None, trace);
        }
        taken.then(|| Pick {
            to: Picked::Rep { rep, how, pool: None },
            place: Some(place),
            change: Some(Change { rep: (rep, self.loaded(&candidate)), pool: None }),
        })
    }

    fn named_passed(&self, candidate: &Candidate<'_>, target: &Target) -> Option<Passed> {
        availability::active(candidate)
            .or_else(|| self.excluded(candidate))
            .or_else(|| availability::absent(candidate, self.now))
            .or_else(|| availability::present(candidate))
            .or_else(|| self.outside_hours(candidate, target.span))
            .or_else(|| caps::reached(candidate))
            .or_else(|| capacity::reached(candidate))
            .or_else(|| self.only(candidate, target))
    }

    /// The queue the chain ends in.
    fn last_queue(&self) -> u16 {
        let queues = self.route.targets(self.setup.policy()).filter_map(|(_, it)| match it.to {
            Destination::Queue(queue) => Some(queue),
            _ => None,
        });
        queues.last().unwrap_or_default()
    }

    fn candidate(&self, index: RepIndex) -> Option<Candidate<'a>> {
        let (rep, plan) = self.setup.rep(index)?;
        Some(Candidate { index, rep, plan, state: self.state.rep(index) })
    }

    fn scene<'s>(&'s self, candidate: Option<&'s Candidate<'a>>) -> Scene<'s> {
        Scene {
            setup: self.setup,
            facts: &self.route.facts,
            activities: &self.lead.activities,
            now: self.now,
            rep: candidate.map(Candidate::scene),
        }
    }

    /// The rep's load once it has this lead.
    fn loaded(&self, candidate: &Candidate<'_>) -> RepState {
        let mut state = candidate.state;
        state.open = state.open.saturating_add(1);
        state.open_value = state.open_value.saturating_add(self.lead_value());
        let assigned = &mut state.assigned;
        assigned.day = assigned.day.saturating_add(1);
        assigned.week = assigned.week.saturating_add(1);
        assigned.month = assigned.month.saturating_add(1);
        state
    }

    /// The lead's potential in whole units of the workspace's currency; 0 where unknown.
    fn lead_value(&self) -> u64 {
        let field = self.setup.policy().contract.potential_field;
        match field.map(|it| self.route.facts.get(it)) {
            // `as` saturates at both ends.
            Some(Fact::Number(number)) => number.get().floor() as u64,
            _ => 0,
        }
    }

    fn tell<T: TraceSink>(
        &self,
        place: TargetPlace,
        target: &Target,
        result: TargetResult,
        reps: Vec<RepStep>,
        pool: Option<crate::trace::PoolStep>,
        trace: &mut T,
    ) {
        trace.add(Step::Target(TargetStep { place, to: target.to.clone(), result, pool, reps }));
    }
}

impl<'a> Candidate<'a> {
    fn scene(&self) -> RepScene<'a> {
        RepScene {
            facts: &self.plan.facts,
            load: RepLoad {
                load: self.rep.load_percent(&self.state).unwrap_or_default(),
                value_load: self.rep.value_percent(&self.state).unwrap_or_default(),
                open: u64::from(self.state.open),
            },
        }
    }
}
