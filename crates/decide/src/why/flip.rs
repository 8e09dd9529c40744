//! One change of the world, and which one removes a given obstacle.

use std::sync::Arc;

use model::{Number, RepIndex, Roster, Value};
use policy::expr::Comparison;
use policy::section::Destination;
use policy::{Expr, ExprKind, Fact, FieldId, FieldOrigin, Policy, Truth, Word};

use super::World;
use crate::decision::{Decision, Input, Outcome};
use crate::reason::{Passed, RepCondition};
use crate::setup::Setup;
use crate::state::PoolState;
use crate::trace::{Step, TargetStep, Trace};

/// One thing that would have to be otherwise.
#[derive(Clone, Debug, PartialEq)]
pub enum Flip {
    /// The rep works here.
    Active,
    /// The lead is not barred from the rep as its earlier owner or rejecter.
    NotExcluded,
    /// The rep is not away.
    NotAbsent,
    /// The rep takes leads.
    Present,
    /// It is working time for the rep.
    InHours,
    /// The rep got fewer leads in its periods.
    BelowCaps,
    /// The rep has no open work.
    NoOpenWork,
    /// A field of the lead has this value.
    LeadField(FieldId, Value),
    /// A field of the rep has this value.
    RepField(FieldId, Value),
    /// The rep is owed the next lead: the turn falls on it.
    Turn,
    /// Who has the lead's earlier ones does not count.
    NotSticky,
    /// The lead's account has this rep as its owner, or none.
    AccountOwner(Option<RepIndex>),
}

impl Flip {
    /// Makes the change for `rep`.
    pub(super) fn make(&self, rep: RepIndex, world: &mut World) {
        let Some(id) = world.setup.roster().rep(rep).map(|it| it.id.clone()) else { return };
        match self {
            Self::Active => change_rep(world, rep, |it| it.active = true),
            Self::NotAbsent => change_rep(world, rep, |it| it.absences.clear()),
            Self::InHours => {
                // Without a calendar of its own or its team's a rep always works.
                world.setup.open_always(rep);
            }
            Self::NotExcluded => world.lead.excluded.retain(|it| it.rep != id),
            Self::Present | Self::BelowCaps | Self::NoOpenWork => self.make_state(rep, world),
            Self::LeadField(field, value) => {
                let fact = Fact::of(value, &world.setup.policy().symbols);
                world.lead.facts.set(*field, fact);
            }
            Self::RepField(field, value) => world.setup.set_rep_fact(rep, *field, value),
            Self::Turn => {
                let pools = world.setup.policy().pools.len();
                world.state.pools.resize(pools, PoolState::default());
                for pool in &mut world.state.pools {
                    pool.credits.clear();
                    pool.add_credit(rep);
                }
            }
            Self::NotSticky => world.lead.previous_owners.clear(),
            Self::AccountOwner(owner) => {
                let owner = owner.and_then(|it| world.setup.roster().rep(it));
                world.lead.history.account_owner = owner.map(|it| it.id.clone());
            }
        }
    }

    fn make_state(&self, rep: RepIndex, world: &mut World) {
        let Some(state) = world.state.reps.get_mut(rep.0 as usize) else { return };
        match self {
            Self::Present => state.present = true,
            Self::BelowCaps => state.assigned = model::roster::Assigned::default(),
            _ => {
                state.open = 0;
                state.open_value = 0;
            }
        }
    }
}

fn change_rep(world: &mut World, rep: RepIndex, change: impl FnOnce(&mut model::Rep)) {
    let mut reps = world.setup.roster().reps().to_vec();
    if let Some(rep) = reps.get_mut(rep.0 as usize) {
        change(rep);
    }
    let teams = world.setup.roster().teams().to_vec();
    let (roster, _) = Roster::new(reps, teams);
    world.setup = world.setup.with_roster(Arc::new(roster));
}

