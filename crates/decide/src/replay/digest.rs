//! SHA-256 of what goes into a decision and of what comes out: counts and tags in groups of seven
//! bits from the low end, each but the last with its high bit set, ids, instants and seeds as eight
//! bytes in little endian, texts with their length, a tag before each alternative, so that different
//! values differ. Names and not places, so that the compiler may number fields otherwise. What
//! came out of a decision are the facts it computed: the others went in.

mod output;

use std::collections::BTreeSet;

use model::{RepIndex, Timestamp};
use policy::{Fact, Facts, FieldOrigin};
use sha2::{Digest, Sha256};

use crate::decision::{Decision, Input};
use crate::setup::Setup;
use crate::state::PoolState;

/// Of everything that decided.
pub(super) fn input(
    input: &Input<'_>,
    roster_version: u64,
    pools: &BTreeSet<u16>,
    reps: &BTreeSet<RepIndex>,
) -> [u8; 32] {
    let mut sum = Sum::new();
    sum.bytes(&input.setup.policy().hash.0);
    sum.number(roster_version);
    sum.signed(input.lead.id.raw());
    sum.number(input.lead.version);
    sum.time(input.now);
    sum.bytes(&input.seed.to_le_bytes());
    sum.lead(input);
    for rep in reps {
        let state = input.state.rep(*rep);
        sum.rep(input.setup, *rep);
        sum.number(u64::from(state.present));
        sum.number(u64::from(state.open));
        sum.number(state.open_value);
        for count in [state.assigned.day, state.assigned.week, state.assigned.month] {
            sum.number(u64::from(count));
        }
    }
    for pool in pools {
        sum.pool_name(input.setup, *pool);
        sum.pool(input.setup, &input.state.pool(*pool).cloned().unwrap_or_default());
    }
    sum.finish()
}

/// Of everything that came out but the trace.
pub(super) fn output(setup: &Setup, decision: &Decision) -> [u8; 32] {
    let mut sum = Sum::new();
    sum.decision(setup, decision);
    sum.finish()
}

/// The bytes to hash; one long update is several times cheaper than many short ones.
struct Sum(Vec<u8>);

impl Sum {
    fn new() -> Self {
        Self(Vec::with_capacity(2_048))
    }

    fn finish(self) -> [u8; 32] {
        Sha256::digest(&self.0).into()
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.extend_from_slice(bytes);
    }

    /// Most counts are small, and every lead pays for each byte.
    fn number(&mut self, mut value: u64) {
        while 0x7f < value {
            self.0.push((value & 0x7f) as u8 | 0x80);
            value >>= 7;
        }
        self.0.push(value as u8);
    }

    fn float(&mut self, value: f64) {
        self.bytes(&value.to_bits().to_le_bytes());
    }

    fn signed(&mut self, value: i64) {
        self.bytes(&value.to_le_bytes());
    }

    fn time(&mut self, at: Timestamp) {
        self.signed(at.as_micros());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u64);
        self.bytes(text.as_bytes());
    }

    fn maybe<T>(&mut self, value: Option<T>, mut add: impl FnMut(&mut Self, T)) {
        self.number(u64::from(value.is_some()));
        if let Some(value) = value {
            add(self, value);
        }
    }

    fn lead(&mut self, input: &Input<'_>) {
        let lead = input.lead;
        self.facts(input.setup, &lead.facts, |_| true);
        let history = &lead.history;
        for flag in
            [history.open_handoff, history.active_deal, history.active_sequence, history.customer]
        {
            self.maybe(flag, |sum, it| sum.number(u64::from(it)));
        }
        self.maybe(history.last_contact_at, Self::time);
        self.maybe(history.account_owner.as_ref(), |sum, it| sum.text(it.as_str()));
        self.maybe(history.closed_handoffs, |sum, it| sum.number(u64::from(it)));
        self.number(lead.activities.len() as u64);
        for activity in &lead.activities {
            self.text(input.setup.policy().symbols.text(activity.kind));
            self.time(activity.at);
        }
        self.time(lead.captured_at);
        self.time(lead.waiting_since);
        self.maybe(lead.channel.as_ref(), |sum, it| sum.text(it));
        self.number(lead.excluded.len() as u64);
        for excluded in &lead.excluded {
            self.text(excluded.rep.as_str());
            self.number(excluded.why as u64);
        }
        self.number(lead.previous_owners.len() as u64);
        for previous in &lead.previous_owners {
            self.text(input.setup.policy().fields.name(previous.by));
            self.text(previous.rep.as_str());
            self.time(previous.at);
        }
        self.maybe(lead.quiz_score, |sum, it| sum.float(it.get()));
    }

    fn facts(&mut self, setup: &Setup, facts: &Facts, wanted: impl Fn(FieldOrigin) -> bool) {
        for (id, field) in setup.policy().fields.iter() {
            let fact = facts.get(id);
            if *fact == Fact::Missing || !wanted(field.origin) {
                continue;
            }
            self.text(&field.name);
            match fact {
                Fact::Missing => {}
                Fact::Bool(it) => self.number(u64::from(*it)),
                Fact::Number(it) => {
                    self.number(2);
                    self.float(it.get());
                }
                Fact::Time(it) => {
                    self.number(3);
                    self.time(*it);
                }
                Fact::Text(it) => {
                    self.number(4);
                    self.text(&it.text);
                }
                Fact::List(all) => {
                    self.number(5);
                    self.number(all.len() as u64);
                    for it in all {
                        self.text(&it.text);
                    }
                }
            }
        }
    }

    fn rep(&mut self, setup: &Setup, rep: RepIndex) {
        self.text(setup.roster().rep(rep).map_or("", |it| it.id.as_str()));
    }

    fn pool(&mut self, setup: &Setup, state: &PoolState) {
        self.number(state.sequence);
        self.number(state.rotation.epoch);
        self.number(state.rotation.n);
        self.number(state.rotation.places.len() as u64);
        for place in &state.rotation.places {
            self.rep(setup, place.rep);
            self.number(u64::from(place.weight));
            self.number(place.taken);
            self.number(u64::from(place.away));
        }
        self.number(state.credits.len() as u64);
        for credit in &state.credits {
            self.rep(setup, credit.rep);
            self.number(u64::from(credit.leads));
        }
        self.number(state.recent.len() as u64);
        for rep in &state.recent {
            self.rep(setup, *rep);
        }
    }
}
