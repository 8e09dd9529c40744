//! The rules of time and escalation, one test each, on both engines, and the worked scenarios.

mod answers;
mod auditing;
mod chains;
mod editions;
mod merging;
mod people;
mod saving;
mod scenarios;
mod sweeping;
mod undoing;

use engine::Engine;
use engine::sweep::{Sweep, Swept};
use model::Timestamp;
use model::id::HandoffId;
use serde_json::json;
use store::ManualClock;

use crate::scene::{capture_all, lead, on_both_at, set_up};

pub(crate) const POLICY: &str = include_str!("rules/policy.yaml");
pub(crate) const ROSTER: &str = include_str!("rules/roster.yaml");

/// Friday, 15:30 in New York.
pub(crate) const FRIDAY: &str = "2026-11-20T20:30:00Z";

/// Runs `test` on each engine with the rules' policy live, from Friday on.
pub(crate) fn on_friday(test: impl Fn(&Engine, &ManualClock)) {
    on_friday_by(POLICY, ROSTER, test);
}

/// As [`on_friday`], by another policy and roster.
pub(crate) fn on_friday_by(policy: &str, roster: &str, test: impl Fn(&Engine, &ManualClock)) {
    on_both_at(FRIDAY, |engine, clock| {
        set_up(engine, policy, roster);
        test(engine, clock);
    });
}

/// The rules' policy with a part replaced, which must be there.
pub(crate) fn policy_with(part: &str, other: &str) -> String {
    assert!(POLICY.contains(part), "{part}");
    POLICY.replace(part, other)
}

/// Messages that wait, as (recipient, channel, template), in the order they were written.
pub(crate) fn messages(engine: &Engine) -> Vec<(String, String, String)> {
    let claim = |tx: &mut store::Tx<'_>, _| {
        let mut found = store::outbox::claim(tx, i64::MAX - 1, i64::MAX - 1, 1000)?;
        found.sort_by_key(|it| it.id);
        Ok(Ok(found))
    };
    let found = engine.write_blocking(claim).unwrap();
    found.into_iter().map(|it| (it.recipient, it.channel, it.template)).collect()
}

pub(crate) fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

/// A lead that is handed to `ana` or, every second one, to `cy`.
pub(crate) fn handoff(engine: &Engine, email: &str) -> HandoffId {
    let fields = json!({ "email": email, "handoff_reason": "Demo" });
    lead(&capture_all(engine, vec![json!({ "fields": fields })])[0]).handoff.unwrap()
}

pub(crate) fn row(engine: &Engine, id: HandoffId) -> store::handoff::Handoff {
    let raw = id.raw();
    engine.read_blocking(move |db| Ok(Ok(store::handoff::get(db, 1, raw)?))).unwrap().unwrap()
}

pub(crate) fn timers(engine: &Engine, id: HandoffId) -> Vec<store::timer::Timer> {
    let raw = id.raw();
    engine.read_blocking(move |db| Ok(Ok(store::timer::of_handoff(db, 1, raw)?))).unwrap()
}

/// Events of a lead, oldest first.
pub(crate) fn events(engine: &Engine, id: HandoffId) -> Vec<store::event::Event> {
    let lead = row(engine, id).lead_id;
    engine.read_blocking(move |db| Ok(Ok(store::event::of_lead(db, 1, lead, 1000)?))).unwrap()
}

pub(crate) fn kinds(engine: &Engine, id: HandoffId) -> Vec<String> {
    events(engine, id).into_iter().map(|it| it.kind).collect()
}

pub(crate) fn holder(engine: &Engine, id: HandoffId) -> String {
    let row = row(engine, id);
    let queue = row.queue.map(|it| format!("queue {it}"));
    row.owner.or(queue).unwrap_or_default()
}

/// Fires everything that is due now.
pub(crate) fn sweep(engine: &Engine) -> Swept {
    let mut sweep = Sweep::new(engine.clone());
    let mut all = Swept::default();
    loop {
        let one = sweep.round().unwrap();
        all.fired += one.fired;
        all.ended += one.ended;
        all.recalculated += one.recalculated;
        all.late_max = all.late_max.max(one.late_max);
        all.stuck.extend(one.stuck);
        if !one.more {
            return all;
        }
    }
}

/// Lets time pass until `until` with a sweeper that is always in time; who held it from when on.
pub(crate) fn live_through(
    engine: &Engine,
    clock: &ManualClock,
    id: HandoffId,
    until: &str,
) -> Vec<String> {
    let (until, mut seen) = (at(until), Vec::new());
    let mut last = holder(engine, id);
    loop {
        let next = Sweep::new(engine.clone()).next_due().unwrap().0.filter(|it| *it <= until);
        let Some(next) = next else { break };
        clock.set(next.max(clock.now()));
        sweep(engine);
        let now = holder(engine, id);
        if now != last {
            seen.push(format!("{now} {}", clock.now()));
            last = now;
        }
    }
    clock.set(until);
    seen
}

/// Switches a rep on or off.
pub(crate) fn switch(engine: &Engine, rep: &str, present: bool) {
    let rep = rep.parse().unwrap();
    let actor = engine::Actor::Operator;
    let sight = engine::sight::Sight::EVERYTHING;
    crate::waiting::wait(engine.set_presence(actor, sight, rep, present)).unwrap();
}
