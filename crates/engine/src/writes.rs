//! Everything one transaction writes, collected first and written table by table.
//!
//! Batches are what makes writing cheap: on Postgres each table is one statement over arrays.

use model::Timestamp;
use store::chain::NewEvent;
use store::timer::TimerEnd;
use store::{StoreError, Tx};

use crate::engine::WORKSPACE;

/// Rows to write.
#[derive(Debug, Default)]
pub(crate) struct Writes {
    pub(crate) leads: Vec<store::lead::Lead>,
    pub(crate) lead_updates: Vec<store::lead::Lead>,
    pub(crate) lead_versions: Vec<store::lead::LeadVersion>,
    pub(crate) keys: Vec<store::lead::LeadKey>,
    pub(crate) activities: Vec<store::activity::Activity>,
    pub(crate) decisions: Vec<store::decision::Decision>,
    pub(crate) handoffs: Vec<store::handoff::Handoff>,
    pub(crate) handoff_updates: Vec<store::handoff::Handoff>,
    pub(crate) lives: Vec<store::life::Life>,
    pub(crate) assignment_ends: Vec<store::assignment::AssignmentEnd>,
    pub(crate) assignments: Vec<store::assignment::Assignment>,
    /// Timers that fire: all of them must still be armed.
    pub(crate) timer_fires: Vec<store::timer::Timer>,
    /// Timers whose duty fell away.
    pub(crate) timer_ends: Vec<store::timer::Timer>,
    /// Handoffs all of whose armed timers end.
    pub(crate) timer_cancels: Vec<i64>,
    /// Handoffs whose armed timers of a kind end.
    pub(crate) timer_kind_cancels: Vec<(i64, &'static str)>,
    /// Handoffs whose armed timers hold by the working hours of now, which are these.
    pub(crate) timer_stamps: (Vec<i64>, String),
    pub(crate) timers: Vec<store::timer::Timer>,
    pub(crate) touches: Vec<store::touch::Touch>,
    pub(crate) outcomes: Vec<store::outcome::Outcome>,
    pub(crate) quarantined: Vec<store::quarantine::Quarantine>,
    /// Events, as (stream, number), whose messages are withdrawn.
    pub(crate) withdrawals: Vec<(i64, i64)>,
    pub(crate) events: Vec<NewEvent>,
    pub(crate) messages: Vec<Message>,
}

/// A message of the outbox; it belongs to an event of the same transaction.
#[derive(Debug)]
pub(crate) struct Message {
    /// Place in [`Writes::events`].
    pub(crate) event: usize,
    /// The row, without the event's number.
    pub(crate) row: store::outbox::Outbox,
}

impl Writes {
    /// Adds an event; its place among the events.
    pub(crate) fn event(&mut self, event: NewEvent) -> usize {
        self.events.push(event);
        self.events.len() - 1
    }

    /// Writes everything. Versions are checked: a row that somebody else changed meanwhile fails
    /// the transaction.
    pub(crate) fn flush(
        self,
        tx: &mut Tx<'_>,
        stream: i64,
        now: Timestamp,
    ) -> Result<(), StoreError> {
        self.flush_with(tx, stream, now, || Ok(Vec::new()))
    }

    /// As [`Writes::flush`], with more rows of decisions, which are asked for when most others are
    /// written.
    pub(crate) fn flush_with(
        mut self,
        tx: &mut Tx<'_>,
        stream: i64,
        now: Timestamp,
        decisions: impl FnOnce() -> Result<Vec<store::decision::Decision>, StoreError>,
    ) -> Result<(), StoreError> {
        let now = now.as_micros();
        self.sort();
        store::lead::insert(tx, &self.leads)?;
        store::lead::insert_versions(tx, &self.lead_versions)?;
        all_of(store::lead::update(tx, &self.lead_updates)?, self.lead_updates.len(), "lead")?;
        store::lead::insert_keys(tx, &self.keys)?;
        store::activity::insert(tx, &self.activities)?;
        let updated = store::handoff::update(tx, &self.handoff_updates)?;
        all_of(updated, self.handoff_updates.len(), "handoff")?;
        store::handoff::insert(tx, &self.handoffs)?;
        store::life::put(tx, &self.lives)?;
        store::assignment::end(tx, &self.assignment_ends)?;
        store::assignment::insert(tx, &self.assignments)?;
        let fired = store::timer::end(tx, &self.timer_fires, TimerEnd::Fired, now)?;
        all_of(fired, self.timer_fires.len(), "timer")?;
        store::timer::end(tx, &self.timer_ends, TimerEnd::Cancelled, now)?;
        store::timer::cancel_of_handoffs(tx, WORKSPACE, &self.timer_cancels, now)?;
        store::timer::cancel_of_kinds(tx, WORKSPACE, &self.timer_kind_cancels, now)?;
        let (stamped, hours) = &self.timer_stamps;
        store::timer::stamp(tx, WORKSPACE, stamped, hours)?;
        store::timer::insert(tx, &self.timers)?;
        store::touch::insert(tx, &self.touches)?;
        store::outcome::insert_new(tx, &self.outcomes)?;
        store::quarantine::insert(tx, &self.quarantined)?;
        store::outbox::withdraw(tx, WORKSPACE, &self.withdrawals, now)?;
        self.decisions.extend(decisions()?);
        store::decision::insert(tx, &self.decisions)?;
        let first = store::chain::append_events(tx, WORKSPACE, stream, &self.events)?;
        let mut messages: Vec<_> = self
            .messages
            .into_iter()
            .map(|it| store::outbox::Outbox {
                event_stream: stream,
                event_seq: first + i64::try_from(it.event).unwrap_or(0),
                ..it.row
            })
            .collect();
        messages.sort_unstable_by(|a, b| {
            let key = |it: &store::outbox::Outbox| it.event_seq;
            (key(a), &a.recipient, &a.channel).cmp(&(key(b), &b.recipient, &b.channel))
        });
        store::outbox::insert(tx, &messages)?;
        Ok(())
    }

    /// Rows whose key is not their number, in the order of the key: neighbours are written together.
    fn sort(&mut self) {
        self.keys.sort_unstable_by_key(|it| (it.kind, it.hash));
        self.timers.sort_unstable_by(|a, b| {
            let key = |it: &store::timer::Timer| (it.chain_run, it.loop_no, it.step_no);
            (a.handoff_id, &a.kind, key(a)).cmp(&(b.handoff_id, &b.kind, key(b)))
        });
    }
}

/// A row that was read in this transaction and is not there any more under its version.
fn all_of(changed: u64, wanted: usize, table: &str) -> Result<(), StoreError> {
    match usize::try_from(changed) == Ok(wanted) {
        true => Ok(()),
        false => Err(StoreError::Missing { statement: format!("{table} at the version read") }),
    }
}
