//! The promises, checked after every commit and once more at the end.
//!
//! From outside: what is compared is what the tables say with what callers were told, what the
//! chains and pool logs say of themselves, and what the core says when it is asked again. Counts are
//! kept here, apart from those of the tables.

mod pool;
mod stay;
mod timer;

use std::collections::{BTreeMap, BTreeSet};

use decide::Effect;
use model::id::{AssignmentId, HandoffId, LeadId, OutboxId, TimerId};
use model::{RepIndex, Timestamp};

use crate::live::Live;
use crate::report::{Counts, Invariant};
use crate::rows::{Answer, Stay, TimerState};
use crate::tables::{Tables, Write};
use crate::work::{Told, channel_name, recipient};
use pool::PoolLogs;
use stay::Stays;

/// A broken promise.
pub(crate) type Found = Option<(Invariant, String)>;

/// What is remembered to check by.
#[derive(Debug, Default)]
pub(crate) struct Checks {
    stays: Stays,
    pools: PoolLogs,
    /// The lead of each person who was acknowledged.
    acknowledged: BTreeMap<u32, LeadId>,
    /// The lead of each person, as first written.
    leads: BTreeMap<u32, LeadId>,
    /// Events verified so far, by stream.
    verified: BTreeMap<u16, usize>,
    counts: Counts,
}

/// A commit, as it is seen from outside.
pub(crate) struct Committed<'a> {
    pub(crate) tables: &'a Tables,
    pub(crate) live: &'a Live,
    pub(crate) now: Timestamp,
    pub(crate) stream: u16,
    /// Numbers of its events.
    pub(crate) numbers: &'a [u64],
    pub(crate) told: &'a [Told],
    pub(crate) touched: &'a Touched,
}

impl Committed<'_> {
    /// The stay that the commit began for a lead.
    fn stay(&self, lead: LeadId) -> Option<&Stay> {
        self.touched.stays.get(&lead).and_then(|it| self.tables.stays.get(it))
    }
}

/// Which rows a commit touched.
#[derive(Debug, Default)]
pub(crate) struct Touched {
    leads: BTreeSet<LeadId>,
    decisions: Vec<(LeadId, u32)>,
    handoffs: BTreeSet<HandoffId>,
    loads: BTreeSet<RepIndex>,
    ended: Vec<(TimerId, TimerState)>,
    stays: BTreeMap<LeadId, AssignmentId>,
    messages: Vec<OutboxId>,
}

impl Touched {
    pub(crate) fn of(writes: &[Write]) -> Self {
        let mut touched = Self::default();
        for write in writes {
            match write {
                Write::Lead(row) => {
                    touched.leads.insert(row.id);
                }
                Write::Handoff(row) => {
                    touched.handoffs.insert(row.id);
                    touched.leads.insert(row.life.lead);
                }
                Write::Decision(row) => touched.decisions.push((row.lead, row.number)),
                Write::Stay(row) => {
                    touched.leads.insert(row.lead);
                    touched.stays.insert(row.lead, row.id);
                }
                Write::Message { row, .. } => touched.messages.push(row.id),
                Write::StayEnd { lead, .. } => {
                    touched.leads.insert(*lead);
                }
                Write::TimerEnd { id, state, .. } => touched.ended.push((*id, *state)),
                Write::Load(rep, _) => {
                    touched.loads.insert(*rep);
                }
                Write::Cancel { .. }
                | Write::Timer(_)
                | Write::Event(_)
                | Write::Claim { .. }
                | Write::Sent { .. }
                | Write::Retry { .. }
                | Write::Pool(..)
                | Write::Key(..) => {}
            }
        }
        touched
    }

    /// Timers that fired.
    pub(crate) fn fired(&self) -> u64 {
        self.ended.iter().filter(|(_, state)| *state == TimerState::Fired).count() as u64
    }
}

impl Checks {
    /// Counts of what was checked.
    pub(crate) fn counts(&self) -> Counts {
        self.counts.clone()
    }

    fn checked(&mut self, invariant: Invariant) {
        *self.counts.checks.entry(invariant).or_default() += 1;
    }

    /// Checks what a commit has touched.
    pub(crate) fn committed(&mut self, it: &Committed<'_>) -> Found {
        self.chain(it.tables, it.stream)
            .or_else(|| self.decisions(it))
            .or_else(|| self.leads(it))
            .or_else(|| self.loads(it.tables, it.touched.loads.iter().copied()))
            .or_else(|| self.timers(it))
            .or_else(|| it.told.iter().find_map(|told| self.written(it, told)))
            .or_else(|| {
                let mut all = it.touched.handoffs.iter();
                all.find_map(|id| self.armed(it.tables, *id))
            })
    }

    /// Checks everything, after nothing has failed for a while.
    pub(crate) fn all(&mut self, tables: &Tables, live: &Live, now: Timestamp) -> Found {
        let persons: Vec<u32> = self.acknowledged.keys().copied().collect();
        let streams: Vec<u16> = tables.chains.keys().copied().collect();
        self.verified.clear();
        let missing = persons.into_iter().find_map(|it| self.is_there(tables, it));
        missing
            .or_else(|| streams.into_iter().find_map(|it| self.chain(tables, it)))
            .or_else(|| tables.leads.keys().find_map(|it| self.stay(tables, *it)))
            .or_else(|| self.loads(tables, live.reps()))
            .or_else(|| tables.handoffs.keys().find_map(|it| self.armed(tables, *it)))
            .or_else(|| self.overdue(tables, now))
            .or_else(|| self.pools.all(tables))
    }

