//! The stored form of how far a handoff has come, version 1.
//!
//! A handoff that nothing happened to has none: [`begin`] makes it from its own row.

use decide::Deadlines;
use decide::handoff::{
    BreachOf, ChainRun, Closing, Handoff, HandoffPause, HandoffState, Held, HeldBy, PausedFrom,
};
use decide::lead::{ExcludedBecause, ExcludedRep};
use model::id::LeadId;
use model::{PoolId, QueueId, RepId, SlaId, Timestamp};
use policy::Policy;
use serde::de::Error as _;
use serde::{Deserialize, Serialize};

use super::undo::{RowBefore, Undo};

/// The name of the format, first key of the stored text.
const FORMAT: &str = "handoff/1";

#[derive(Debug, Serialize, Deserialize)]
struct HandoffV1 {
    format: String,
    version: u64,
    state: String,
    /// `rep:ana` or `queue:triage`, and since when.
    held: Vec<(String, Timestamp)>,
    pool: Option<PoolId>,
    sla: Option<SlaId>,
    started_at: Timestamp,
    accepted_at: Option<Timestamp>,
    touched_at: Option<Timestamp>,
    acknowledge: Option<Timestamp>,
    touch: Option<Timestamp>,
    disposition: Option<Timestamp>,
    reminders: Vec<Timestamp>,
    breaches: Vec<(String, Timestamp)>,
    pauses: Vec<(Timestamp, Option<Timestamp>, String)>,
    /// Round and step of the escalation under way.
    chain: Option<(u8, u16)>,
    /// From when the delay of that step counts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    chain_since: Option<Timestamp>,
    /// Rep, and whether it rejected the lead.
    excluded: Vec<(RepId, bool)>,
    rejects: u32,
    /// Number of the decision it goes by; absent where that is the one that made it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    decided: Option<i64>,
    /// What the last answer can be taken back to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    undo: Option<Box<UndoV1>>,
}

#[derive(Debug, Serialize, Deserialize)]
struct UndoV1 {
    by: String,
    at: Timestamp,
    handoff: HandoffV1,
    row: RowBefore,
    credit: Option<(RepId, PoolId)>,
}

/// Names of the states; a name never changes.
const STATES: [(HandoffState, &str); 14] = [
    (HandoffState::Routing, "routing"),
    (HandoffState::Queued, "queued"),
    (HandoffState::Waiting, "waiting"),
    (HandoffState::Assigned, "offered"),
    (HandoffState::Accepted, "accepted"),
    (HandoffState::Paused(PausedFrom::Queued), "paused_queued"),
    (HandoffState::Paused(PausedFrom::Assigned), "paused_offered"),
    (HandoffState::Paused(PausedFrom::Accepted), "paused_accepted"),
    (HandoffState::Closed(Closing::Submitted), "submitted"),
    (HandoffState::Closed(Closing::PursueAccount), "pursue_account"),
    (HandoffState::Closed(Closing::BadUseCase), "bad_use_case"),
    (HandoffState::Closed(Closing::Recycled), "recycled"),
    (HandoffState::Closed(Closing::Disqualified), "disqualified"),
    (HandoffState::Closed(Closing::Merged), "merged"),
];

const BREACHES: [(BreachOf, &str); 3] = [
    (BreachOf::Acknowledge, "acknowledge"),
    (BreachOf::Touch, "touch"),
    (BreachOf::Disposition, "disposition"),
];

/// The name of a state.
pub(crate) fn state_name(state: HandoffState) -> &'static str {
    STATES.iter().find(|(it, _)| *it == state).map_or("routing", |(_, name)| name)
}

/// The state as the row of a handoff has it: how it ended stands in other columns.
pub(super) const fn column_state(state: HandoffState) -> &'static str {
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

/// What is stored of a handoff's way.
pub(super) struct Life {
    pub(super) handoff: Handoff,
    /// What the last answer can be taken back to.
    pub(super) undo: Option<Undo>,
    /// Number of the decision it goes by; `None` for the one that made it.
    pub(super) decided: Option<i64>,
}

/// The text to store.
pub(super) fn write(
    handoff: &Handoff,
    undo: Option<&Undo>,
    decided: Option<i64>,
) -> Result<String, serde_json::Error> {
    let undo = undo.map(|it| UndoV1 {
        by: it.by.clone(),
        at: it.at,
        handoff: to_v1(&it.handoff),
        row: it.row.clone(),
        credit: it.credit.clone(),
    });
    serde_json::to_string(&HandoffV1 { undo: undo.map(Box::new), decided, ..to_v1(handoff) })
}

