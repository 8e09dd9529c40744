//! A decision in the words of a literate test.

use policy::literate::Answers;
use policy::{Policy, Truth};

use crate::decision::{Decision, Outcome};
use crate::setup::Setup;
use crate::trace::{ExclusionList, Step, Verdict};

/// What a decision says, by the keys of an expect block.
pub fn answers(setup: &Setup, decision: &Decision, steps: &[Step]) -> Answers {
    let policy = setup.policy();
    let mut answers = outcome(setup, decision.outcome);
    let mut say = |key: &str, value: Option<String>| {
        answers.extend(value.map(|it| (key.to_owned(), it)));
    };
    let rule = decision.rule.and_then(|it| policy.routing.rules.get(usize::from(it)));
    say("rule", rule.map(|it| it.id.to_string()));
    let sla = decision.sla.and_then(|it| policy.slas.tiers.get(usize::from(it)));
    say("sla", sla.map(|it| it.id.to_string()));
    say("tier", decision.tier.map(|it| it.to_string()));
    say("score", decision.score.map(|it| it.to_string()));
    say("mql", Some(truth(decision.mql)));
    say("sql", Some(truth(decision.sql)));
    say("fast_track", Some(decision.fast_track.is_some().to_string()));
    say("sponsor", Some(decision.fast_track.is_some_and(|it| it.sponsor).to_string()));
    say("held_by", decision.held.and_then(|(list, at)| excluded_by(policy, list, at, false)));
    let due = &decision.deadlines;
    say("due.touch", due.touch.map(|it| it.to_string()));
    say("due.acknowledge", due.acknowledge.map(|it| it.to_string()));
    say("due.disposition", due.disposition.map(|it| it.to_string()));
    answers.extend(passed_over(setup, steps));
    answers
}

fn outcome(setup: &Setup, outcome: Outcome) -> Answers {
    let policy = setup.policy();
    let pool = |at: u16| policy.pools.get(usize::from(at)).map(|it| it.id.to_string());
    let queue = |at: u16| policy.queues.get(usize::from(at)).map(|it| it.id.to_string());
    let (word, rest): (&str, Vec<(&str, Option<String>)>) = match outcome {
        Outcome::Assigned { rep, how, pool: from } => {
            let owner = setup.roster().rep(rep).map(|it| it.id.to_string());
            let how = how.code().text().to_owned();
            ("assigned", vec![("owner", owner), ("how", Some(how)), ("pool", from.and_then(pool))])
        }
        Outcome::Queued { queue: at } => ("queued", vec![("queue", queue(at))]),
        Outcome::Waiting { pool: from, queue: at, .. } => {
            ("waiting", vec![("pool", pool(from)), ("queue", queue(at))])
        }
        Outcome::Nurture => ("nurture", Vec::new()),
        Outcome::SelfService => ("self_service", Vec::new()),
        Outcome::Disqualified { list, rule } => {
            ("disqualified", vec![("reason", excluded_by(policy, list, rule, true))])
        }
        Outcome::Attached { list, rule } => {
            ("attached", vec![("reason", excluded_by(policy, list, rule, true))])
        }
    };
    let mut answers = Answers::from([("outcome".to_owned(), word.to_owned())]);
    answers.extend(rest.into_iter().filter_map(|(key, value)| Some((key.to_owned(), value?))));
    answers
}

/// The reason or the id of an exclusion.
fn excluded_by(policy: &Policy, list: ExclusionList, at: u16, reason: bool) -> Option<String> {
    let list = match list {
        ExclusionList::Disqualify => &policy.disqualify,
        ExclusionList::Suppress => &policy.suppress,
    };
    let rule = list.get(usize::from(at))?;
    Some(if reason { rule.reason.clone() } else { rule.id.to_string() })
}

/// The first reason for which each rep was passed over: at the target tried first.
fn passed_over(setup: &Setup, steps: &[Step]) -> Answers {
    let mut answers = Answers::new();
    for step in steps {
        let Step::Target(target) = step else { continue };
        for it in &target.reps {
            if let (Verdict::Passed(why), Some(rep)) = (&it.verdict, setup.roster().rep(it.rep)) {
                let key = format!("passed_over.{}", rep.id);
                answers.entry(key).or_insert_with(|| why.code().text().to_owned());
            }
        }
    }
    answers
}

fn truth(truth: Truth) -> String {
    match truth {
        Truth::True => "true",
        Truth::False => "false",
        Truth::Unknown => "unknown",
    }
    .to_owned()
}