/// What removes the reason for which a rep was passed over.
pub(super) fn of_passed(passed: &Passed, target: &TargetStep, input: &Input<'_>) -> Option<Flip> {
    match passed {
        Passed::Inactive => Some(Flip::Active),
        Passed::EarlierOwner | Passed::Rejected => Some(Flip::NotExcluded),
        Passed::Absent { .. } => Some(Flip::NotAbsent),
        Passed::NotPresent => Some(Flip::Present),
        Passed::OutsideHours { .. } | Passed::OthersInHours { .. } => Some(Flip::InHours),
        Passed::Cap { .. } => Some(Flip::BelowCaps),
        Passed::AtCapacity { .. }
        | Passed::AtValueCapacity { .. }
        | Passed::LoadMax { .. }
        | Passed::ValueMax { .. } => Some(Flip::NoOpenWork),
        Passed::Condition { which, by, failed, missing } => {
            let policy = input.setup.policy();
            let condition = condition(policy, *which, *by, target)?;
            let spans: Vec<_> = failed.clone();
            let leaf = leaf(condition, &|it: &Expr| {
                spans.contains(&it.span) || fields(it).iter().any(|field| missing.contains(field))
            })?;
            satisfy(input.setup, leaf, input)
        }
        Passed::OtherIsSticky { .. } => Some(Flip::NotSticky),
        Passed::OtherHasCredit { .. }
        | Passed::NotNext { .. }
        | Passed::MoreLoad { .. }
        | Passed::ShareOfRecent { .. } => Some(Flip::Turn),
    }
}

/// What leads the lead to a target with this rep: the first rule that has one, made to hold, and
/// the rules before it not.
pub(super) fn of_route(
    input: &Input<'_>,
    rep: RepIndex,
    decision: &Decision,
    trace: &Trace,
) -> Vec<Flip> {
    let setup = input.setup;
    let policy = setup.policy();
    if let Outcome::Disqualified { .. } | Outcome::Attached { .. } = decision.outcome {
        return Vec::new();
    }
    let has_rep = |to: &Destination| match to {
        Destination::Pool(pool) => setup.pool_members(*pool).any(|it| it.rep == rep),
        Destination::Rep(id) => setup.find(id) == Some(rep),
        Destination::AccountOwner | Destination::Queue(_) | Destination::Exit(_) => false,
    };
    let mut flips = Vec::new();
    for (at, rule) in policy.routing.rules.iter().enumerate() {
        if !rule.to.iter().any(|it| has_rep(&it.to)) {
            continue;
        }
        let tested = trace.steps.iter().find_map(|it| match it {
            Step::Rule { at: place, tested } if usize::from(*place) == at => Some(tested),
            _ => None,
        });
        // A rule after the one that held was not tried; its first test is as good as any.
        let wanted = |it: &Expr| match tested {
            Some(tested) if tested.truth != Truth::True => {
                tested.failed.contains(&it.span)
                    || fields(it).iter().any(|field| tested.missing.contains(field))
            }
            _ => true,
        };
        flips.extend(leaf(&rule.when, &wanted).and_then(|it| satisfy(setup, it, input)));
    }
    if input.lead.history.account_owner.is_some() {
        flips.push(Flip::AccountOwner(None));
    }
    let owner_rule = policy
        .routing
        .rules
        .iter()
        .any(|it| it.to.iter().any(|it| it.to == Destination::AccountOwner));
    if owner_rule {
        flips.push(Flip::AccountOwner(Some(rep)));
    }
    flips
}

/// The condition a rep was passed over for.
fn condition<'p>(
    policy: &'p Policy,
    which: RepCondition,
    by: policy::Span,
    target: &TargetStep,
) -> Option<&'p Expr> {
    match which {
        RepCondition::Only => {
            let rules = policy.routing.rules.iter().flat_map(|it| &it.to);
            let all = rules.chain(&policy.routing.fallback);
            all.filter_map(|it| it.only.as_ref()).find(|it| it.span == by)
        }
        RepCondition::Filter | RepCondition::Skill => {
            let Destination::Pool(pool) = target.to else { return None };
            let pool = policy.pools.get(usize::from(pool))?;
            let skills = pool.skills.iter().map(|it| &it.want);
            pool.filter.iter().chain(skills).find(|it| it.span == by)
        }
    }
}

