//! The columns that reports read: one entry a handoff in every column, text as dictionary codes, times as seconds.
//!
//! INVARIANTS: all columns have the same length; a row never moves, so a [`Row`] stays good for ever. A clock's verdict
//! and a response window are decided here, from microseconds, when the fact arrives; stored durations are rounded up to
//! whole seconds, instants down, so that "at most 5 minutes" and "not before midnight" stay exact. Deadlines still running
//! are kept to the second (rounded up). Instants outside 1970-2106 are moved to the nearer end.
//!
//! Not here: leads, people, free text. Facts hold nothing that an erasure would have to reach.

mod fact;
pub(crate) mod flags;

use std::collections::BTreeMap;

use model::Timestamp;

pub use fact::{Disposition, Duty, HandoffFact, OutcomeFact, OutcomeKind};
pub use flags::Window;

use crate::dictionary::{Dictionary, Pairs};
use flags::ClockState;

/// The place of a handoff in the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Row(pub(crate) u32);

/// The place of an outcome in the columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct OutcomeRow(u32);

/// Marks a duration that does not exist.
pub(crate) const NONE: u32 = u32::MAX;
/// Marks a duration that would be negative: the later event is dated first.
pub(crate) const NEGATIVE: u32 = u32::MAX - 1;
/// Marks an outcome without a handoff.
pub(crate) const NO_ROW: u32 = u32::MAX;

const WIDE: u16 = u16::MAX - 1;
const NARROW: u16 = u8::MAX as u16;

/// All facts of one workspace.
#[derive(Clone, Debug)]
pub struct Facts {
    pub(crate) reasons: Dictionary,
    pub(crate) tiers: Dictionary,
    pub(crate) slas: Dictionary,
    pub(crate) reps: Dictionary,
    pub(crate) teams: Dictionary,
    pub(crate) queues: Dictionary,
    pub(crate) sources: Dictionary,
    pub(crate) campaigns: Dictionary,
    pub(crate) reject_reasons: Dictionary,
    pub(crate) lead_sources: Dictionary,
    /// Tier and SLA.
    pub(crate) duties: Pairs,
    /// Rep and team.
    pub(crate) seats: Pairs,
    /// Source and campaign.
    pub(crate) origins: Pairs,

    pub(crate) created: Vec<u32>,
    pub(crate) reason: Vec<u16>,
    pub(crate) duty: Vec<u8>,
    pub(crate) seat: Vec<u16>,
    pub(crate) queue: Vec<u16>,
    pub(crate) origin: Vec<u16>,
    pub(crate) reject: Vec<u8>,
    pub(crate) flags: Vec<u32>,
    pub(crate) acknowledge_due: Vec<u32>,
    /// Touched: seconds from capture to the first valid touch. Untouched: the deadline.
    pub(crate) touch: Vec<u32>,
    pub(crate) dispose_due: Vec<u32>,
    /// Seconds from capture to the first outreach of any kind.
    pub(crate) attempt: Vec<u32>,
    /// Seconds from the lead's first capture to the first valid touch.
    pub(crate) age: Vec<u32>,

    pub(crate) outcomes: Outcomes,
    /// First times of the handoffs that came somewhere, by row.
    pub(crate) progress: BTreeMap<u32, Progress>,
}

/// The outcome columns.
#[derive(Clone, Debug, Default)]
pub(crate) struct Outcomes {
    pub(crate) row: Vec<u32>,
    pub(crate) kind: Vec<OutcomeKind>,
    pub(crate) at: Vec<u32>,
    pub(crate) value: Vec<Option<i64>>,
    pub(crate) lead_source: Vec<u16>,
}

/// When a handoff first became an opportunity and was first won, in seconds since 1970.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Progress {
    pub(crate) opportunity: u32,
    pub(crate) won: u32,
}

impl Default for Facts {
    fn default() -> Self {
        Self::with_capacity(0)
    }
}

impl Facts {
    /// No facts, with room for `handoffs` handoffs.
    pub fn with_capacity(handoffs: usize) -> Self {
        Self {
            reasons: Dictionary::new(WIDE),
            tiers: Dictionary::new(NARROW),
            slas: Dictionary::new(NARROW),
            reps: Dictionary::new(WIDE),
            teams: Dictionary::new(WIDE),
            queues: Dictionary::new(WIDE),
            sources: Dictionary::new(WIDE),
            campaigns: Dictionary::new(WIDE),
            reject_reasons: Dictionary::new(NARROW),
            lead_sources: Dictionary::new(WIDE),
            duties: Pairs::new(NARROW),
            seats: Pairs::new(WIDE),
            origins: Pairs::new(WIDE),
            created: Vec::with_capacity(handoffs),
            reason: Vec::with_capacity(handoffs),
            duty: Vec::with_capacity(handoffs),
            seat: Vec::with_capacity(handoffs),
            queue: Vec::with_capacity(handoffs),
            origin: Vec::with_capacity(handoffs),
            reject: Vec::with_capacity(handoffs),
            flags: Vec::with_capacity(handoffs),
            acknowledge_due: Vec::with_capacity(handoffs),
            touch: Vec::with_capacity(handoffs),
            dispose_due: Vec::with_capacity(handoffs),
            attempt: Vec::with_capacity(handoffs),
            age: Vec::with_capacity(handoffs),
            outcomes: Outcomes::default(),
            progress: BTreeMap::new(),
        }
    }

