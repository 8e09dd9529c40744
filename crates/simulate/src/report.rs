//! What a run came to.

use std::collections::BTreeMap;

use model::Timestamp;

use crate::plan::Fault;

/// A promise that is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Invariant {
    /// What was acknowledged exists, with its content.
    Acknowledged,
    /// One person is one lead, one key one answer.
    Once,
    /// A lead has at most one active owner.
    OneOwner,
    /// A lead in sales has an owner or a queue, and everybody says the same one.
    Owned,
    /// The log of a pool has no gap and no number twice.
    PoolLog,
    /// Decisions come out the same when they are made again.
    Replay,
    /// Turns stay within the bound of the rotation.
    Fairness,
    /// No pick exceeds a cap.
    Caps,
    /// What a rep holds is what its row says.
    Loads,
    /// A timer ends once.
    TimerOnce,
    /// No timer fires before it is due.
    NotEarly,
    /// Each deadline that runs has its armed timer.
    Armed,
    /// A due timer fires.
    Fires,
    /// Each message asked for is written with its cause.
    Written,
    /// Each message arrives.
    Delivered,
    /// A message has its effect once by its key.
    EffectOnce,
    /// The chain of events verifies.
    Chain,
    /// Everything comes right once nothing fails any more.
    Settles,
}

impl Invariant {
    /// All of them.
    pub const ALL: [Self; 18] = [
        Self::Acknowledged,
        Self::Once,
        Self::OneOwner,
        Self::Owned,
        Self::PoolLog,
        Self::Replay,
        Self::Fairness,
        Self::Caps,
        Self::Loads,
        Self::TimerOnce,
        Self::NotEarly,
        Self::Armed,
        Self::Fires,
        Self::Written,
        Self::Delivered,
        Self::EffectOnce,
        Self::Chain,
        Self::Settles,
    ];

    /// Number and name, as a summary shows it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Acknowledged => "I1 acknowledged leads exist",
            Self::Once => "I1 one lead a person, one answer a key",
            Self::OneOwner => "I2 one owner",
            Self::Owned => "I2 never unowned",
            Self::PoolLog => "I3 pool log without gaps",
            Self::Replay => "I3 decisions replay",
            Self::Fairness => "I3 fairness bound",
            Self::Caps => "I3 no cap exceeded",
            Self::Loads => "I3 loads add up",
            Self::TimerOnce => "I4 timers end once",
            Self::NotEarly => "I4 no timer early",
            Self::Armed => "I4 deadlines have timers",
            Self::Fires => "I4 due timers fire",
            Self::Written => "I5 messages written with their cause",
            Self::Delivered => "I5 messages delivered",
            Self::EffectOnce => "I5 one effect a message",
            Self::Chain => "I6 chain verifies",
            Self::Settles => "comes right after faults",
        }
    }
}

/// A promise that was broken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Violation {
    /// Which.
    pub invariant: Invariant,
    /// When it was seen.
    pub at: Timestamp,
    /// What was seen.
    pub detail: String,
    /// The last events before it.
    pub last: Vec<String>,
}

/// Counts of one run or of many.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Events that happened.
    pub events: u64,
    /// Transactions that committed.
    pub commits: u64,
    /// Leads acknowledged.
    pub acknowledged: u64,
    /// Timers that fired.
    pub fired: u64,
    /// Messages that arrived.
    pub delivered: u64,
    /// Decisions made again.
    pub replayed: u64,
    /// Picks held against the fairness bound.
    pub bounded: u64,
    /// Faults met, by kind.
    pub faults: BTreeMap<Fault, u64>,
    /// How often each promise was checked.
    pub checks: BTreeMap<Invariant, u64>,
}

impl Counts {
    /// Adds those of another run.
    pub fn add(&mut self, other: &Self) {
        self.events += other.events;
        self.commits += other.commits;
        self.acknowledged += other.acknowledged;
        self.fired += other.fired;
        self.delivered += other.delivered;
        self.replayed += other.replayed;
        self.bounded += other.bounded;
        for (fault, count) in &other.faults {
            *self.faults.entry(*fault).or_default() += count;
        }
        for (invariant, count) in &other.checks {
            *self.checks.entry(*invariant).or_default() += count;
        }
    }
}

/// What a run came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// Its seed.
    pub seed: u64,
    /// SHA-256 of its trace.
    pub hash: [u8; 32],
    /// Counts.
    pub counts: Counts,
    /// The first promise broken, if one was.
    pub violation: Option<Violation>,
}
