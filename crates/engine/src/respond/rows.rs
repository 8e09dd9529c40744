//! Rows of a handoff and its lead as the life cycle left them.

use decide::effect::Timer;
use decide::handoff::{Closing, Handoff, HandoffState, HeldBy};
use decide::{Effect, Event};
use model::Timestamp;
use store::handoff::Handoff as Row;
use store::lead::Lead;

use super::life_format;
use crate::words;

/// The row of a handoff after an event.
pub(super) fn fill_handoff(row: &mut Row, event: &Event, handoff: &Handoff, now: Timestamp) {
    let at = |it: Option<Timestamp>| it.map(Timestamp::as_micros);
    let now = now.as_micros();
    fill_state(row, handoff);
    let closed = matches!(handoff.state, HandoffState::Closed(_));
    row.acknowledge_due = at(handoff.deadlines.acknowledge).or(row.acknowledge_due);
    row.touch_due = at(handoff.deadlines.touch).or(row.touch_due);
    row.disposition_due = at(handoff.deadlines.disposition).or(row.disposition_due);
    row.accepted_at = at(handoff.accepted_at).or(row.accepted_at);
    match event {
        Event::Accept { .. } => row.acknowledged_at = row.acknowledged_at.or(Some(now)),
        // Another rep has it now: the reject stands in the log and in the assignment that ended.
        Event::Reject { .. } if !closed => {
            row.acknowledged_at = None;
            row.accepted_at = None;
        }
        Event::Reject { reason, note, .. } => {
            row.acknowledged_at = row.acknowledged_at.or(Some(now));
            row.rejected_at = Some(now);
            row.reject_reason.clone_from(reason);
            row.reject_note.clone_from(note);
            row.disposition = Some("rejected".to_owned());
            row.disposed_at = Some(now);
        }
        Event::Dispose { verdict, .. } => {
            row.acknowledged_at = row.acknowledged_at.or(Some(now));
            row.disposition = Some(verdict_name(*verdict).to_owned());
            row.disposed_at = Some(now);
        }
        Event::Touch { .. } if row.accepted_at == Some(now) => {
            row.acknowledged_at = row.acknowledged_at.or(Some(now));
        }
        _ => {}
    }
    if closed {
        row.closed_at = Some(now);
    }
}

/// What the state alone says: version, holder, touch, breach.
pub(super) fn fill_state(row: &mut Row, handoff: &Handoff) {
    let at = |it: Option<Timestamp>| it.map(Timestamp::as_micros);
    row.version += 1;
    row.state = life_format::column_state(handoff.state).to_owned();
    if !matches!(handoff.state, HandoffState::Closed(_)) {
        (row.owner, row.queue) = holder_names(handoff);
        row.pool = handoff.pool.as_ref().map(ToString::to_string);
    }
    row.first_touch_at = at(handoff.touched_at);
    row.breached_at = at(handoff.breaches.iter().map(|(_, at)| *at).min());
}

/// The row of a lead after something happened to its handoff.
pub(super) fn fill_lead(lead: &mut Lead, handoff: &Handoff, effects: &[Effect], now: Timestamp) {
    let (rep, queue) = holder_names(handoff);
    lead.version += 1;
    lead.updated_at = now.as_micros();
    (lead.state, lead.owner, lead.queue) = match handoff.state {
        HandoffState::Assigned => ("assigned".to_owned(), rep, None),
        HandoffState::Accepted => ("accepted".to_owned(), rep, None),
        HandoffState::Paused(_) => (lead.state.clone(), rep, queue),
        HandoffState::Queued | HandoffState::Routing => ("queued".to_owned(), None, queue),
        HandoffState::Waiting => ("waiting".to_owned(), None, queue),
        HandoffState::Closed(Closing::Submitted | Closing::PursueAccount) => {
            ("closed".to_owned(), lead.owner.take(), None)
        }
        HandoffState::Closed(Closing::Merged) => ("merged".to_owned(), None, None),
        HandoffState::Closed(Closing::Recycled) => ("nurture".to_owned(), None, None),
        HandoffState::Closed(Closing::Disqualified | Closing::BadUseCase) => {
            ("disqualified".to_owned(), None, None)
        }
    };
    let reason = effects.iter().find_map(|it| match it {
        Effect::Disqualify { reason } => Some(reason.clone()),
        _ => None,
    });
    lead.closed_reason = reason.or(lead.closed_reason.take());
}

/// Who holds a handoff: rep, queue.
pub(super) fn holder_names(handoff: &Handoff) -> (Option<String>, Option<String>) {
    match handoff.holder() {
        Some(HeldBy::Rep(rep)) => (Some(rep.to_string()), None),
        Some(HeldBy::Queue(queue)) => (None, Some(queue.to_string())),
        None => (None, None),
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
    let name = |kind| words::timer(kind).0;
    let ended = |at: usize, armed: &Timer| {
        effects.iter().skip(at).any(|it| match it {
            Effect::Cancel { kind: None } => true,
            Effect::Cancel { kind: Some(kind) } => name(*kind) == name(armed.kind),
            _ => false,
        })
    };
    let lasts = |(at, effect): &(usize, &Effect)| match effect {
        Effect::Arm(timer) => !ended(*at, timer),
        _ => true,
    };
    effects.iter().enumerate().filter(lasts).map(|(_, effect)| effect.clone()).collect()
}
