//! A decision in words, made at the edge from typed reasons: for the command line, and one line
//! per reason for whoever shows the trace.

use std::fmt::Write;

use model::{RepIndex, Value};
use policy::section::Destination;
use policy::{FieldId, Policy, Truth};

use crate::cond::Tested;
use crate::decision::{Decision, Outcome};
use crate::names;
use crate::reason::{How, Passed, Period, RepCondition};
use crate::setup::Setup;
use crate::trace::{Step, TargetResult, TargetStep, Trace, Verdict};
use crate::why::{Flip, WhyNot};

/// Why a rep was passed over, e.g. `at capacity (5 of 5)`.
pub fn passed(setup: &Setup, passed: &Passed) -> String {
    match passed {
        Passed::Inactive => "does not work here any more".to_owned(),
        Passed::EarlierOwner => "had this lead before".to_owned(),
        Passed::Rejected => "rejected this lead".to_owned(),
        Passed::Absent { until } => format!("away until {until}"),
        Passed::NotPresent => "has switched off".to_owned(),
        Passed::OutsideHours { opens: Some(opens), .. } => {
            format!("outside working hours, opens {opens}")
        }
        Passed::OutsideHours { opens: None, .. } => "outside working hours".to_owned(),
        Passed::OthersInHours { .. } => "others of the pool are in working hours".to_owned(),
        Passed::Cap { period, got, limit } => {
            let period = match period {
                Period::Day => "today",
                Period::Week => "this week",
                Period::Month => "this month",
            };
            format!("enough new leads {period} ({got} of {limit})")
        }
        Passed::AtCapacity { open, limit } => format!("at capacity ({open} of {limit})"),
        Passed::AtValueCapacity { value, limit } => {
            format!("at value capacity ({value} of {limit})")
        }
        Passed::LoadMax { percent, limit, .. } => {
            format!("{percent} % of capacity in use, the pool allows under {limit} %")
        }
        Passed::ValueMax { percent, limit, .. } => {
            format!("{percent} % of value capacity in use, the pool allows under {limit} %")
        }
        Passed::Condition { which, missing, .. } => {
            let what = match which {
                RepCondition::Only => "the target's condition does not hold",
                RepCondition::Filter => "the pool's filter does not hold",
                RepCondition::Skill => "lacks a wanted skill",
            };
            format!("{what}{}", missing_text(setup.policy(), missing))
        }
        Passed::OtherIsSticky { rep } => {
            format!("{} has the earlier leads of the same kind", name(setup, *rep))
        }
        Passed::OtherHasCredit { rep } => format!("{} is owed a replacement", name(setup, *rep)),
        Passed::NotNext { taken, weight } => {
            format!("another's turn ({taken} so far with weight {weight})")
        }
        Passed::MoreLoad { own, least } => format!("more open work ({own}, the least is {least})"),
        Passed::ShareOfRecent { got, of } => format!("got {got} of the last {of} leads already"),
    }
}

/// Why a rep was chosen.
pub const fn how(how: How) -> &'static str {
    match how {
        How::Turn => "next in the rotation",
        How::Load => "the least open work for its weight",
        How::Sticky => "had the earlier leads of the same kind",
        How::Credit => "was owed a replacement",
        How::Account => "owns the account",
        How::Name => "named by the rule",
    }
}

/// What becomes of the lead, in one sentence without a full stop.
pub fn outcome(setup: &Setup, outcome: Outcome) -> String {
    let policy = setup.policy();
    let queue = |at: u16| policy.queues.get(usize::from(at)).map_or("", |it| it.id.as_str());
    match outcome {
        Outcome::Assigned { rep, how: why, pool } => {
            let pool = pool.and_then(|it| policy.pools.get(usize::from(it)));
            let from = pool.map(|it| format!(" from pool `{}`", it.id)).unwrap_or_default();
            format!("assigned to {}{from}: {}", name(setup, rep), how(why))
        }
        Outcome::Queued { queue: at } => format!("in queue `{}`", queue(at)),
        Outcome::Waiting { until, queue: at, .. } => {
            format!("waits for a skill until {until}, in queue `{}`", queue(at))
        }
        Outcome::Nurture => "back to marketing".to_owned(),
        Outcome::SelfService => "sent to self-service".to_owned(),
        Outcome::Disqualified { list, rule } | Outcome::Attached { list, rule } => {
            let rules = match list {
                crate::trace::ExclusionList::Disqualify => &policy.disqualify,
                crate::trace::ExclusionList::Suppress => &policy.suppress,
            };
            let rule = rules.get(usize::from(rule));
            let word = match outcome {
                Outcome::Attached { .. } => "attached to what is under way",
                _ => "disqualified",
            };
            let (id, reason) = rule.map_or(("", ""), |it| (it.id.as_str(), it.reason.as_str()));
            format!("{word} by rule `{id}` ({reason})")
        }
    }
}

