//! Rotation cases from a file, run through the real pick: a roster and a pool are built, leads
//! are picked one after another, and who is eligible in a phase is said by the reps' presence.
//!
//! Format 1: `{"format": 1, "cases": [{"id", "members": [{"id", "weight"}], "phases":
//! [{"picks", "eligible"?}], "expect": [ids]}]}`; `eligible` absent or empty means all. Each phase is
//! a new epoch, as if the pool had been edited. An id may be any text: reps are named after its
//! place in byte order, which decides between equals.

use std::collections::{BTreeMap, BTreeSet};
use std::str::FromStr;
use std::sync::Arc;

use model::id::LeadId;
use model::roster::{Addresses, Capacity, Caps};
use model::{PoolId, Rep, RepId, Roster, RuleId, Timestamp};
use policy::expr::{Expr, ExprKind};
use policy::index::RuleIndex;
use policy::section::{
    Contract, Destination, Dispositions, Exit, Hours, Measures, Member, Policy, PolicyHash, Pool,
    Qualification, Queue, Routing, Rule, Scoring, Slas, SourceMode, SourceRules, Strategy, Target,
    TierRule, Who,
};
use policy::{Fields, Span, Symbols};
use serde::Deserialize;

use crate::lead::LeadView;
use crate::pick::{Picked, Waiting, pick_batch};
use crate::route::route;
use crate::setup::Setup;
use crate::state::RosterState;
use crate::trace::NoTrace;

/// The format understood here.
const FORMAT: u32 = 1;
/// Refuses files that would run for minutes.
const PICKS_MAX: u64 = 10_000_000;
/// In the place of an id where no rep was picked.
const NOBODY: &str = "nobody";

/// What became of one case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CaseResult {
    /// The case's id.
    pub id: String,
    /// `None` where it passed.
    pub failure: Option<String>,
}

#[derive(Deserialize)]
struct File {
    format: u32,
    cases: Vec<serde_json::Value>,
}

#[derive(Deserialize)]
struct Case {
    members: Vec<CaseMember>,
    phases: Vec<Phase>,
    expect: Vec<String>,
}

#[derive(Deserialize)]
struct CaseMember {
    id: String,
    weight: u32,
}

#[derive(Deserialize)]
struct Phase {
    picks: u64,
    eligible: Option<Vec<String>>,
}

/// Runs all cases of a file; the error says why the file cannot be used at all.
pub fn run(text: &str) -> Result<Vec<CaseResult>, String> {
    let file: File = serde_json::from_str(text).map_err(|it| it.to_string())?;
    if file.format != FORMAT {
        return Err(format!("format {} is not known, only {FORMAT}", file.format));
    }
    if file.cases.is_empty() {
        return Err("there are no cases".to_owned());
    }
    Ok(file.cases.into_iter().enumerate().map(|(at, value)| one(at, value)).collect())
}

fn one(at: usize, value: serde_json::Value) -> CaseResult {
    let id = match value.get("id").and_then(serde_json::Value::as_str) {
        Some(id) => id.to_owned(),
        None => format!("case {}", at + 1),
    };
    let failure = serde_json::from_value::<Case>(value)
        .map_err(|it| format!("malformed: {it}"))
        .and_then(|case| check(&case))
        .err();
    CaseResult { id, failure }
}

fn check(case: &Case) -> Result<(), String> {
    let got = picks(case)?;
    let wrong = got.iter().zip(&case.expect).position(|(got, wanted)| got != wanted);
    if let Some(at) = wrong {
        let found = got.get(at).copied().unwrap_or(NOBODY);
        let wanted = case.expect.get(at).map_or(NOBODY, String::as_str);
        return Err(format!("pick {}: expected `{wanted}`, got `{found}`", at + 1));
    }
    if got.len() != case.expect.len() {
        return Err(format!("{} picks were made, {} expected", got.len(), case.expect.len()));
    }
    Ok(())
}

