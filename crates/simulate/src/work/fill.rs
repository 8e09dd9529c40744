//! Rows of a handoff and its lead as the life cycle left them.

use decide::effect::Timer;
use decide::handoff::{Closing, Handoff, HandoffState, HeldBy};
use decide::{Effect, Event};
use model::{QueueId, RepId, Timestamp};

use crate::rows::{HandoffRow, Lead};

/// The row of a handoff after an event.
pub(super) fn handoff(row: &mut HandoffRow, event: &Event, life: Handoff, now: Timestamp) {
    row.state = state_name(life.state);
    let closed = matches!(life.state, HandoffState::Closed(_));
    if !closed {
        (row.owner, row.queue) = holder_names(&life);
        row.pool.clone_from(&life.pool);
    }
    row.acknowledge_due = life.deadlines.acknowledge.or(row.acknowledge_due);
    row.touch_due = life.deadlines.touch.or(row.touch_due);
    row.disposition_due = life.deadlines.disposition.or(row.disposition_due);
    row.accepted_at = life.accepted_at.or(row.accepted_at);
    row.breached_at = life.breaches.iter().map(|(_, at)| *at).min();
    match event {
        Event::Accept { .. } => row.acknowledged_at = row.acknowledged_at.or(Some(now)),
        Event::Reject { .. } if !closed => {
            row.acknowledged_at = None;
            row.accepted_at = None;
        }
        Event::Reject { reason, .. } => {
            row.acknowledged_at = row.acknowledged_at.or(Some(now));
            row.reject_reason.clone_from(reason);
            row.disposition = Some("rejected");
        }
        Event::Dispose { verdict, .. } => {
            row.acknowledged_at = row.acknowledged_at.or(Some(now));
            row.disposition = Some(verdict_name(*verdict));
        }
        Event::Touch { at, .. } => {
            row.first_attempt_at = Some(row.first_attempt_at.map_or(*at, |it| it.min(*at)));
            if row.accepted_at == Some(now) {
                row.acknowledged_at = row.acknowledged_at.or(Some(now));
            }
        }
        _ => {}
    }
    if closed {
        row.closed_at = Some(now);
    }
    row.life = life;
}

/// The row of a lead after something happened to its handoff.
pub(super) fn lead(lead: &mut Lead, life: &Handoff, reason: Option<String>, now: Timestamp) {
    let (rep, queue) = holder_names(life);
    lead.version += 1;
    lead.updated_at = now;
    (lead.state, lead.owner, lead.queue) = match life.state {
        HandoffState::Assigned => ("assigned", rep, None),
        HandoffState::Accepted => ("accepted", rep, None),
        HandoffState::Paused(_) => (lead.state, rep, queue),
        HandoffState::Queued | HandoffState::Routing => ("queued", None, queue),
        HandoffState::Waiting => ("waiting", None, queue),
        HandoffState::Closed(Closing::Submitted | Closing::PursueAccount) => {
            ("closed", lead.owner.take(), None)
        }
        HandoffState::Closed(Closing::Recycled) => ("nurture", None, None),
        HandoffState::Closed(Closing::Disqualified | Closing::BadUseCase) => {
            ("disqualified", None, None)
        }
        HandoffState::Closed(Closing::Merged) => ("merged", None, None),
    };
    lead.closed_reason = reason.or(lead.closed_reason.take());
}

/// Who holds a handoff: rep, queue.
pub(super) fn holder_names(life: &Handoff) -> (Option<RepId>, Option<QueueId>) {
    match life.holder() {
        Some(HeldBy::Rep(rep)) => (Some(rep.clone()), None),
        Some(HeldBy::Queue(queue)) => (None, Some(queue.clone())),
        None => (None, None),
    }
}

/// The state as the row of a handoff has it.
pub(super) const fn state_name(state: HandoffState) -> &'static str {
    match state {
        HandoffState::Routing | HandoffState::Queued => "queued",
        HandoffState::Waiting => "waiting",
        HandoffState::Assigned => "offered",
        HandoffState::Accepted => "accepted",
        HandoffState::Paused(_) => "paused",
        HandoffState::Closed(Closing::Recycled) => "recycled",
        HandoffState::Closed(Closing::Disqualified | Closing::Merged) => "closed",
        HandoffState::Closed(Closing::Submitted | Closing::PursueAccount | Closing::BadUseCase) => {
            "disposed"
        }
    }
}

const fn verdict_name(verdict: Closing) -> &'static str {
    match verdict {
        Closing::Submitted => "submitted",
        Closing::PursueAccount => "pursue_account",
        Closing::BadUseCase => "bad_use_case",
        Closing::Recycled => "recycled",
        Closing::Disqualified => "disqualified",
        Closing::Merged => "merged",
    }
}

/// What the event is called in the log.
pub(super) const fn event_kind(event: &Event) -> &'static str {
    match event {
        Event::Accept { .. } => "handoff.accepted",
        Event::Reject { .. } => "handoff.rejected",
        Event::Dispose { .. } => "handoff.disposed",
        Event::Touch { .. } => "handoff.touched",
        Event::Reassign { .. } => "handoff.reassigned",
        Event::Routed { .. } => "handoff.routed",
        Event::Pause { .. } => "handoff.paused",
        Event::Resume => "handoff.resumed",
        Event::OwnerGone => "handoff.owner_gone",
        Event::HoursChanged { .. } => "handoff.hours_changed",
        Event::Absorbed => "handoff.absorbed",
        Event::Absorbs { .. } => "handoff.absorbs",
        Event::Repick => "handoff.repicked",
        Event::Fired(_) => "handoff.timer_fired",
    }
}

/// Why a stay ended.
pub(super) const fn ended(event: &Event) -> &'static str {
    match event {
        Event::Accept { .. } => "claimed",
        Event::Reject { .. } => "rejected",
        Event::Dispose { .. } => "disposed",
        Event::Reassign { .. } => "reassigned",
        Event::OwnerGone => "owner_gone",
        Event::Absorbed => "merged",
        Event::Fired(_) => "escalated",
        Event::Touch { .. }
        | Event::Routed { .. }
        | Event::Pause { .. }
        | Event::Resume
        | Event::HoursChanged { .. }
        | Event::Absorbs { .. }
        | Event::Repick => "moved",
    }
}

/// The effects without timers that a later effect of the same event ends again.
pub(super) fn lasting(effects: &[Effect]) -> Vec<Effect> {
    let ended = |at: usize, armed: &Timer| {
        effects.iter().skip(at).any(|it| match it {
            Effect::Cancel { kind: None } => true,
            Effect::Cancel { kind: Some(kind) } => {
                std::mem::discriminant(kind) == std::mem::discriminant(&armed.kind)
            }
            _ => false,
        })
    };
    let lasts = |(at, effect): &(usize, &Effect)| match effect {
        Effect::Arm(timer) => !ended(*at, timer),
        _ => true,
    };
    effects.iter().enumerate().filter(lasts).map(|(_, effect)| effect.clone()).collect()
}