    /// How many handoffs there are.
    pub fn len(&self) -> usize {
        self.created.len()
    }

    /// Whether there are no handoffs.
    pub fn is_empty(&self) -> bool {
        self.created.is_empty()
    }

    /// Adds a handoff at the end; `None` when 4,294,967,294 are there already.
    pub fn push(&mut self, fact: &HandoffFact<'_>) -> Option<Row> {
        let row = u32::try_from(self.created.len()).ok().filter(|&it| it < NO_ROW)?;
        let packed = self.pack(fact);
        self.created.push(packed.created);
        self.reason.push(packed.reason);
        self.duty.push(packed.duty);
        self.seat.push(packed.seat);
        self.queue.push(packed.queue);
        self.origin.push(packed.origin);
        self.reject.push(packed.reject);
        self.flags.push(packed.flags);
        self.acknowledge_due.push(packed.acknowledge_due);
        self.touch.push(packed.touch);
        self.dispose_due.push(packed.dispose_due);
        self.attempt.push(packed.attempt);
        self.age.push(packed.age);
        Some(Row(row))
    }

    /// Replaces what is known of a handoff, after it was touched, disposed, reassigned or closed. Its outcomes stay.
    /// A row of other facts changes nothing.
    pub fn amend(&mut self, row: Row, fact: &HandoffFact<'_>) {
        let packed = self.pack(fact);
        let at = row.0 as usize;
        let outcomes = self.flags.get(at).copied().unwrap_or(0) & flags::OUTCOME_BITS;
        set(&mut self.created, at, packed.created);
        set(&mut self.reason, at, packed.reason);
        set(&mut self.duty, at, packed.duty);
        set(&mut self.seat, at, packed.seat);
        set(&mut self.queue, at, packed.queue);
        set(&mut self.origin, at, packed.origin);
        set(&mut self.reject, at, packed.reject);
        set(&mut self.flags, at, packed.flags | outcomes);
        set(&mut self.acknowledge_due, at, packed.acknowledge_due);
        set(&mut self.touch, at, packed.touch);
        set(&mut self.dispose_due, at, packed.dispose_due);
        set(&mut self.attempt, at, packed.attempt);
        set(&mut self.age, at, packed.age);
    }

    /// Adds an outcome. One that names a row of other facts is kept without a handoff.
    pub fn attach(&mut self, fact: &OutcomeFact<'_>) -> Option<OutcomeRow> {
        let place = u32::try_from(self.outcomes.row.len()).ok()?;
        let at = instant(fact.at);
        let row = fact.handoff.map(|it| it.0).filter(|&it| (it as usize) < self.flags.len());
        if let Some(row) = row {
            let bits = flags::outcome_bits(fact.kind);
            if let Some(word) = self.flags.get_mut(row as usize) {
                *word |= bits << flags::OUTCOMES;
            }
            if bits & flags::OPPORTUNITY != 0 {
                let first =
                    self.progress.entry(row).or_insert(Progress { opportunity: NONE, won: NONE });
                first.opportunity = first.opportunity.min(at);
                if bits & flags::WON != 0 {
                    first.won = first.won.min(at);
                }
            }
        }
        self.outcomes.row.push(row.unwrap_or(NO_ROW));
        self.outcomes.kind.push(fact.kind);
        self.outcomes.at.push(at);
        self.outcomes.value.push(fact.value);
        self.outcomes.lead_source.push(self.lead_sources.code(fact.lead_source));
        Some(OutcomeRow(place))
    }

    /// Sets the lead source of an outcome, after the CRM's record was repaired.
    pub fn set_lead_source(&mut self, outcome: OutcomeRow, lead_source: Option<&str>) {
        let code = self.lead_sources.code(lead_source);
        set(&mut self.outcomes.lead_source, outcome.0 as usize, code);
    }

    /// Bytes held by the columns (reserved room included), without dictionaries.
    pub fn column_bytes(&self) -> usize {
        let words = self.created.capacity()
            + self.flags.capacity()
            + self.acknowledge_due.capacity()
            + self.touch.capacity()
            + self.dispose_due.capacity()
            + self.attempt.capacity()
            + self.age.capacity();
        let halves = self.reason.capacity()
            + self.seat.capacity()
            + self.queue.capacity()
            + self.origin.capacity();
        let outcome = size_of::<u32>() * 2
            + size_of::<u16>()
            + size_of::<OutcomeKind>()
            + size_of::<Option<i64>>();
        words * 4
            + halves * 2
            + self.duty.capacity()
            + self.reject.capacity()
            + self.outcomes.row.capacity() * outcome
            + self.progress.len() * (size_of::<u32>() + size_of::<Progress>())
    }

