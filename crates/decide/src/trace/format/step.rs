//! The steps of a trace.

use policy::Policy;
use policy::section::{Destination, ScoreGroup};
use serde_json::{Value, json};

use super::decision::{exclusion, pool, queue, rep, rule};
use super::span;
use crate::cond::Tested;
use crate::names;
use crate::reason::{Code, Passed};
use crate::route::mode_name;
use crate::setup::Setup;
use crate::trace::{Board, Earned, EarnedBy, RepStep, Step, TargetResult, TargetStep, Verdict};

pub(super) fn step(setup: &Setup, step: &Step) -> Value {
    let policy = setup.policy();
    match step {
        Step::Derived { field, value } => {
            json!({ "step": "derived", "field": policy.fields.name(*field), "value": value })
        }
        Step::Exclusion { list, at, tested } => json!({
            "step": names::list(*list),
            "rule": exclusion(policy, *list, *at),
            "test": test(policy, tested),
        }),
        Step::FastTrackSignal { at, tested } => {
            let lane = policy.fast_track.as_ref();
            let signal = lane.and_then(|it| it.signals.get(usize::from(*at)));
            json!({
                "step": "fast_track_signal",
                "rule": signal.map(|(id, _)| id),
                "test": test(policy, tested),
            })
        }
        Step::FastTrackMinimum { at, least, potential, met } => json!({
            "step": "fast_track_minimum",
            "at": at,
            "least": least,
            "potential": potential,
            "met": met,
        }),
        Step::Source { mode, at } => {
            json!({ "step": "source", "mode": mode_name(*mode), "named": at.is_some() })
        }
        Step::GatewayRule { at, tested } => {
            let gateway = policy.gateway.as_ref();
            let rule = gateway.and_then(|it| it.rules.get(usize::from(*at)));
            json!({
                "step": "gateway_rule",
                "rule": rule.map(|it| &it.id),
                "test": test(policy, tested),
            })
        }
        Step::Gateway { answered, result } => {
            json!({ "step": "gateway", "answered": answered, "result": names::gateway(*result) })
        }
        Step::Criterion { which, tested } => {
            json!({ "step": names::criterion(*which), "test": test(policy, tested) })
        }
        Step::TierRule { at, tested } => {
            let tier = policy.qualification.tiers.get(usize::from(*at)).map(|it| it.tier);
            json!({ "step": "tier_rule", "tier": tier, "test": test(policy, tested) })
        }
        Step::Tier { tier } => json!({ "step": "tier", "tier": tier }),
        Step::Left { exit, cause } => {
            json!({ "step": "left", "exit": names::exit(*exit), "cause": names::cause(*cause) })
        }
        Step::Rule { at, tested } => {
            json!({ "step": "rule", "rule": rule(policy, *at), "test": test(policy, tested) })
        }
        Step::Routed { rule: at } => {
            json!({ "step": "routed", "rule": at.and_then(|it| rule(policy, it)) })
        }
        Step::SlaRule { at, tested } => {
            json!({ "step": "sla_rule", "at": at, "test": test(policy, tested) })
        }
        Step::Sla { sla } => {
            let tier = sla.and_then(|it| policy.slas.tiers.get(usize::from(it)));
            json!({ "step": "sla", "sla": tier.map(|it| &it.id) })
        }
        Step::Target(target) => target_step(setup, target),
        Step::Points { .. } | Step::Group { .. } | Step::Total { .. } => scored(policy, step),
    }
}

fn scored(policy: &Policy, step: &Step) -> Value {
    match step {
        Step::Points { board, group: at, rule, earned } => {
            let of = group(policy, *board, *at);
            let rule = of.and_then(|it| it.rules.get(usize::from(*rule)));
            json!({
                "step": "points",
                "board": names::board(*board),
                "group": of.map(|it| &it.name),
                "rule": rule.map(|it| &it.id),
                "points": earned.points,
                "by": earned_by(policy, earned),
            })
        }
        Step::Group { board, group: at, sum, points } => {
            let of = group(policy, *board, *at);
            json!({
                "step": "group",
                "board": names::board(*board),
                "group": of.map(|it| &it.name),
                "sum": sum,
                "floor": of.map(|it| it.floor),
                "cap": of.map(|it| it.cap),
                "points": points,
            })
        }
        Step::Total { board, points } => {
            json!({ "step": "total", "board": names::board(*board), "points": points })
        }
        _ => Value::Null,
    }
}

pub(crate) fn group(policy: &Policy, board: Board, at: u16) -> Option<&ScoreGroup> {
    let groups = match board {
        Board::Score => &policy.scoring.groups,
        Board::Matrix => &policy.scoring.matrix,
    };
    groups.get(usize::from(at))
}

fn earned_by(policy: &Policy, earned: &Earned) -> Value {
    match &earned.why {
        EarnedBy::Condition(tested) => json!({ "test": test(policy, tested) }),
        EarnedBy::Activities { counted, too_old, undecayed, decayed } => json!({
            "counted": counted,
            "too_old": too_old,
            "undecayed": undecayed,
            "decayed": decayed,
        }),
        EarnedBy::Share { of } => json!({ "share_of": of }),
    }
}

