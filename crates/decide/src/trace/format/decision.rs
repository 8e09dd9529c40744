//! Outcome, deadlines and effects.

use model::{RepIndex, RuleId};
use policy::Policy;
use serde_json::{Map, Value, json};

use crate::decision::{Decision, Outcome};
use crate::effect::{Address, Effect, Timer, TimerKind};
use crate::names;
use crate::replay::PoolRecord;
use crate::setup::Setup;
use crate::state::Change;
use crate::trace::ExclusionList;

pub(crate) fn document(setup: &Setup, decision: &Decision) -> Value {
    let policy = setup.policy();
    let sla = decision.sla.and_then(|it| policy.slas.tiers.get(usize::from(it)));
    let signal = decision.fast_track.map(|it| {
        let lane = policy.fast_track.as_ref();
        let id = lane.and_then(|lane| lane.signals.get(usize::from(it.signal)));
        json!({ "signal": id.map(|(id, _)| id), "sponsor": it.sponsor })
    });
    let held = decision.held.map(
        |(list, at)| json!({ "list": names::list(list), "rule": exclusion(policy, list, at) }),
    );
    json!({
        "outcome": outcome(setup, decision.outcome),
        "held": held,
        "tier": decision.tier,
        "sla": sla.map(|it| &it.id),
        "score": decision.score,
        "mql": names::truth(decision.mql),
        "sql": names::truth(decision.sql),
        "fast_track": signal,
        "rule": decision.rule.and_then(|it| rule(policy, it)),
        "deadlines": {
            "touch": decision.deadlines.touch,
            "acknowledge": decision.deadlines.acknowledge,
            "disposition": decision.deadlines.disposition,
            "reminders": decision.deadlines.reminders,
        },
        "effects": decision.effects.iter().map(|it| effect(setup, it)).collect::<Vec<_>>(),
        "pool_state": decision.change.as_ref().and_then(|it| pool_state(setup, it)),
        "facts": facts(policy, decision),
    })
}

/// An outcome by names.
pub(super) fn outcome(setup: &Setup, outcome: Outcome) -> Value {
    let policy = setup.policy();
    let excluded = |kind: &str, list: ExclusionList, at: u16| {
        let rules = exclusions(policy, list).get(usize::from(at));
        json!({
            "kind": kind,
            "list": names::list(list),
            "rule": rules.map(|it| &it.id),
            "reason": rules.map(|it| &it.reason),
        })
    };
    match outcome {
        Outcome::Assigned { rep: who, how, pool: from } => json!({
            "kind": "assigned",
            "rep": rep(setup, who),
            "how": names::how(how),
            "code": how.code().text(),
            "pool": from.and_then(|it| pool(policy, it)),
        }),
        Outcome::Queued { queue: at } => json!({ "kind": "queued", "queue": queue(policy, at) }),
        Outcome::Waiting { pool: of, until, queue: at } => json!({
            "kind": "waiting",
            "pool": pool(policy, of),
            "until": until,
            "queue": queue(policy, at),
        }),
        Outcome::Nurture => json!({ "kind": "nurture" }),
        Outcome::SelfService => json!({ "kind": "self_service" }),
        Outcome::Disqualified { list, rule } => excluded("disqualified", list, rule),
        Outcome::Attached { list, rule } => excluded("attached", list, rule),
    }
}

/// One effect by names.
pub(crate) fn effect(setup: &Setup, effect: &Effect) -> Value {
    let policy = setup.policy();
    match effect {
        Effect::Assign { rep: who } => json!({ "do": "assign", "rep": rep(setup, *who) }),
        Effect::Enqueue { queue: at } => json!({ "do": "enqueue", "queue": queue(policy, *at) }),
        Effect::Reroute => json!({ "do": "reroute" }),
        Effect::Alarm => json!({ "do": "alarm" }),
        Effect::Nurture => json!({ "do": "nurture" }),
        Effect::SelfService => json!({ "do": "self_service" }),
        Effect::Disqualify { reason } => json!({ "do": "disqualify", "reason": reason }),
        Effect::Attach => json!({ "do": "attach" }),
        Effect::Credit { rep: who, pool: of } => {
            json!({ "do": "credit", "rep": rep(setup, *who), "pool": pool(policy, *of) })
        }
        Effect::Release { rep: who } => json!({ "do": "release", "rep": rep(setup, *who) }),
        Effect::Arm(timer) => arm(*timer),
        Effect::Cancel { kind } => json!({ "do": "cancel", "timer": kind.map(names::timer) }),
        Effect::Notify(it) => json!({
            "do": "notify",
            "on": names::occasion(it.on),
            "to": match it.to {
                Address::Rep(who) => json!({ "rep": rep(setup, who) }),
                Address::Prospect => json!("prospect"),
                Address::Marketing => json!("marketing"),
            },
            "channel": names::channel(it.channel),
            "template": it.template,
            "key": [json!(it.key.lead), json!(it.key.version), json!(names::occasion(it.key.on)), json!(it.key.rule)],
        }),
        Effect::VoidBreach { due_at } => json!({ "do": "void_breach", "due_at": due_at }),
        Effect::Breach { kind, due_at } => {
            json!({ "do": "breach", "timer": names::timer(*kind), "due_at": due_at })
        }
        Effect::SkippedStep { step } => json!({ "do": "skipped_step", "step": step }),
    }
}

fn arm(timer: Timer) -> Value {
    let mut value = json!({
        "do": "arm",
        "timer": names::timer(timer.kind),
        "due_at": timer.due_at,
    });
    if let (Value::Object(map), TimerKind::Escalation { round, step }) = (&mut value, timer.kind) {
        map.insert("round".to_owned(), json!(round));
        map.insert("step".to_owned(), json!(step));
    }
    value
}

fn pool_state(setup: &Setup, change: &Change) -> Option<Value> {
    let (at, state) = change.pool.as_ref()?;
    let id = setup.policy().pools.get(usize::from(*at))?.id.clone();
    Some(json!(PoolRecord::new(setup, id, state)))
}

fn facts(policy: &Policy, decision: &Decision) -> Value {
    let known = policy.fields.iter().filter_map(|(id, field)| {
        let value = decision.facts.get(id).value()?;
        Some((field.name.clone(), json!(value)))
    });
    Value::Object(known.collect::<Map<_, _>>())
}

pub(crate) fn rep(setup: &Setup, rep: RepIndex) -> Option<&str> {
    setup.roster().rep(rep).map(|it| it.id.as_str())
}

pub(super) fn pool(policy: &Policy, at: u16) -> Option<&str> {
    policy.pools.get(usize::from(at)).map(|it| it.id.as_str())
}

pub(super) fn queue(policy: &Policy, at: u16) -> Option<&str> {
    policy.queues.get(usize::from(at)).map(|it| it.id.as_str())
}

pub(super) fn rule(policy: &Policy, at: u16) -> Option<&RuleId> {
    policy.routing.rules.get(usize::from(at)).map(|it| &it.id)
}

pub(super) fn exclusion(policy: &Policy, list: ExclusionList, at: u16) -> Option<&RuleId> {
    exclusions(policy, list).get(usize::from(at)).map(|it| &it.id)
}

fn exclusions(policy: &Policy, list: ExclusionList) -> &[policy::section::Exclusion] {
    match list {
        ExclusionList::Disqualify => &policy.disqualify,
        ExclusionList::Suppress => &policy.suppress,
    }
}