fn to_v1(handoff: &Handoff) -> HandoffV1 {
    let held = |it: &Held| {
        let by = match &it.by {
            HeldBy::Rep(rep) => format!("rep:{rep}"),
            HeldBy::Queue(queue) => format!("queue:{queue}"),
        };
        (by, it.from)
    };
    let breach = |(kind, at): &(BreachOf, Timestamp)| {
        let name = BREACHES.iter().find(|(it, _)| it == kind).map_or("touch", |(_, name)| name);
        (name.to_owned(), *at)
    };
    HandoffV1 {
        format: FORMAT.to_owned(),
        version: handoff.version,
        state: state_name(handoff.state).to_owned(),
        held: handoff.held.iter().map(held).collect(),
        pool: handoff.pool.clone(),
        sla: handoff.sla.clone(),
        started_at: handoff.started_at,
        accepted_at: handoff.accepted_at,
        touched_at: handoff.touched_at,
        acknowledge: handoff.deadlines.acknowledge,
        touch: handoff.deadlines.touch,
        disposition: handoff.deadlines.disposition,
        reminders: handoff.deadlines.reminders.clone(),
        breaches: handoff.breaches.iter().map(breach).collect(),
        pauses: handoff.pauses.iter().map(|it| (it.from, it.to, it.reason.clone())).collect(),
        chain: handoff.chain.map(|it| (it.round, it.step)),
        chain_since: handoff.chain.map(|it| it.since),
        excluded: handoff
            .excluded
            .iter()
            .map(|it| (it.rep.clone(), it.why == ExcludedBecause::Rejected))
            .collect(),
        rejects: handoff.rejects,
        decided: None,
        undo: None,
    }
}

/// What `text` holds of a handoff of `lead`.
///
/// # Errors
/// Where it is not of this format: to begin the way anew would forget breaches and rejects.
pub(super) fn read(lead: LeadId, text: &str) -> Result<Life, serde_json::Error> {
    let mut stored: HandoffV1 = serde_json::from_str(text)?;
    let of_v1 = |it: HandoffV1| {
        of_v1(lead, it).ok_or_else(|| serde_json::Error::custom(format!("is not {FORMAT}")))
    };
    let undo = match stored.undo.take() {
        Some(it) => {
            let UndoV1 { by, at, handoff, row, credit } = *it;
            Some(Undo { by, at, handoff: of_v1(handoff)?, row, credit })
        }
        None => None,
    };
    let decided = stored.decided;
    Ok(Life { handoff: of_v1(stored)?, undo, decided })
}

fn of_v1(lead: LeadId, stored: HandoffV1) -> Option<Handoff> {
    if stored.format != FORMAT {
        return None;
    }
    let (state, _) = STATES.iter().find(|(_, name)| *name == stored.state)?;
    let breach = |(name, at): &(String, Timestamp)| {
        BREACHES.iter().find(|(_, it)| it == name).map(|(kind, _)| (*kind, *at))
    };
    let why = |rejected: bool| match rejected {
        true => ExcludedBecause::Rejected,
        false => ExcludedBecause::EarlierOwner,
    };
    Some(Handoff {
        lead,
        version: stored.version,
        state: *state,
        held: stored.held.iter().map(|(by, from)| held_by(by, *from)).collect::<Option<_>>()?,
        pool: stored.pool,
        sla: stored.sla,
        started_at: stored.started_at,
        accepted_at: stored.accepted_at,
        touched_at: stored.touched_at,
        deadlines: Deadlines {
            touch: stored.touch,
            acknowledge: stored.acknowledge,
            disposition: stored.disposition,
            reminders: stored.reminders,
        },
        breaches: stored.breaches.iter().map(breach).collect::<Option<_>>()?,
        pauses: stored
            .pauses
            .into_iter()
            .map(|(from, to, reason)| HandoffPause { from, to, reason })
            .collect(),
        chain: stored.chain.map(|(round, step)| ChainRun {
            round,
            step,
            since: stored.chain_since.unwrap_or(stored.started_at),
        }),
        excluded: stored
            .excluded
            .into_iter()
            .map(|(rep, rejected)| ExcludedRep { rep, why: why(rejected) })
            .collect(),
        rejects: stored.rejects,
    })
}

