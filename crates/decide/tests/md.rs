//! The pages in `md`: prose, a policy, rosters, leads, and what is to become of each. They are
//! documentation that runs; `baton policy test` runs users' own in the same words.

use std::path::Path;

use decide::answers::answers;
use decide::lead::{ActivityFact, ExcludedBecause, ExcludedRep, LeadView};
use decide::{Input, decide_traced};
use model::id::LeadId;
use policy::literate::{self, Case, Rosters};
use policy::{Color, Policy, Sources, render};
use serde_json::Value as Json;

use crate::desk::{Desk, desk_of};

/// The text between the fences of the one block of this kind.
fn fenced<'a>(page: &'a str, kind: &str) -> &'a str {
    let (_, rest) = page.split_once(&format!("```{kind}\n")).expect("a page has such a block");
    rest.split_once("\n```").expect("a block ends").0
}

fn value(json: &Json) -> model::Value {
    match json {
        Json::Bool(it) => model::Value::Bool(*it),
        Json::Number(it) => model::Value::Number(model::Number::new(it.as_f64().unwrap()).unwrap()),
        Json::String(it) => match it.parse().ok().and_then(model::Number::new) {
            Some(number) => model::Value::Number(number),
            None => model::Value::text(it.as_str()),
        },
        other => panic!("a lead of these pages has no {other}"),
    }
}

/// The lead of a block, with its fields as they stand: no data contract is at work here.
fn lead(desk: &Desk, policy: &Policy, case: &Case) -> LeadView {
    let mut lead = LeadView::new(LeadId::from_raw(1), case.at);
    lead.waiting_since = case.at;
    let object = |key: &str| case.lead.get(key).and_then(Json::as_object).cloned();
    let fields = object("fields").unwrap_or_default();
    let fields: Vec<_> = fields.iter().map(|(name, it)| (name.as_str(), value(it))).collect();
    desk.set(&mut lead, &fields);
    let did = case.lead.get("activities").and_then(Json::as_array).into_iter().flatten();
    let did = did.filter_map(|it| policy.symbols.find(it.get("kind")?.as_str()?));
    lead.activities = did.map(|kind| ActivityFact { kind, at: case.at }).collect();
    let history = object("history").unwrap_or_default();
    let flag = |key: &str| history.get(key).and_then(Json::as_bool);
    lead.history.open_handoff = Some(flag("open_handoff").unwrap_or(false));
    lead.history.active_deal = flag("active_deal");
    let owner = history.get("account_owner").and_then(Json::as_str);
    lead.history.account_owner = owner.map(|it| it.parse().unwrap());
    let rejected = case.lead.get("rejected_by").and_then(Json::as_array).into_iter().flatten();
    lead.excluded = rejected
        .map(|it| ExcludedRep {
            rep: it.as_str().unwrap().parse().unwrap(),
            why: ExcludedBecause::Rejected,
        })
        .collect();
    lead
}

/// What is not as a page says, underlined there; and how many cases it has.
fn run(name: &str, page: &str) -> (String, usize) {
    let sources = Sources::single(name, page);
    let (tests, mut found) = literate::read(&sources, &Rosters::new());
    let mut desk: Option<Desk> = None;
    for case in &tests.cases {
        let (roster, states) = &tests.rosters[case.roster.expect("each page has a roster")];
        if case.fresh || desk.is_none() {
            let fresh = desk_of(fenced(page, "policy"), "schema: 1\nreps: { nobody: {} }\n");
            desk = Some(fresh.with(roster, states));
        }
        let desk = desk.as_mut().unwrap();
        desk.now = case.at;
        let policy = desk.setup.policy().clone();
        let lead = lead(desk, &policy, case);
        let input =
            Input { setup: &desk.setup, state: &desk.state, lead: &lead, now: case.at, seed: 0 };
        let (decision, trace) = decide_traced(&input);
        found.extend(literate::compare(case, &answers(&desk.setup, &decision, &trace.steps)));
        if let Some(change) = &decision.change {
            desk.state.apply(change);
        }
    }
    (render(&found, &sources, Color::Never), tests.cases.len())
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the pages are read")]
fn every_page_says_what_is() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/md");
    let mut pages: Vec<_> =
        std::fs::read_dir(folder).unwrap().map(|it| it.unwrap().path()).collect();
    pages.sort();
    let mut cases = 0;
    for page in &pages {
        let name = page.file_name().unwrap().to_str().unwrap();
        let (wrong, n) = run(name, &std::fs::read_to_string(page).unwrap());
        assert!(wrong.is_empty(), "{wrong}");
        assert!(0 < n, "{name} has no case");
        cases += n;
    }
    assert!(15 < cases, "only {cases} cases");
}

#[test]
fn a_page_that_is_wrong_is_underlined() {
    let page = include_str!("md/pools.md").replace("owner: cy\nhow", "owner: bo\nhow");
    let (wrong, _) = run("pools.md", &page);
    assert!(wrong.contains("P0402") && wrong.contains("the decision says `cy`"), "{wrong}");
}
