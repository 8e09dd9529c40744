//! The model of the store: tables, and the writes of one transaction applied at once.
//!
//! A transaction collects its writes and nothing else; until the commit nobody sees them, and a
//! crash forgets them. Locks are kept by the world, which lets nobody read for a decision what
//! another transaction is about to write.

use std::collections::{BTreeMap, BTreeSet};

use decide::effect::TimerKind;
use decide::state::PoolState;
use model::id::{AssignmentId, HandoffId, LeadId, OutboxId, TimerId};
use model::{RepIndex, Timestamp};

use crate::chain::Chain;
use crate::rows::{
    Answer, DecisionRow, HandoffRow, Lead, Load, Message, NewEvent, Stay, TimerRow, TimerState,
};

/// One change.
#[derive(Clone, Debug)]
pub(crate) enum Write {
    Lead(Box<Lead>),
    Handoff(Box<HandoffRow>),
    Decision(Box<DecisionRow>),
    Stay(Box<Stay>),
    StayEnd {
        lead: LeadId,
        until: Timestamp,
        ended: &'static str,
    },
    /// Ends armed timers of a handoff: all, or those of a kind.
    Cancel {
        handoff: HandoffId,
        kind: Option<TimerKind>,
        at: Timestamp,
    },
    TimerEnd {
        id: TimerId,
        state: TimerState,
        at: Timestamp,
    },
    Timer(Box<TimerRow>),
    Event(NewEvent),
    /// A message with the place of its event among those of the transaction.
    Message {
        event: usize,
        row: Box<Message>,
    },
    Claim {
        id: OutboxId,
        lease_until: Timestamp,
    },
    Sent {
        id: OutboxId,
        attempt: u32,
    },
    Retry {
        id: OutboxId,
        attempt: u32,
        next_at: Timestamp,
    },
    Pool(u16, Box<PoolState>),
    Load(RepIndex, Load),
    Key(u64, Answer),
}

/// Everything that is committed.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tables {
    pub(crate) leads: BTreeMap<LeadId, Lead>,
    pub(crate) by_person: BTreeMap<u32, LeadId>,
    pub(crate) handoffs: BTreeMap<HandoffId, HandoffRow>,
    pub(crate) handoffs_of: BTreeMap<LeadId, Vec<HandoffId>>,
    pub(crate) stays: BTreeMap<AssignmentId, Stay>,
    pub(crate) stays_of: BTreeMap<LeadId, Vec<AssignmentId>>,
    pub(crate) timers: BTreeMap<TimerId, TimerRow>,
    pub(crate) timers_of: BTreeMap<HandoffId, Vec<TimerId>>,
    pub(crate) armed: BTreeSet<(Timestamp, TimerId)>,
    pub(crate) messages: BTreeMap<OutboxId, Message>,
    pub(crate) unsent: BTreeSet<(Timestamp, OutboxId)>,
    pub(crate) decisions: BTreeMap<(LeadId, u32), DecisionRow>,
    pub(crate) chains: BTreeMap<u16, Chain>,
    pub(crate) pools: BTreeMap<u16, PoolState>,
    pub(crate) loads: BTreeMap<RepIndex, Load>,
    pub(crate) keys: BTreeMap<u64, Answer>,
}

impl Tables {
    /// Commits the writes of one transaction of the node with this stream of events; the numbers
    /// of its events.
    pub(crate) fn commit(&mut self, stream: u16, writes: Vec<Write>) -> Vec<u64> {
        let mut numbers = Vec::new();
        for write in writes {
            match write {
                Write::Event(event) => {
                    numbers.push(self.chains.entry(stream).or_default().append(stream, event));
                }
                Write::Message { event, mut row } => {
                    row.event = (stream, numbers.get(event).copied().unwrap_or(0));
                    self.unsent.insert((row.next_at, row.id));
                    self.messages.insert(row.id, *row);
                }
                other => self.apply(other),
            }
        }
        numbers
    }