/// The ids picked, phase after phase.
fn picks(case: &Case) -> Result<Vec<&str>, String> {
    let ids = ids(&case.members)?;
    let setup = setup(&case.members, &ids)?;
    let total: u64 = case.phases.iter().map(|it| it.picks).fold(0, u64::saturating_add);
    if PICKS_MAX < total {
        return Err(format!("malformed: {total} picks are more than {PICKS_MAX}"));
    }
    let mut state = RosterState::empty(&setup);
    let lead = LeadView::new(LeadId::from_raw(1), Timestamp::default());
    let route = route(&setup, &lead, Timestamp::default(), &mut NoTrace);
    let mut got = Vec::new();
    for phase in &case.phases {
        set_presence(&ids, &setup, &mut state, phase)?;
        for pool in &mut state.pools {
            pool.rotation.restart();
        }
        for _ in 0..phase.picks {
            let waiting = [Waiting { route: &route, lead: &lead }];
            let picks = pick_batch(&setup, &mut state, &waiting, Timestamp::default(), 0);
            got.push(match picks.first().map(|it| it.to) {
                Some(Picked::Rep { rep, .. }) => setup
                    .roster()
                    .rep(rep)
                    .and_then(|it| ids.get(&it.id))
                    .copied()
                    .unwrap_or(NOBODY),
                _ => NOBODY,
            });
        }
    }
    Ok(got)
}

/// The ids of the cases by the names of their reps, in the same order.
type Ids<'a> = BTreeMap<RepId, &'a str>;

fn ids(members: &[CaseMember]) -> Result<Ids<'_>, String> {
    let mut sorted: Vec<&str> = members.iter().map(|it| it.id.as_str()).collect();
    sorted.sort_unstable();
    let twice = sorted.iter().zip(sorted.iter().skip(1)).find(|(one, next)| one == next);
    if let Some((id, _)) = twice {
        return Err(format!("malformed: `{id}` is a member twice"));
    }
    let named = sorted.into_iter().enumerate().map(|(place, id)| {
        let name = format!("m{place:010}").parse().map_err(|it| format!("malformed: {it}"))?;
        Ok((name, id))
    });
    named.collect()
}

fn set_presence(
    ids: &Ids<'_>,
    setup: &Setup,
    state: &mut RosterState,
    phase: &Phase,
) -> Result<(), String> {
    let known: BTreeSet<&str> = ids.values().copied().collect();
    let named: BTreeSet<&str> = phase.eligible.iter().flatten().map(String::as_str).collect();
    if let Some(id) = named.difference(&known).next() {
        return Err(format!("malformed: `{id}` is eligible but not a member"));
    }
    for (rep, state) in setup.roster().reps().iter().zip(&mut state.reps) {
        let id = ids.get(&rep.id);
        state.present = named.is_empty() || id.is_some_and(|it| named.contains(it));
    }
    Ok(())
}

fn setup(members: &[CaseMember], ids: &Ids<'_>) -> Result<Setup, String> {
    if members.is_empty() {
        return Err("malformed: no members".to_owned());
    }
    let weights: BTreeMap<&str, u32> =
        members.iter().map(|it| (it.id.as_str(), it.weight)).collect();
    let mut pool_members = Vec::new();
    for (name, id) in ids {
        let weight = weights.get(id).copied().unwrap_or_default();
        if weight == 0 {
            return Err(format!("malformed: the weight of `{id}` is 0"));
        }
        pool_members.push(Member { who: Who::Rep(name.clone()), weight, span: Span::default() });
    }
    let (roster, _) = Roster::new(ids.keys().cloned().map(rep).collect(), Vec::new());
    let policy = one_pool(pool_members).map_err(|it| it.to_string())?;
    Ok(Setup::new(Arc::new(policy), Arc::new(roster)))
}

fn rep(id: RepId) -> Rep {
    Rep {
        name: id.to_string(),
        id,
        email: None,
        addresses: Addresses::default(),
        team: None,
        manager: None,
        backup: None,
        calendar: None,
        active: true,
        capacity: Capacity::default(),
        caps: Caps::default(),
        attributes: BTreeMap::new(),
        absences: Vec::new(),
    }
}

