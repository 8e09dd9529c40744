//! Undo: the last answer to a handoff is taken back, by who gave it, within ten seconds.
//!
//! What was before stands beside the state of the handoff until the next step. Timers that the step
//! ended are armed again, the lead goes back to who had it, and messages that have not left are
//! withdrawn. Those to people outside wait ten seconds for it; those inside go at once, because the
//! next owner's clock runs.

use decide::handoff::{Handoff, HandoffState};
use decide::{Effect, Event};
use model::id::{AssignmentId, TimerId};
use model::{RepId, Seconds, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::assignment::{Assignment, AssignmentEnd};
use store::{StoreError, Tx};

use super::apply::Applied;
use super::rows::{self, holder_names};
use super::{Site, Stored, life_format};
use crate::engine::WORKSPACE;
use crate::state::Desk;
use crate::writes::Writes;

/// How long an answer can be taken back.
pub const UNDO_WITHIN: Seconds = Seconds::new(10);

/// What an answer is taken back to.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Undo {
    /// Who answered.
    pub(crate) by: String,
    pub(crate) at: Timestamp,
    pub(crate) handoff: Handoff,
    pub(crate) row: RowBefore,
    /// A lead that the reject owed to a rep, with the pool.
    pub(crate) credit: Option<(RepId, model::PoolId)>,
}

/// Columns of the handoff and its lead that its state does not tell.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct RowBefore {
    /// The decision it went by.
    number: i64,
    tier: Option<String>,
    sla: Option<String>,
    acknowledge_due: Option<i64>,
    touch_due: Option<i64>,
    disposition_due: Option<i64>,
    acknowledged_at: Option<i64>,
    accepted_at: Option<i64>,
    closed_reason: Option<String>,
}

impl RowBefore {
    fn of(stored: &Stored) -> Self {
        let row = &stored.row;
        Self {
            number: stored.decided,
            tier: row.tier.clone(),
            sla: row.sla.clone(),
            acknowledge_due: row.acknowledge_due,
            touch_due: row.touch_due,
            disposition_due: row.disposition_due,
            acknowledged_at: row.acknowledged_at,
            accepted_at: row.accepted_at,
            closed_reason: stored.lead.closed_reason.clone(),
        }
    }

    /// The row as it was, with the version of now. What no open handoff has is empty again.
    fn restore(self, row: &mut store::handoff::Handoff) {
        row.tier = self.tier;
        row.sla = self.sla;
        row.acknowledge_due = self.acknowledge_due;
        row.touch_due = self.touch_due;
        row.disposition_due = self.disposition_due;
        row.acknowledged_at = self.acknowledged_at;
        row.accepted_at = self.accepted_at;
        row.rejected_at = None;
        row.reject_reason = None;
        row.reject_note = None;
        row.disposition = None;
        row.disposed_at = None;
        row.closed_at = None;
    }
}

/// Whether an answer can be taken back. A touch has taken place whatever one says of it later.
pub(super) fn can_be_undone(event: &Event) -> bool {
    matches!(
        event,
        Event::Accept { .. }
            | Event::Reject { .. }
            | Event::Dispose { .. }
            | Event::Reassign { .. }
            | Event::Absorbed
            | Event::Absorbs { .. }
    )
}

impl Undo {
    /// What `event` by the actor of `site` is taken back to; `None` where it cannot be.
    pub(super) fn of(
        site: Site<'_>,
        before: &Stored,
        event: &Event,
        effects: &[Effect],
    ) -> Option<Self> {
        let credit = effects.iter().find_map(|it| match it {
            Effect::Credit { rep, pool } => {
                let pools = &before.own.setup.policy().pools;
                let rep = site.live.setup.roster().rep(*rep)?.id.clone();
                Some((rep, pools.get(usize::from(*pool))?.id.clone()))
            }
            _ => None,
        });
        can_be_undone(event).then(|| Self {
            by: site.actor.to_string(),
            at: site.now,
            handoff: before.handoff.clone(),
            row: RowBefore::of(before),
            credit,
        })
    }

    /// Whether `actor` may take it back at `now`.
    pub(crate) fn is_open_to(&self, actor: &crate::Actor, now: Timestamp) -> bool {
        self.by == actor.to_string() && now <= self.at.plus(UNDO_WITHIN)
    }
}