    fn apply(&mut self, write: Write) {
        match write {
            Write::Lead(row) => {
                self.by_person.entry(row.person).or_insert(row.id);
                self.leads.insert(row.id, *row);
            }
            Write::Handoff(row) => {
                let all = self.handoffs_of.entry(row.life.lead).or_default();
                if all.last() != Some(&row.id) {
                    all.push(row.id);
                }
                self.handoffs.insert(row.id, *row);
            }
            Write::Decision(row) => {
                self.decisions.insert((row.lead, row.number), *row);
            }
            Write::Stay(row) => {
                self.stays_of.entry(row.lead).or_default().push(row.id);
                self.stays.insert(row.id, *row);
            }
            Write::StayEnd { lead, until, ended } => self.end_stay(lead, until, ended),
            Write::Cancel { handoff, kind, at } => self.cancel(handoff, kind, at),
            Write::TimerEnd { id, state, at } => self.end_timer(id, state, at),
            Write::Timer(row) => {
                self.armed.insert((row.due_at, row.id));
                self.timers_of.entry(row.handoff).or_default().push(row.id);
                self.timers.insert(row.id, *row);
            }
            Write::Claim { id, lease_until } => self.reschedule(id, lease_until, true),
            Write::Sent { id, attempt } => {
                let current = self.messages.get_mut(&id).filter(|it| it.attempt == attempt);
                if let Some(row) = current.filter(|it| !it.sent) {
                    row.sent = true;
                    self.unsent.remove(&(row.next_at, id));
                }
            }
            Write::Retry { id, attempt, next_at } => {
                let current = self.messages.get(&id);
                if current.is_some_and(|it| it.attempt == attempt && !it.sent) {
                    self.reschedule(id, next_at, false);
                }
            }
            Write::Pool(at, state) => {
                self.pools.insert(at, *state);
            }
            Write::Load(rep, load) => {
                self.loads.insert(rep, load);
            }
            Write::Key(key, answer) => {
                self.keys.insert(key, answer);
            }
            // Numbered by the chain in `commit`.
            Write::Event(_) | Write::Message { .. } => {}
        }
    }

    fn end_stay(&mut self, lead: LeadId, until: Timestamp, ended: &'static str) {
        for id in self.stays_of.get(&lead).into_iter().flatten() {
            if let Some(stay) = self.stays.get_mut(id).filter(|it| it.active) {
                (stay.active, stay.until, stay.ended) = (false, Some(until), Some(ended));
            }
        }
    }

    fn cancel(&mut self, handoff: HandoffId, kind: Option<TimerKind>, at: Timestamp) {
        let same = |it: &TimerRow| {
            kind.is_none_or(|kind| {
                std::mem::discriminant(&kind) == std::mem::discriminant(&it.kind)
            })
        };
        let timers = self.timers_of.get(&handoff).into_iter().flatten();
        let armed = timers.filter_map(|it| self.timers.get(it));
        let armed = armed.filter(|it| it.state == TimerState::Armed && same(it));
        let ids: Vec<TimerId> = armed.map(|it| it.id).collect();
        for id in ids {
            self.end_timer(id, TimerState::Cancelled, at);
        }
    }

    fn end_timer(&mut self, id: TimerId, state: TimerState, at: Timestamp) {
        if let Some(timer) = self.timers.get_mut(&id) {
            self.armed.remove(&(timer.due_at, id));
            (timer.state, timer.ended_at) = (state, Some(at));
            timer.ends += 1;
        }
    }

    fn reschedule(&mut self, id: OutboxId, next_at: Timestamp, claim: bool) {
        if let Some(row) = self.messages.get_mut(&id) {
            self.unsent.remove(&(row.next_at, id));
            row.next_at = next_at;
            row.attempt += u32::from(claim);
            self.unsent.insert((next_at, id));
        }
    }

    /// The open handoff of a lead.
    pub(crate) fn open_of(&self, lead: LeadId) -> Option<&HandoffRow> {
        let last = self.handoffs_of.get(&lead)?.last()?;
        self.handoffs.get(last).filter(|it| it.closed_at.is_none())
    }

    /// The stays of a lead, oldest first.
    pub(crate) fn stays_of(&self, lead: LeadId) -> impl Iterator<Item = &Stay> {
        let ids = self.stays_of.get(&lead).into_iter().flatten();
        ids.filter_map(|it| self.stays.get(it))
    }

    /// The timers of a handoff, oldest first.
    pub(crate) fn timers_of(&self, handoff: HandoffId) -> impl Iterator<Item = &TimerRow> {
        let ids = self.timers_of.get(&handoff).into_iter().flatten();
        ids.filter_map(|it| self.timers.get(it))
    }

    /// The last decision on a lead.
    pub(crate) fn last_decision(&self, lead: LeadId) -> Option<&DecisionRow> {
        self.decisions.range((lead, 0)..=(lead, u32::MAX)).next_back().map(|(_, row)| row)
    }
}