    fn pack(&mut self, fact: &HandoffFact<'_>) -> Packed {
        let (tier, sla) = (self.tiers.code(fact.tier), self.slas.code(fact.sla));
        let (rep, team) = (self.reps.code(fact.rep), self.teams.code(fact.team));
        let (source, campaign) =
            (self.sources.code(fact.source), self.campaigns.code(fact.campaign));
        let touched_after = elapsed(fact.captured_at, fact.touch.met_at);
        let window = match touched_after {
            NONE => Window::Never,
            NEGATIVE => Window::Untold,
            seconds => Window::of(seconds),
        };
        let touched = fact.touch.met_at.is_some();
        let mut word = flags::verdict_bits(fact.disposition)
            | (clock(fact, fact.acknowledge) as u32) << flags::ACKNOWLEDGE
            | (clock(fact, fact.touch) as u32) << flags::TOUCH
            | (clock(fact, fact.dispose) as u32) << flags::DISPOSE
            | (window as u32) << flags::WINDOW;
        for (holds, bit) in [
            (fact.closed_at.is_none(), flags::OPEN),
            (touched, flags::TOUCHED),
            (fact.first_attempt_at.is_some(), flags::ATTEMPTED),
        ] {
            word |= if holds { bit } else { 0 };
        }
        Packed {
            created: instant(fact.created_at),
            reason: self.reasons.code(fact.reason),
            duty: u8::try_from(self.duties.code(tier, sla)).unwrap_or(u8::MAX),
            seat: self.seats.code(rep, team),
            queue: self.queues.code(fact.queue),
            origin: self.origins.code(source, campaign),
            reject: u8::try_from(self.reject_reasons.code(fact.reject_reason)).unwrap_or(u8::MAX),
            flags: word,
            acknowledge_due: deadline(fact.acknowledge.due),
            touch: if touched { touched_after } else { deadline(fact.touch.due) },
            dispose_due: deadline(fact.dispose.due),
            attempt: elapsed(fact.captured_at, fact.first_attempt_at),
            age: elapsed(fact.lead_since, fact.touch.met_at),
        }
    }
}

struct Packed {
    created: u32,
    reason: u16,
    duty: u8,
    seat: u16,
    queue: u16,
    origin: u16,
    reject: u8,
    flags: u32,
    acknowledge_due: u32,
    touch: u32,
    dispose_due: u32,
    attempt: u32,
    age: u32,
}

fn set<T>(column: &mut [T], at: usize, value: T) {
    if let Some(place) = column.get_mut(at) {
        *place = value;
    }
}

/// Seconds since 1970, rounded down.
pub(crate) fn instant(at: Timestamp) -> u32 {
    u32::try_from(at.as_seconds().clamp(0, i64::from(NEGATIVE - 1))).unwrap_or(0)
}

/// Seconds since 1970, rounded up; [`NONE`] for no deadline.
fn deadline(due: Option<Timestamp>) -> u32 {
    due.map_or(NONE, |it| instant(Timestamp::from_micros(it.as_micros().saturating_add(999_999))))
}

/// Seconds from `from` to `to`, rounded up, or one of the two marks.
fn elapsed(from: Timestamp, to: Option<Timestamp>) -> u32 {
    let Some(to) = to else { return NONE };
    let micros = to.micros_since(from);
    if micros < 0 {
        return NEGATIVE;
    }
    let seconds = micros / 1_000_000 + i64::from(micros % 1_000_000 != 0);
    u32::try_from(seconds).unwrap_or(u32::MAX).min(NEGATIVE - 1)
}

/// How a clock of `fact` stands, with what is known now.
///
/// Done by the deadline: kept, and "kept late" when more than half of the time from handoff to deadline was used. Done
/// after it: missed. Not done: released if the handoff was closed by the deadline, missed if it was closed later,
/// running while it is open.
fn clock(fact: &HandoffFact<'_>, duty: Duty) -> ClockState {
    let Some(due) = duty.due else {
        return ClockState::None;
    };
    match (duty.met_at, fact.closed_at) {
        (Some(met), _) if met > due => ClockState::Missed,
        (Some(met), _) => {
            let (used, allowed) =
                (met.micros_since(fact.created_at), due.micros_since(fact.created_at));
            if used > allowed / 2 { ClockState::KeptLate } else { ClockState::Kept }
        }
        (None, Some(closed)) if closed > due => ClockState::Missed,
        (None, Some(_)) => ClockState::Released,
        (None, None) => ClockState::Running,
    }
}