/// The handoff as it was made, from its row.
pub(super) fn begin(row: &store::handoff::Handoff, policy: &Policy) -> Handoff {
    let at = |it: Option<i64>| it.map(Timestamp::from_micros);
    let created_at = Timestamp::from_micros(row.created_at);
    let state = match row.closed_at {
        Some(_) => HandoffState::Closed(closing(row.disposition.as_deref())),
        None => STATES
            .iter()
            .find(|(_, name)| *name == row.state)
            .map_or(HandoffState::Routing, |(state, _)| *state),
    };
    let sla: Option<SlaId> = row.sla.as_ref().and_then(|it| it.parse().ok());
    let tier = policy.slas.tiers.iter().find(|it| Some(&it.id) == sla.as_ref());
    let touch = at(row.touch_due);
    let reminders = tier
        .iter()
        .flat_map(|it| &it.remind_before)
        .filter_map(|before| touch.map(|it| it.minus(*before)))
        .filter(|it| created_at < *it);
    let rep = row.owner.as_ref().and_then(|it| it.parse::<RepId>().ok()).map(HeldBy::Rep);
    let queue = row.queue.as_ref().and_then(|it| it.parse::<QueueId>().ok()).map(HeldBy::Queue);
    Handoff {
        lead: LeadId::from_raw(row.lead_id),
        version: u64::try_from(row.version).unwrap_or(1),
        state,
        held: rep.or(queue).map(|by| Held { by, from: created_at }).into_iter().collect(),
        pool: row.pool.as_ref().and_then(|it| it.parse().ok()),
        sla,
        started_at: created_at,
        accepted_at: at(row.accepted_at),
        touched_at: at(row.first_touch_at),
        deadlines: Deadlines {
            touch,
            acknowledge: at(row.acknowledge_due),
            disposition: at(row.disposition_due),
            reminders: reminders.collect(),
        },
        breaches: Vec::new(),
        pauses: Vec::new(),
        chain: None,
        excluded: Vec::new(),
        rejects: 0,
    }
}

/// How a handoff of the past ended, which has no life of its own.
fn closing(disposition: Option<&str>) -> Closing {
    match disposition {
        Some("submitted") => Closing::Submitted,
        Some("pursue_account") => Closing::PursueAccount,
        Some("bad_use_case") => Closing::BadUseCase,
        Some("rejected" | "recycled") => Closing::Recycled,
        _ => Closing::Disqualified,
    }
}

fn held_by(text: &str, from: Timestamp) -> Option<Held> {
    let by = match text.split_once(':')? {
        ("rep", id) => HeldBy::Rep(id.parse().ok()?),
        ("queue", id) => HeldBy::Queue(id.parse().ok()?),
        _ => return None,
    };
    Some(Held { by, from })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_handoff_of_version_one_is_still_read() {
        let text = include_str!("../../tests/golden/handoff_1.json");
        let Life { handoff, decided, .. } = read(LeadId::from_raw(7), text).unwrap();
        assert_eq!(handoff.state, HandoffState::Paused(PausedFrom::Accepted));
        assert_eq!(handoff.rejects, 1);
        let again = write(&handoff, None, decided).unwrap();
        let parsed = |text: &str| serde_json::from_str::<serde_json::Value>(text).unwrap();
        let mut again = parsed(&again);
        // Later than the golden file; where it is absent the chain counts from the start.
        let since = again.as_object_mut().unwrap().remove("chain_since").unwrap();
        assert_eq!(since, parsed(text)["started_at"]);
        assert_eq!(again, parsed(text));
    }

    #[test]
    fn what_is_not_known_in_a_stored_handoff_is_an_error() {
        let text = include_str!("../../tests/golden/handoff_1.json");
        let stored = serde_json::from_str::<serde_json::Value>(text).unwrap();
        let with = |key: &str, value: serde_json::Value| {
            let mut stored = stored.clone();
            stored[key] = value;
            read(LeadId::from_raw(7), &stored.to_string()).map(|it| it.decided)
        };
        let at = stored["started_at"].clone();
        assert_eq!(with("decided", 3.into()).unwrap(), Some(3));
        assert!(with("format", "handoff/2".into()).is_err());
        assert!(with("held", serde_json::json!([["robot:r2", at]])).is_err());
        assert!(with("breaches", serde_json::json!([["boredom", at]])).is_err());
    }
}
