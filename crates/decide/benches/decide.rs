//! What a decision costs on one core: `cargo bench -p decide`.
//!
//! The default policy and three offices of the examples, 1,000 different leads, everybody at work
//! somewhere. Prints nanoseconds per lead for the halves, the whole, and with its trace.
#![allow(
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    missing_docs,
    reason = "a bench reads the clock"
)]

use std::hint::black_box;
use std::sync::Arc;
use std::time::Instant;

use decide::lead::ActivityFact;
use decide::trace::NoTrace;
use decide::{
    Input, LeadView, RosterState, Route, Setup, Waiting, conclude, decide_traced, pick, route,
};
use model::id::LeadId;
use model::{Number, Seconds, Timestamp, Value};
use policy::{Fact, Sources};

const POLICY: &str = include_str!("../../../examples/policies/default.yaml");
const ROSTER: &str = include_str!("../../../examples/rosters/three_offices.yaml");
const LEADS: u32 = 1_000;
const ROUNDS: u32 = 200;

fn main() {
    let policy = policy::compile(&Sources::single("policy.yaml", POLICY)).0.unwrap();
    let (roster, reps) = policy::roster::read(&Sources::single("roster.yaml", ROSTER)).0.unwrap();
    let setup = Setup::new(Arc::new(policy), Arc::new(roster));
    let state = RosterState { reps, ..RosterState::empty(&setup) };
    let now: Timestamp = "2026-11-20T15:00:00Z".parse().unwrap();
    let leads: Vec<LeadView> = (0..LEADS).map(|it| lead(&setup, it, now)).collect();
    let routes: Vec<Route> = leads.iter().map(|it| route(&setup, it, now, &mut NoTrace)).collect();

    measure("route", ROUNDS, &leads, |lead, _| {
        black_box(route(&setup, lead, now, &mut NoTrace));
    });
    measure("pick", ROUNDS, &leads, |lead, at| {
        let waiting = Waiting { route: &routes[at], lead };
        black_box(pick(&setup, &state, waiting, now, 0, &mut NoTrace));
    });
    let mut live = state.clone();
    measure("route, pick, apply", ROUNDS, &leads, |lead, at| {
        if at == 0 {
            live.clone_from(&state);
        }
        let route = route(&setup, lead, now, &mut NoTrace);
        let pick = pick(&setup, &live, Waiting { route: &route, lead }, now, 0, &mut NoTrace);
        if let Some(change) = &pick.change {
            live.apply(change);
        }
        black_box(pick);
    });
    measure("decide with deadlines and effects", ROUNDS, &leads, |lead, _| {
        let route = route(&setup, lead, now, &mut NoTrace);
        let pick = pick(&setup, &state, Waiting { route: &route, lead }, now, 0, &mut NoTrace);
        black_box(conclude(&setup, lead, now, route, pick));
    });
    measure("decide with trace", 10, &leads, |lead, _| {
        let input = Input { setup: &setup, state: &state, lead, now, seed: 0 };
        black_box(decide_traced(&input));
    });
}

fn measure(name: &str, rounds: u32, leads: &[LeadView], mut one: impl FnMut(&LeadView, usize)) {
    let mut best = f64::INFINITY;
    for _ in 0..5 {
        let start = Instant::now();
        for _ in 0..rounds {
            for (at, lead) in leads.iter().enumerate() {
                one(lead, at);
            }
        }
        let each = start.elapsed().as_nanos() as f64 / f64::from(rounds * LEADS);
        best = best.min(each);
    }
    println!("{name:<36} {best:>8.0} ns   {:>10.0} leads/s", 1e9 / best);
}

fn lead(setup: &Setup, at: u32, now: Timestamp) -> LeadView {
    let policy = setup.policy();
    let mut lead = LeadView::new(LeadId::from_raw(i64::from(at)), now);
    let mut set = |name: &str, value: Value| {
        let id = policy.fields.find(name).unwrap();
        lead.facts.set(id, Fact::of(&value, &policy.symbols));
    };
    let pick = |all: &[&str]| Value::text(all[at as usize % all.len()]);
    set("email", Value::text(format!("lead{at}@company{}.example", at % 97)));
    set("email.domain", Value::text(format!("company{}.example", at % 97)));
    set("email.class", pick(&["business", "business", "free_mail"]));
    set("title", Value::text("VP of Sales"));
    set("title.seniority", pick(&["vp", "director", "manager", "staff", "c_level"]));
    set("country", pick(&["US", "DE", "IN", "FR", "US"]));
    set("country.groups", Value::List(vec!["NA".into(), "EMEA".into()]));
    set("state", pick(&["US-CA", "US-NY", "US-TX"]));
    set("language", pick(&["en", "de", "fr"]));
    set("industry", pick(&["technology", "retail", "healthcare", "logistics"]));
    set("employees", Value::Number(Number::from([20, 150, 800, 4_000, 12_000][at as usize % 5])));
    set("revenue", Value::Number(Number::from(5_000_000)));
    set("handoff_reason", pick(&["Product - Voice", "Marketing - Contact Sales", "Web"]));
    set("intent", pick(&["demo_request", "content", "trial", "webinar"]));
    set("message", pick(&["We want to talk about call automation", "Please call me", "Hello"]));
    set("product", pick(&["voice_ai", "messaging", "wireless", "voice"]));
    set("consent.contact", Value::Bool(true));
    lead.history.open_handoff = Some(false);
    lead.history.active_deal = Some(false);
    lead.history.customer = Some(false);
    let kinds = ["pricing_page_view", "page_view", "download"];
    for (step, kind) in (0..).zip(kinds) {
        if let Some(kind) = policy.symbols.find(kind) {
            let at = now.minus(Seconds::from_days(at % 20 + step));
            lead.activities.push(ActivityFact { kind, at });
        }
    }
    lead
}
