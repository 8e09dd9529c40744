//! What operators watch: figures of the database as it is, and the steps of handoffs as they come.
//!
//! Each node counts the events of its own stream, so the sum over nodes counts every step once.

use model::Timestamp;
use serde::Deserialize;
use store::{Load, gauge};

use crate::engine::{Engine, WORKSPACE};
use crate::published;
use crate::refusal::Refusal;
use crate::verify::OVERDUE_AFTER;

/// The database as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figures {
    /// Whether a policy and a roster are live.
    pub set_up: bool,
    /// Leads in each queue that has some.
    pub queues: Vec<(String, i64)>,
    /// Timers that are armed.
    pub timers_armed: i64,
    /// Timers armed though their duty was due longer ago than a sweep takes.
    pub timers_late: i64,
    /// Microseconds since the first armed timer was due; 0 where none is.
    pub timer_lateness: i64,
    /// Messages that wait to leave.
    pub outbox_depth: i64,
    /// Microseconds since the oldest of them was written; 0 where none waits.
    pub outbox_age: i64,
    /// Log, stream and number of the last row of every chain.
    pub heads: Vec<(String, i64, i64)>,
}

/// Something that happened to a handoff.
#[derive(Clone, Debug, PartialEq)]
pub struct Step {
    /// What, e.g. `accepted` or `breached`.
    pub what: String,
    /// SLA tier of the handoff.
    pub sla: Option<String>,
    /// Seconds from the handoff to its first valid touch, where this is that touch.
    pub first_touch_seconds: Option<f64>,
}

#[derive(Deserialize)]
struct StepBody {
    first_touch_seconds: Option<f64>,
}

/// Events that one look takes at most.
const EVENTS_MAX: i64 = 100_000;

impl Engine {
    /// How busy the store of this process is.
    pub fn store_load(&self) -> Load {
        self.store().load()
    }

    /// The database as it is.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn figures(&self) -> Result<Figures, Refusal> {
        self.read(|db| {
            let now = db.now()?;
            let timers = gauge::timers(db, now.minus(OVERDUE_AFTER).as_micros())?;
            let messages = gauge::messages(db)?;
            let age = |at: Option<i64>| {
                at.map_or(0, |it| now.micros_since(Timestamp::from_micros(it)).max(0))
            };
            Ok(Ok(Figures {
                set_up: published::readiness(db)?.is_set_up(),
                queues: gauge::queues(db, WORKSPACE)?,
                timers_armed: timers.armed,
                timers_late: timers.late,
                timer_lateness: age(timers.first_due),
                outbox_depth: messages.queued,
                outbox_age: age(messages.oldest),
                heads: gauge::heads(db, WORKSPACE)?,
            }))
        })
        .await
    }

    /// What happened to handoffs on this node after event `after` of its stream, and the event to go
    /// on from. Without `after`: nothing, and the last event there is.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn steps(&self, after: Option<i64>) -> Result<(Vec<Step>, i64), Refusal> {
        let stream = self.stream();
        self.read(move |db| {
            let heads = gauge::heads(db, WORKSPACE)?;
            let head = heads.iter().find(|it| it.0 == "event" && it.1 == stream);
            let head = head.map_or(0, |it| it.2);
            let after = after.unwrap_or(head);
            let to = head.min(after.saturating_add(EVENTS_MAX));
            let steps = gauge::steps(db, WORKSPACE, stream, after, to)?;
            Ok(Ok((steps.into_iter().map(step).collect(), to)))
        })
        .await
    }
}

fn step(row: gauge::Step) -> Step {
    let what = row.kind.strip_prefix("handoff.").unwrap_or(&row.kind).to_owned();
    let body = serde_json::from_str::<StepBody>(&row.body).ok();
    Step { what, sla: row.sla, first_touch_seconds: body.and_then(|it| it.first_touch_seconds) }
}