/// The whole decision: outcome, deadlines, and the steps that matter.
pub fn text(setup: &Setup, decision: &Decision, trace: &Trace) -> String {
    let policy = setup.policy();
    let mut lines = Lines::default();
    lines.add(0, &outcome(setup, decision.outcome));
    if let Some(tier) = decision.tier {
        lines.add(1, &format!("tier {tier}"));
    }
    if let Some(score) = decision.score {
        lines.add(1, &format!("score {score} of 100"));
    }
    let due = &decision.deadlines;
    for (what, at) in [
        ("acknowledge by", due.acknowledge),
        ("first touch by", due.touch),
        ("verdict by", due.disposition),
    ] {
        if let Some(at) = at {
            lines.add(1, &format!("{what} {at}"));
        }
    }
    lines.add(0, "why");
    for step in &trace.steps {
        step_lines(setup, policy, step, &mut lines);
    }
    lines.text
}

#[derive(Default)]
struct Lines {
    text: String,
}

impl Lines {
    fn add(&mut self, depth: usize, line: &str) {
        // Writing to a string cannot fail.
        let _ = writeln!(self.text, "{:width$}{line}", "", width = depth * 2);
    }
}

fn step_lines(setup: &Setup, policy: &Policy, step: &Step, lines: &mut Lines) {
    match step {
        Step::Exclusion { list, at, tested } if tested.truth != Truth::False => {
            let rules = match list {
                crate::trace::ExclusionList::Disqualify => &policy.disqualify,
                crate::trace::ExclusionList::Suppress => &policy.suppress,
            };
            let id = rules.get(usize::from(*at)).map_or("", |it| it.id.as_str());
            rule_line(policy, names::list(*list), id, tested, lines);
        }
        Step::Points { board, group, rule, earned } if earned.points != 0 => {
            let group = crate::trace::format::group(policy, *board, *group);
            let rule = group.and_then(|it| it.rules.get(usize::from(*rule)));
            let (group, rule) =
                (group.map_or("", |it| &it.name), rule.map_or("", |it| it.id.as_str()));
            lines.add(1, &format!("{:+} {group}: {rule}", earned.points));
        }
        Step::Criterion { which, tested } if tested.truth == Truth::True => {
            lines.add(1, &format!("{} holds", names::criterion(*which)));
        }
        Step::Gateway { result, .. } => {
            lines.add(1, &format!("gateway: {}", names::gateway(*result)));
        }
        Step::Rule { at, tested } => {
            let rule = policy.routing.rules.get(usize::from(*at));
            let id = rule.map_or("", |it| it.id.as_str());
            rule_line(policy, "rule", id, tested, lines);
        }
        Step::Tier { tier: None } => lines.add(1, "reaches no tier"),
        Step::Target(target) => target_lines(setup, target, lines),
        Step::Exclusion { .. }
        | Step::Points { .. }
        | Step::Criterion { .. }
        | Step::Derived { .. }
        | Step::FastTrackSignal { .. }
        | Step::FastTrackMinimum { .. }
        | Step::Source { .. }
        | Step::GatewayRule { .. }
        | Step::Group { .. }
        | Step::Total { .. }
        | Step::TierRule { .. }
        | Step::Tier { .. }
        | Step::Left { .. }
        | Step::Routed { .. }
        | Step::SlaRule { .. }
        | Step::Sla { .. } => {}
    }
}

fn rule_line(policy: &Policy, what: &str, id: &str, tested: &Tested, lines: &mut Lines) {
    let answer = match tested.truth {
        Truth::True => "holds".to_owned(),
        Truth::False => "does not hold".to_owned(),
        Truth::Unknown => {
            format!("cannot be evaluated{}", missing_text(policy, &tested.missing))
        }
    };
    lines.add(1, &format!("{what} `{id}` {answer}"));
}