/// A policy that sends every lead to one weighted pool.
fn one_pool(members: Vec<Member>) -> Result<Policy, model::NameError> {
    let span = Span::default();
    let always = || Expr { kind: ExprKind::Literal(true), span };
    let keeper = RepId::from_str("keeper")?;
    let target = |to| Target { to, only: None, span };
    let queue = Queue {
        id: model::QueueId::from_str("queue")?,
        keeper,
        teams: Vec::new(),
        pools: Vec::new(),
        calendar: None,
        span,
    };
    let rule = Rule {
        id: RuleId::from_str("all")?,
        when: always(),
        to: vec![target(Destination::Pool(0))],
        note: String::new(),
        span,
    };
    Ok(Policy {
        name: "rotation cases".to_owned(),
        hash: PolicyHash::default(),
        fields: Fields::default(),
        symbols: Symbols::default(),
        calendars: BTreeMap::new(),
        contract: Contract::default(),
        tables: Vec::new(),
        derived: Vec::new(),
        disqualify: Vec::new(),
        suppress: Vec::new(),
        scoring: Scoring::default(),
        qualification: Qualification {
            mql: None,
            sql: None,
            tiers: vec![TierRule { tier: 1, when: always(), span }],
            below: Exit::Nurture,
        },
        sources: SourceRules {
            sources: Vec::new(),
            default: SourceMode::Standard,
            auto_submit_from: None,
            floor: None,
        },
        gateway: None,
        fast_track: None,
        routing: Routing {
            index: RuleIndex::build(&[&rule.when]),
            rules: vec![rule],
            fallback: vec![target(Destination::Queue(0))],
        },
        pools: vec![weighted(members)?],
        queues: vec![queue],
        slas: Slas::default(),
        chains: Vec::new(),
        notifications: Vec::new(),
        attribution: Vec::new(),
        dispositions: Dispositions::default(),
        quiet: None,
        measures: Measures::default(),
    })
}

fn weighted(members: Vec<Member>) -> Result<Pool, model::NameError> {
    Ok(Pool {
        id: PoolId::from_str("pool")?,
        strategy: Strategy::Weighted,
        members,
        filter: None,
        skills: Vec::new(),
        sticky: None,
        hours: Hours::Ignored,
        load_max: None,
        value_max: None,
        span: Span::default(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_that_expects_the_wrong_rep_fails_and_says_where() {
        let text = r#"{"format": 1, "cases": [{"id": "a", "members": [{"id": "ana", "weight": 1},
            {"id": "bo", "weight": 1}], "phases": [{"picks": 3}], "expect": ["ana", "ana", "ana"]}]}"#;
        let results = run(text).unwrap();
        assert_eq!(results[0].failure.as_deref(), Some("pick 2: expected `ana`, got `bo`"));
    }

    #[test]
    fn every_phase_is_a_new_epoch_over_those_present() {
        let text = r#"{"format": 1, "cases": [{"id": "a", "members": [{"id": "bo", "weight": 1},
            {"id": "ana", "weight": 1}], "phases": [{"picks": 1}, {"picks": 1},
            {"picks": 2, "eligible": ["bo"]}], "expect": ["ana", "ana", "bo", "bo"]}]}"#;
        assert_eq!(run(text).unwrap()[0].failure, None);
    }

    #[test]
    fn ids_are_any_text_in_byte_order_and_an_empty_list_names_none() {
        let text = r#"{"format": 1, "cases": [{"id": "a", "members": [{"id": "ana", "weight": 1},
            {"id": "Zoë M.", "weight": 1}, {"id": "é", "weight": 1}],
            "phases": [{"picks": 4, "eligible": []}],
            "expect": ["Zoë M.", "ana", "é", "Zoë M."]}]}"#;
        assert_eq!(run(text).unwrap()[0].failure, None);
    }

    #[test]
    fn malformed_cases_fail_one_by_one() {
        let text = r#"{"format": 1, "cases": [
            {"id": "a", "members": [], "phases": [], "expect": []},
            {"id": "b", "members": [{"id": "ana", "weight": 0}], "phases": [], "expect": []},
            {"id": "c", "members": [{"id": "ana", "weight": 1}, {"id": "ana", "weight": 1}], "phases": [], "expect": []},
            {"id": "d", "members": [{"id": "ana", "weight": 1}], "phases": [{"picks": 1, "eligible": ["bo"]}], "expect": ["ana"]},
            {"id": "e", "members": [{"id": "ana", "weight": 1}], "phases": [{"picks": 1}], "expect": []},
            {"id": "f"}]}"#;
        let results = run(text).unwrap();
        assert!(results.iter().all(|it| it.failure.is_some()), "{results:?}");
        assert!(run(r#"{"format": 2, "cases": []}"#).is_err());
        assert!(run(r#"{"format": 1, "cases": []}"#).is_err());
        assert!(run("[").is_err());
    }
}