/// Takes the last answer back. The caller has locked the lead and the desk, and has made sure that
/// the lead has no other open handoff.
pub(crate) fn undo(
    tx: &mut Tx<'_>,
    site: Site<'_>,
    stored: &Stored,
    undo: Undo,
    desk: &mut Desk,
    writes: &mut Writes,
) -> Result<store::handoff::Handoff, StoreError> {
    let Undo { at, handoff: mut before, row: row_before, credit, .. } = undo;
    before.version = stored.handoff.version.saturating_add(1);
    let timers = store::timer::of_handoff(tx, WORKSPACE, stored.row.id)?;
    // Timers of the step itself end, those that it ended are armed again, others run on.
    for timer in timers {
        if timer.chain_run == stored.row.version {
            writes.timer_ends.push(timer);
        } else if timer.state == "cancelled" && timer.ended_at == Some(at.as_micros()) {
            let id: TimerId = site.engine.next_id(site.now);
            writes.timers.push(store::timer::Timer {
                id: id.raw(),
                state: "armed".to_owned(),
                chain_run: stored.row.version + 1,
                armed_at: site.now.as_micros(),
                ended_at: None,
                ..timer
            });
        }
    }
    let events = store::event::of_lead(tx, WORKSPACE, stored.row.lead_id, i64::MAX)?;
    let of_step = events.iter().filter(|it| it.at == at.as_micros());
    writes.withdrawals.extend(of_step.map(|it| (it.stream, it.seq)));
    give_back(site, stored, &before, desk, writes);
    if let Some((rep, pool)) = credit {
        let setup = &site.live.setup;
        let place = setup.policy().pools.iter().position(|it| it.id == pool);
        let pool = place.and_then(|it| desk.state.pools.get_mut(it));
        if let (Some(pool), Some(rep)) = (pool, setup.find(&rep)) {
            pool.use_credit(rep);
        }
    }
    let mut applied = Applied::new(site, stored, None, writes);
    applied.decided = row_before.number;
    let closed_reason = row_before.closed_reason.clone();
    applied.restore(before, |row| row_before.restore(row), closed_reason);
    applied.finish(tx)
}

/// Open work goes back to who had it, and their stay begins anew.
fn give_back(
    site: Site<'_>,
    stored: &Stored,
    before: &Handoff,
    desk: &mut Desk,
    writes: &mut Writes,
) {
    let closed = matches!(stored.handoff.state, HandoffState::Closed(_));
    let now_with = stored.handoff.holder().filter(|_| !closed);
    if now_with == before.holder() {
        return;
    }
    let value = stored.row.value.and_then(|it| u64::try_from(it).ok()).unwrap_or(0);
    let find = |rep: &RepId| site.live.setup.find(rep);
    let taker = stored.handoff.owner().filter(|_| !closed).and_then(find);
    if let Some(state) = taker.and_then(|it| desk.state.reps.get_mut(it.0 as usize)) {
        state.open = state.open.saturating_sub(1);
        state.open_value = state.open_value.saturating_sub(value);
        // What is taken back counts for no day.
        state.assigned.day = state.assigned.day.saturating_sub(1);
        state.assigned.week = state.assigned.week.saturating_sub(1);
        state.assigned.month = state.assigned.month.saturating_sub(1);
    }
    let owner = before.owner().and_then(find);
    if let Some(state) = owner.and_then(|it| desk.state.reps.get_mut(it.0 as usize)) {
        state.open = state.open.saturating_add(1);
        state.open_value = state.open_value.saturating_add(value);
    }
    writes.assignment_ends.push(AssignmentEnd {
        workspace_id: WORKSPACE,
        lead_id: stored.row.lead_id,
        until_at: site.now.as_micros(),
        ended: "undone".to_owned(),
    });
    let (rep, queue) = holder_names(before);
    let id: AssignmentId = site.engine.next_id(site.now);
    writes.assignments.push(Assignment {
        workspace_id: WORKSPACE,
        id: id.raw(),
        handoff_id: stored.row.id,
        lead_id: stored.row.lead_id,
        rep,
        queue,
        pool: None,
        epoch: None,
        pool_seq: None,
        credit: 0,
        active: 1,
        from_at: site.now.as_micros(),
        until_at: None,
        ended: None,
    });
}

impl Applied<'_> {
    /// Puts handoff and lead back to what they were.
    fn restore(
        &mut self,
        before: Handoff,
        restore: impl FnOnce(&mut store::handoff::Handoff),
        closed_reason: Option<String>,
    ) {
        rows::fill_state(&mut self.row, &before);
        restore(&mut self.row);
        rows::fill_lead(&mut self.lead, &before, &[], self.site.now);
        self.lead.closed_reason = closed_reason;
        let (owner, queue) = holder_names(&before);
        let body = json!({
            "v": 1,
            "version": self.row.version,
            "state": life_format::state_name(before.state),
            "owner": owner,
            "queue": queue,
        });
        self.event("handoff.undone", body);
        self.life = Some(before);
    }
}