fn target_lines(setup: &Setup, target: &TargetStep, lines: &mut Lines) {
    let policy = setup.policy();
    let place = |at: u16| usize::from(at);
    let to = match &target.to {
        Destination::AccountOwner => "account owner".to_owned(),
        Destination::Rep(id) => format!("rep `{id}`"),
        Destination::Pool(at) => {
            format!("pool `{}`", policy.pools.get(place(*at)).map_or("", |it| it.id.as_str()))
        }
        Destination::Queue(at) => {
            format!("queue `{}`", policy.queues.get(place(*at)).map_or("", |it| it.id.as_str()))
        }
        Destination::Exit(exit) => names::exit(*exit).to_owned(),
    };
    let result = match &target.result {
        TargetResult::Assigned(_) | TargetResult::Queued | TargetResult::Left => "taken",
        TargetResult::Waiting { .. } => "waits for a skill",
        TargetResult::NotWanted(_) => "its condition does not hold",
        TargetResult::Nobody => "nobody could take it",
        TargetResult::NoSuchRep => "there is no such rep",
    };
    lines.add(1, &format!("{to}: {result}"));
    let names = target.reps.iter().map(|it| name(setup, it.rep).len());
    let width = names.max().unwrap_or_default();
    for rep in &target.reps {
        let who = name(setup, rep.rep);
        let (code, why) = match &rep.verdict {
            Verdict::Chosen(chosen) => (chosen.code(), format!("chosen, {}", how(*chosen))),
            Verdict::Passed(reason) => (reason.code(), passed(setup, reason)),
        };
        lines.add(2, &format!("{who:width$}  {} {why}", code.text()));
    }
}

fn missing_text(policy: &Policy, missing: &[FieldId]) -> String {
    if missing.is_empty() {
        return String::new();
    }
    let names: Vec<String> =
        missing.iter().map(|it| format!("`{}`", policy.fields.name(*it))).collect();
    format!(" ({} missing)", names.join(", "))
}

fn name(setup: &Setup, rep: RepIndex) -> &str {
    setup.roster().rep(rep).map_or("", |it| it.id.as_str())
}

/// What would have had to be otherwise, e.g. `it would have had to be its turn`.
pub fn flip(setup: &Setup, flip: &Flip) -> String {
    let field = |id: FieldId| setup.policy().fields.name(id);
    match flip {
        Flip::Active => "the rep works here".to_owned(),
        Flip::NotExcluded => "the rep has neither had nor rejected this lead".to_owned(),
        Flip::NotAbsent => "the rep is not away".to_owned(),
        Flip::Present => "the rep takes leads".to_owned(),
        Flip::InHours => "it is working time for the rep".to_owned(),
        Flip::BelowCaps => "the rep got no other leads in the period".to_owned(),
        Flip::NoOpenWork => "the rep has no open work".to_owned(),
        Flip::LeadField(id, to) => format!("`{}` of the lead is {}", field(*id), value(to)),
        Flip::RepField(id, to) => format!("`{}` is {}", field(*id), value(to)),
        Flip::Turn => "it is the rep's turn".to_owned(),
        Flip::NotSticky => "no other rep has the earlier leads of the same kind".to_owned(),
        Flip::AccountOwner(Some(rep)) => format!("{} owns the account", name(setup, *rep)),
        Flip::AccountOwner(None) => "nobody owns the account".to_owned(),
    }
}

/// Why a rep did not get the lead, as lines of text.
pub fn why_not(setup: &Setup, rep: RepIndex, answer: &WhyNot) -> String {
    let who = name(setup, rep);
    let mut lines = Lines::default();
    let flips = match answer {
        WhyNot::Chosen => {
            lines.add(0, &format!("{who} got the lead"));
            return lines.text;
        }
        WhyNot::Change(flips) => {
            lines.add(0, &format!("{who} would have got the lead, if"));
            flips
        }
        WhyNot::NotWithin(flips) => {
            lines.add(0, &format!("no change that was tried would have given {who} the lead"));
            flips
        }
    };
    for it in flips {
        lines.add(1, &flip(setup, it));
    }
    lines.text
}

fn value(value: &Value) -> String {
    match value {
        Value::Bool(it) => it.to_string(),
        Value::Number(it) => it.get().to_string(),
        Value::Time(it) => it.to_string(),
        Value::Text(it) => format!("`{it}`"),
        Value::List(all) => all.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", "),
    }
}