/// The first test without parts that `wanted` accepts.
fn leaf<'e>(expr: &'e Expr, wanted: &dyn Fn(&Expr) -> bool) -> Option<&'e Expr> {
    match &expr.kind {
        ExprKind::All(parts) | ExprKind::Any(parts) => parts.iter().find_map(|it| leaf(it, wanted)),
        // What would make a test fail is not looked for.
        ExprKind::Not(_) => None,
        _ => wanted(expr).then_some(expr),
    }
}

fn fields(expr: &Expr) -> Vec<FieldId> {
    match &expr.kind {
        ExprKind::Known(field)
        | ExprKind::Flag(field)
        | ExprKind::OneOf(field, _)
        | ExprKind::Number(field, ..)
        | ExprKind::ContainsAny(field, _)
        | ExprKind::ContainsAll(field, _) => vec![*field],
        ExprKind::Same(left, right) => vec![*left, *right],
        _ => Vec::new(),
    }
}

/// A value of a field of the lead or rep by which the test holds. Fields that the system computes
/// cannot be changed by themselves, but for the rep's load.
fn satisfy(setup: &Setup, test: &Expr, input: &Input<'_>) -> Option<Flip> {
    let policy = setup.policy();
    let set = |field: FieldId, value: Value| {
        let load = setup.load_fields();
        let loads = [load.load, load.value_load, load.open];
        match policy.fields.get(field)?.origin {
            FieldOrigin::Rep if loads.contains(&Some(field)) => Some(Flip::NoOpenWork),
            FieldOrigin::Rep => Some(Flip::RepField(field, value)),
            FieldOrigin::Contract | FieldOrigin::Normalised(_) => {
                Some(Flip::LeadField(field, value))
            }
            FieldOrigin::Derived | FieldOrigin::System(_) => None,
        }
    };
    let words = |all: &[policy::Sym]| -> Vec<Arc<str>> {
        all.iter().filter_map(|it| policy.symbols.shared(*it).cloned()).collect()
    };
    match &test.kind {
        ExprKind::Flag(field) => set(*field, Value::Bool(true)),
        ExprKind::OneOf(field, all) => set(*field, Value::Text(words(all).first().cloned()?)),
        ExprKind::Number(field, comparison, number) => {
            let shift = match comparison {
                Comparison::Less => -1.0,
                Comparison::Greater | Comparison::NotEqual => 1.0,
                Comparison::LessOrEqual | Comparison::Equal | Comparison::GreaterOrEqual => 0.0,
            };
            set(*field, Value::Number(Number::new(number.get() + shift)?))
        }
        ExprKind::ContainsAny(field, all) | ExprKind::ContainsAll(field, all) => {
            set(*field, Value::List(words(all)))
        }
        ExprKind::Same(left, right) => same(policy, (*left, *right), input, &set),
        _ => None,
    }
}

/// Gives the rep's side of `a == b` or `set contains text` what the lead's side has.
fn same(
    policy: &Policy,
    (left, right): (FieldId, FieldId),
    input: &Input<'_>,
    set: &dyn Fn(FieldId, Value) -> Option<Flip>,
) -> Option<Flip> {
    let of_rep =
        |it: FieldId| policy.fields.get(it).is_some_and(|it| it.origin == FieldOrigin::Rep);
    let (rep, lead) = if of_rep(left) { (left, right) } else { (right, left) };
    // Derived fields of the lead are known only after routing.
    let (decision, _) = crate::decision::decide_traced(input);
    let Fact::Text(Word { text, .. }) = decision.facts.get(lead) else { return None };
    match policy.fields.get(rep)?.kind {
        policy::FieldType::List => set(rep, Value::List(vec![Arc::clone(text)])),
        _ => set(rep, Value::Text(Arc::clone(text))),
    }
}