    fn chain(&mut self, tables: &Tables, stream: u16) -> Found {
        let chain = tables.chains.get(&stream)?;
        let from = self.verified.insert(stream, chain.events.len()).unwrap_or(0);
        self.checked(Invariant::Chain);
        chain.fault(stream, from).map(|it| (Invariant::Chain, it))
    }

    fn decisions(&mut self, it: &Committed<'_>) -> Found {
        for key in &it.touched.decisions {
            let row = it.tables.decisions.get(key)?;
            self.checked(Invariant::Replay);
            self.counts.replayed += 1;
            let replayed = decide::replay::replay(&row.record, &it.live.setup, &row.view);
            let (decision, trace) = match replayed {
                Ok(replayed) => replayed,
                Err(error) => {
                    return Some((Invariant::Replay, format!("decision on {}: {error}", row.lead)));
                }
            };
            if decision.outcome != row.result || decision.effects != row.effects {
                let detail = format!("decision on {} comes out differently", row.lead);
                return Some((Invariant::Replay, detail));
            }
            let found = self.pools.pick(it, row, &trace, &mut self.counts);
            let found = found.or_else(|| self.caps(it, row.lead));
            if found.is_some() {
                return found;
            }
        }
        None
    }

    /// The pick that a commit made for a lead; counts are as before it.
    fn caps(&mut self, it: &Committed<'_>, lead: LeadId) -> Found {
        let stay = it.stay(lead)?;
        let rep = stay.rep.as_ref().and_then(|rep| it.live.setup.find(rep))?;
        self.checked(Invariant::Caps);
        let counted = (self.stays.open(rep), self.stays.got(rep, it.live.day(rep, stay.from)));
        pool::within_caps(it, stay, counted)
    }

    fn leads(&mut self, it: &Committed<'_>) -> Found {
        for id in &it.touched.leads {
            let row = it.tables.leads.get(id)?;
            self.checked(Invariant::Once);
            let first = *self.leads.entry(row.person).or_insert(*id);
            if first != *id {
                let detail = format!("person {} is {first} and {id}", row.person);
                return Some((Invariant::Once, detail));
            }
            let found = self.stay(it.tables, *id);
            if found.is_some() {
                return found;
            }
            self.stays.follow(it, *id);
        }
        None
    }

    fn loads(&mut self, tables: &Tables, reps: impl Iterator<Item = RepIndex>) -> Found {
        for rep in reps {
            self.checked(Invariant::Loads);
            let (own, row) = (self.stays.open(rep), tables.loads.get(&rep).map_or(0, |it| it.open));
            if own != row {
                let detail = format!("rep {} holds {own}, its row says {row}", rep.0);
                return Some((Invariant::Loads, detail));
            }
        }
        None
    }

    /// What the core asked for has its rows.
    fn written(&mut self, it: &Committed<'_>, told: &Told) -> Found {
        let number = it.numbers.get(told.event).copied()?;
        self.checked(Invariant::Written);
        let mut wanted: BTreeSet<(String, &str)> = BTreeSet::new();
        for effect in &told.effects {
            match effect {
                Effect::Notify(notify) => {
                    wanted.insert((recipient(it.live, notify.to), channel_name(notify.channel)));
                }
                Effect::Arm(timer) => {
                    let handoff = told.handoff?;
                    let mut rows = it.tables.timers_of(handoff);
                    let same = |row: &crate::rows::TimerRow| {
                        (row.kind, row.due_at, row.chain_run)
                            == (timer.kind, timer.due_at, told.chain_run)
                    };
                    if !rows.any(same) {
                        let detail = format!("{:?} of {handoff} has no row", timer.kind);
                        return Some((Invariant::Armed, detail));
                    }
                }
                _ => {}
            }
        }
        let rows = it.touched.messages.iter().filter_map(|id| it.tables.messages.get(id));
        for row in rows.filter(|row| row.event == (it.stream, number)) {
            wanted.remove(&(row.recipient.clone(), row.channel));
        }
        let (recipient, channel) = wanted.into_iter().next()?;
        let detail =
            format!("event {number} of stream {} tells {recipient} by {channel}", it.stream);
        Some((Invariant::Written, detail))
    }

    /// Remembers what a caller was told; true for a person not heard of before.
    pub(crate) fn acknowledged(&mut self, person: u32, answer: &Answer) -> bool {
        match answer {
            Answer::Captured { lead, .. } => self.acknowledged.insert(person, *lead).is_none(),
            Answer::Moved { .. } | Answer::Refused(_) => false,
        }
    }

    /// The lead of a person is there, with its content.
    pub(crate) fn is_there(&mut self, tables: &Tables, person: u32) -> Found {
        let lead = *self.acknowledged.get(&person)?;
        self.checked(Invariant::Acknowledged);
        match tables.leads.get(&lead) {
            Some(row) if row.person == person => None,
            _ => Some((Invariant::Acknowledged, format!("{lead} of person {person} is not there"))),
        }
    }

    /// Two answers to one key.
    pub(crate) fn told_otherwise(
        &self,
        key: u64,
        first: &Answer,
        then: &Answer,
    ) -> (Invariant, String) {
        (Invariant::Once, format!("request {key} was told {first:?}, then {then:?}"))
    }
}
