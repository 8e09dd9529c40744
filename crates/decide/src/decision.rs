//! The whole decision: route, pick, deadlines and effects that leave the executor no choice.
//!
//! Total, pure and deterministic: the same input gives the same bytes. Never unowned: what is
//! handed off ends with a rep or in a queue with a keeper.

use model::{RepIndex, Timestamp};
use policy::section::{ExclusionResult, Exit};
use policy::{Facts, Truth};

use crate::deadline::{Deadlines, deadlines};
use crate::effect::{Effect, effects};
use crate::lead::LeadView;
use crate::pick::{Pick, Picked, Waiting, pick};
use crate::reason::How;
use crate::route::{FastTracked, Route, RouteEnd, route};
use crate::setup::Setup;
use crate::state::{Change, RosterState};
use crate::trace::{ExclusionList, NoTrace, TargetPlace, Trace, TraceSink};

/// Everything a decision rests on.
#[derive(Clone, Copy, Debug)]
pub struct Input<'a> {
    /// Policy and roster.
    pub setup: &'a Setup,
    /// Load and rotation now.
    pub state: &'a RosterState,
    /// The lead.
    pub lead: &'a LeadView,
    /// The time of the decision.
    pub now: Timestamp,
    /// For strategies that explore; recorded, not yet used.
    pub seed: u64,
}

/// What a policy says of a lead at an instant.
#[derive(Clone, Debug, PartialEq)]
pub struct Decision {
    /// What becomes of the lead.
    pub outcome: Outcome,
    /// The exclusion that could not be evaluated and sent the lead to the fallback.
    pub held: Option<(ExclusionList, u16)>,
    /// Qualification tier, 1 is the most urgent.
    pub tier: Option<u8>,
    /// Place among the SLA tiers.
    pub sla: Option<u16>,
    /// 0 to 100; `None` for a lead excluded before scoring.
    pub score: Option<u8>,
    /// Marketing qualified.
    pub mql: Truth,
    /// Sales qualified.
    pub sql: Truth,
    /// The express lane.
    pub fast_track: Option<FastTracked>,
    /// The routing rule, by place; `None` for the fallback alone.
    pub rule: Option<u16>,
    /// The target that took the lead.
    pub place: Option<TargetPlace>,
    /// When what is due.
    pub deadlines: Deadlines,
    /// What to do, in order.
    pub effects: Vec<Effect>,
    /// How load and rotation change.
    pub change: Option<Change>,
    /// Everything known of the lead, with what was computed.
    pub facts: Facts,
}

/// What becomes of a lead.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// A rep has it.
    Assigned {
        /// Who.
        rep: RepIndex,
        /// Why this one.
        how: How,
        /// From which pool, by place.
        pool: Option<u16>,
    },
    /// A queue has it, by place.
    Queued {
        /// Which.
        queue: u16,
    },
    /// A queue holds it until a skill is given up.
    Waiting {
        /// The pool that may take it then.
        pool: u16,
        /// When to pick again.
        until: Timestamp,
        /// The queue that holds it.
        queue: u16,
    },
    /// Marketing keeps it warm.
    Nurture,
    /// It is sent to self-service resources.
    SelfService,
    /// It is out; the rule by place.
    Disqualified {
        /// Which list.
        list: ExclusionList,
        /// Place in the list.
        rule: u16,
    },
    /// It is attached to what is under way; the rule by place.
    Attached {
        /// Which list.
        list: ExclusionList,
        /// Place in the list.
        rule: u16,
    },
}

/// Decides on one lead.
pub fn decide(input: &Input<'_>) -> Decision {
    decide_with(input, &mut NoTrace)
}

/// Decides on one lead and says why. The decision is the same as without.
pub fn decide_traced(input: &Input<'_>) -> (Decision, Trace) {
    let mut trace = Trace::default();
    let decision = decide_with(input, &mut trace);
    (decision, trace)
}

fn decide_with<T: TraceSink>(input: &Input<'_>, trace: &mut T) -> Decision {
    let Input { setup, state, lead, now, seed } = *input;
    let route = route(setup, lead, now, trace);
    let pick = pick(setup, state, Waiting { route: &route, lead }, now, seed, trace);
    conclude(setup, lead, now, route, pick)
}

/// Puts both halves together: deadlines and effects of a pick made for a route.
pub fn conclude(
    setup: &Setup,
    lead: &LeadView,
    now: Timestamp,
    route: Route,
    pick: Pick,
) -> Decision {
    let outcome = outcome(&route, &pick);
    let held = match route.end {
        RouteEnd::Held(list, at) => Some((list, at)),
        RouteEnd::Handoff | RouteEnd::Excluded(..) | RouteEnd::Left(..) => None,
    };
    let sla = match outcome {
        Outcome::Assigned { .. } | Outcome::Queued { .. } | Outcome::Waiting { .. } => route.sla,
        Outcome::Nurture
        | Outcome::SelfService
        | Outcome::Disqualified { .. }
        | Outcome::Attached { .. } => None,
    };
    let deadlines = deadlines(setup, outcome, sla, now);
    let effects = effects(setup, lead, &route, outcome, &deadlines, now);
    Decision {
        outcome,
        held,
        tier: route.tier,
        sla,
        score: route.score,
        mql: route.mql,
        sql: route.sql,
        fast_track: route.fast_track,
        rule: route.rule,
        place: pick.place,
        deadlines,
        effects,
        change: pick.change,
        facts: route.facts,
    }
}

fn outcome(route: &Route, pick: &Pick) -> Outcome {
    match (route.end, pick.to) {
        (RouteEnd::Excluded(list, rule, then), _) => match then {
            ExclusionResult::Disqualify => Outcome::Disqualified { list, rule },
            ExclusionResult::Attach => Outcome::Attached { list, rule },
            ExclusionResult::Nurture => Outcome::Nurture,
        },
        (RouteEnd::Left(exit, _), _) => left(exit),
        (_, Picked::Rep { rep, how, pool }) => Outcome::Assigned { rep, how, pool },
        (_, Picked::Queue(queue)) => Outcome::Queued { queue },
        (_, Picked::Waiting { pool, until, queue }) => Outcome::Waiting { pool, until, queue },
        (_, Picked::Left(exit)) => left(exit),
        // Only a route that ended gives nobody; a queue is the safe answer all the same.
        (_, Picked::Nobody) => Outcome::Queued { queue: 0 },
    }
}

const fn left(exit: Exit) -> Outcome {
    match exit {
        Exit::Nurture => Outcome::Nurture,
        Exit::SelfService => Outcome::SelfService,
    }
}