/// An answer with its reasons. One that is not known has a code: its rule was skipped.
fn test(policy: &Policy, tested: &Tested) -> Value {
    let missing: Vec<&str> = tested.missing.iter().map(|it| policy.fields.name(*it)).collect();
    let failed: Vec<Value> = tested.failed.iter().map(|it| span(*it)).collect();
    match tested.truth {
        policy::Truth::True => json!({ "is": "true" }),
        policy::Truth::False => json!({ "is": "false", "failed": failed }),
        policy::Truth::Unknown => {
            json!({ "is": "unknown", "missing": missing, "code": Code::RuleUnknown.text() })
        }
    }
}

fn target_step(setup: &Setup, target: &TargetStep) -> Value {
    let policy = setup.policy();
    let reps: Vec<Value> = target.reps.iter().map(|it| rep_step(setup, it)).collect();
    json!({
        "step": "target",
        "rule": target.place.rule.and_then(|it| rule(policy, it)),
        "at": target.place.at,
        "span": span(target.place.span),
        "to": destination(policy, &target.to),
        "result": target_result(setup, &target.result),
        "sequence": target.pool.and_then(|it| it.sequence),
        "epoch": target.pool.map(|it| it.epoch),
        "reps": reps,
    })
}

fn destination(policy: &Policy, to: &Destination) -> Value {
    match to {
        Destination::AccountOwner => json!("account_owner"),
        Destination::Rep(id) => json!({ "rep": id }),
        Destination::Pool(at) => json!({ "pool": pool(policy, *at) }),
        Destination::Queue(at) => json!({ "queue": queue(policy, *at) }),
        Destination::Exit(exit) => json!(names::exit(*exit)),
    }
}

fn target_result(setup: &Setup, result: &TargetResult) -> Value {
    match result {
        TargetResult::Assigned(who) => json!({ "is": "assigned", "rep": rep(setup, *who) }),
        TargetResult::Queued => json!({ "is": "queued" }),
        TargetResult::Left => json!({ "is": "left" }),
        TargetResult::Waiting { until } => {
            json!({ "is": "waiting", "until": until, "code": Code::WaitingForSkill.text() })
        }
        TargetResult::NotWanted(tested) => json!({
            "is": "not_wanted",
            "test": test(setup.policy(), tested),
            "code": Code::TargetNotWanted.text(),
        }),
        TargetResult::Nobody => json!({ "is": "nobody", "code": Code::Nobody.text() }),
        TargetResult::NoSuchRep => json!({ "is": "no_such_rep", "code": Code::NoSuchRep.text() }),
    }
}

fn rep_step(setup: &Setup, step: &RepStep) -> Value {
    let who = rep(setup, step.rep);
    match &step.verdict {
        Verdict::Chosen(how) => json!({
            "rep": who,
            "is": "chosen",
            "how": names::how(*how),
            "code": how.code().text(),
            "span": span(step.span),
        }),
        Verdict::Passed(passed) => json!({
            "rep": who,
            "is": "passed",
            "stage": passed.stage().name(),
            "code": passed.code().text(),
            "span": span(passed.span().unwrap_or(step.span)),
            "detail": detail(setup, passed),
        }),
    }
}

fn detail(setup: &Setup, passed: &Passed) -> Value {
    match passed {
        Passed::Inactive | Passed::EarlierOwner | Passed::Rejected | Passed::NotPresent => {
            Value::Null
        }
        Passed::OthersInHours { .. } => Value::Null,
        Passed::Absent { until } => json!({ "until": until }),
        Passed::OutsideHours { opens, .. } => json!({ "opens": opens }),
        Passed::Cap { period, got, limit } => {
            json!({ "period": names::period(*period), "got": got, "limit": limit })
        }
        Passed::AtCapacity { open, limit } => json!({ "open": open, "limit": limit }),
        Passed::AtValueCapacity { value, limit } => json!({ "value": value, "limit": limit }),
        Passed::LoadMax { percent, limit, .. } | Passed::ValueMax { percent, limit, .. } => {
            json!({ "percent": percent, "limit": limit })
        }
        Passed::Condition { which, failed, missing, .. } => {
            let fields = &setup.policy().fields;
            json!({
                "condition": names::condition(*which),
                "failed": failed.iter().map(|it| span(*it)).collect::<Vec<_>>(),
                "missing": missing.iter().map(|it| fields.name(*it)).collect::<Vec<_>>(),
            })
        }
        Passed::OtherIsSticky { rep: other } | Passed::OtherHasCredit { rep: other } => {
            json!({ "rep": rep(setup, *other) })
        }
        Passed::NotNext { taken, weight } => json!({ "taken": taken, "weight": weight }),
        Passed::MoreLoad { own, least } => json!({ "own": own, "least": least }),
        Passed::ShareOfRecent { got, of } => json!({ "got": got, "of": of }),
    }
}
