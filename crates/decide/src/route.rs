//! The first half of a decision: what a lead is worth, how urgent it is and where it may go.
//!
//! Needs the policy and the lead, no shared state, so it runs anywhere and in parallel. Order:
//! derived fields, disqualify, suppress, fast track, source and gateway, score and matrix,
//! qualification, tier, routing, SLA. A rule that cannot be evaluated is skipped and listed; an
//! exclusion that cannot be evaluated and asks to hold sends the lead to the fallback.

mod derived;
mod exclude;
mod fast_track;
mod score;
mod source;
mod table;
mod tier;

use model::Timestamp;
use policy::expr::View;
use policy::section::{ExclusionResult, Exit, GatewayResult, SourceMode, Target};
use policy::{Expr, Fact, Facts, Policy, SystemField, Truth};

use crate::cond::{Scene, Tested};
use crate::lead::LeadView;
use crate::setup::{Setup, number};
use crate::trace::{ExclusionList, ExitCause, Step, TargetPlace, TraceSink};

pub(crate) use source::mode_name;

/// What is known of a lead before a rep is picked.
#[derive(Clone, Debug, PartialEq)]
pub struct Route {
    /// Whether and how it is handed off.
    pub end: RouteEnd,
    /// The routing rule that holds, by place; `None` for the fallback alone.
    pub rule: Option<u16>,
    /// Qualification tier, 1 is the most urgent.
    pub tier: Option<u8>,
    /// Place among the SLA tiers.
    pub sla: Option<u16>,
    /// 0 to 100; `None` for a lead that was excluded before scoring.
    pub score: Option<u8>,
    /// Marketing qualified.
    pub mql: Truth,
    /// Sales qualified.
    pub sql: Truth,
    /// Set where the lead takes the express lane.
    pub fast_track: Option<FastTracked>,
    /// How leads of this source are treated.
    pub source: SourceMode,
    /// What the gateway decided, where the lead went through it.
    pub gateway: Option<GatewayResult>,
    /// Everything known of the lead, with what was computed.
    pub facts: Facts,
}

/// Whether and how a lead is handed off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RouteEnd {
    /// To the targets of its rule, then the fallback.
    Handoff,
    /// To the fallback: this exclusion could not be evaluated.
    Held(ExclusionList, u16),
    /// Not handed off: this exclusion holds.
    Excluded(ExclusionList, u16, ExclusionResult),
    /// Not handed off.
    Left(Exit, ExitCause),
}

/// On the express lane.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FastTracked {
    /// The signal that put it there, by place.
    pub signal: u16,
    /// Whether an executive sponsor is named.
    pub sponsor: bool,
}

/// A route in the making.
struct Work<'a, T> {
    setup: &'a Setup,
    lead: &'a LeadView,
    now: Timestamp,
    facts: Facts,
    trace: &'a mut T,
}

/// Routes a lead. Total: whatever is missing, the result names a way.
pub fn route<T: TraceSink>(setup: &Setup, lead: &LeadView, now: Timestamp, trace: &mut T) -> Route {
    let mut work = Work { setup, lead, now, facts: lead.starting_facts(setup), trace };
    work.derive();
    let excluded = work.exclude();
    if let Some(RouteEnd::Excluded(..)) = excluded {
        return work.excluded(excluded);
    }
    let fast_track = work.fast_track();
    let source = work.source();
    let gateway = match (source, fast_track) {
        (SourceMode::Gateway, None) => work.gateway(),
        _ => None,
    };
    let score = work.score();
    let (mql, sql) = work.qualify();
    let tier = work.tier();
    let straight = fast_track.is_some()
        || source == SourceMode::AutoSubmit
        || gateway == Some(GatewayResult::Direct);
    let end = match (excluded, gateway) {
        (Some(held), _) => held,
        (None, Some(GatewayResult::Exit(exit))) => work.leave(exit, ExitCause::Gateway),
        (None, _) if tier.is_none() && !straight => {
            let below = work.policy().qualification.below;
            work.leave(below, ExitCause::BelowTiers)
        }
        (None, _) => RouteEnd::Handoff,
    };
    let rule = match end {
        RouteEnd::Handoff => work.rule(),
        RouteEnd::Held(..) => work.routed(None),
        RouteEnd::Excluded(..) | RouteEnd::Left(..) => None,
    };
    let sla = match end {
        RouteEnd::Handoff | RouteEnd::Held(..) => work.sla(),
        RouteEnd::Excluded(..) | RouteEnd::Left(..) => None,
    };
    let score = Some(score);
    let facts = work.facts;
    Route { end, rule, tier, sla, score, mql, sql, fast_track, source, gateway, facts }
}

impl Route {
    /// The targets to try, in order: those of the rule, then the fallback.
    pub fn targets<'p>(
        &self,
        policy: &'p Policy,
    ) -> impl Iterator<Item = (TargetPlace, &'p Target)> + use<'p> {
        let own = self.rule.and_then(|it| policy.routing.rules.get(usize::from(it)));
        let rule = self.rule;
        let place = |rule, at: usize, target: &Target| TargetPlace {
            rule,
            at: u16::try_from(at).unwrap_or(u16::MAX),
            span: target.span,
        };
        own.map_or(&[][..], |it| &it.to)
            .iter()
            .enumerate()
            .map(move |(at, target)| (place(rule, at, target), target))
            .chain(
                policy
                    .routing
                    .fallback
                    .iter()
                    .enumerate()
                    .map(move |(at, target)| (place(None, at, target), target)),
            )
    }
}

impl<'a, T: TraceSink> Work<'a, T> {
    fn policy(&self) -> &'a Policy {
        self.setup.policy()
    }

    fn view(&self) -> View<'_> {
        View::new(&self.facts, self.now).activities(&self.lead.activities)
    }

    fn scene(&self) -> Scene<'_> {
        Scene {
            setup: self.setup,
            facts: &self.facts,
            activities: &self.lead.activities,
            now: self.now,
            rep: None,
        }
    }

    /// Asks a condition; the step is made only where a trace is kept.
    fn ask(&mut self, expr: &Expr, step: impl FnOnce(Tested) -> Step) -> Truth {
        if !T::ON {
            return self.scene().truth(expr);
        }
        let tested = self.scene().test(expr);
        let truth = tested.truth;
        self.trace.add(step(tested));
        truth
    }

    fn tell(&mut self, step: impl FnOnce() -> Step) {
        if T::ON {
            self.trace.add(step());
        }
    }

    fn set(&mut self, field: SystemField, fact: Fact) {
        if let Some(id) = self.setup.system(field) {
            self.facts.set(id, fact);
        }
    }

    fn leave(&mut self, exit: Exit, cause: ExitCause) -> RouteEnd {
        self.tell(|| Step::Left { exit, cause });
        RouteEnd::Left(exit, cause)
    }

    fn excluded(self, end: Option<RouteEnd>) -> Route {
        Route {
            end: end.unwrap_or(RouteEnd::Handoff),
            rule: None,
            tier: None,
            sla: None,
            score: None,
            mql: Truth::Unknown,
            sql: Truth::Unknown,
            fast_track: None,
            source: self.policy().sources.default,
            gateway: None,
            facts: self.facts,
        }
    }
}

/// A place in a list as the trace keeps it.
fn place(at: usize) -> u16 {
    u16::try_from(at).unwrap_or(u16::MAX)
}

/// A count or points as a fact.
fn points(value: i32) -> Fact {
    number(i64::from(value))
}
