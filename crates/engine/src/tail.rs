//! The event log as it grows, for one caller: what they may see, from where they left off.
//!
//! Nothing lives in memory alone: a cursor names the last event of each stream and the last message
//! of the inbox, so whoever comes back, to whichever node, goes on where they were. A caller sees
//! what happened to a lead while it was within their sight, also the event that took it away.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt;
use std::str::FromStr;

use model::Timestamp;
use model::id::{HandoffId, LeadId, OutboxId};
use serde_json::{Value, json};
use store::assignment::Assignment;
use store::event::Event;
use store::{Snapshot, StoreError};

use crate::Refusal;
use crate::engine::{Engine, WORKSPACE};
use crate::identity::Identity;
use crate::inbox::inboxes;
use crate::sight::{Seen, Sight};

/// Where a reader of the log stands: the last event of each stream, the last message.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    streams: BTreeMap<i64, i64>,
    inbox: i64,
}

/// Text that is no cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a cursor is the `id` of an event of this stream, such as `1:42,2:7,i:0`")]
pub struct CursorError;

/// Something that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct LiveEvent {
    /// Where a reader stands after it.
    pub cursor: Cursor,
    /// What, e.g. `handoff.accepted`.
    pub kind: String,
    /// When.
    pub at: Timestamp,
    /// The lead.
    pub lead: Option<LeadId>,
    /// The handoff.
    pub handoff: Option<HandoffId>,
    /// Details, ids only.
    pub body: Value,
}

/// What a caller may see since a cursor.
#[derive(Clone, Debug, PartialEq)]
pub struct Tail {
    /// In order within each stream.
    pub events: Vec<LiveEvent>,
    /// Where the caller stands now, past what they may not see.
    pub cursor: Cursor,
    /// Whether there may be more already.
    pub more: bool,
}

/// Streams that a cursor may name: one for each node there can be.
const STREAMS_MAX: usize = 1024;

impl Engine {
    /// How far the log and the inboxes have come: where it is the same as before, nothing is new.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn pulse(&self) -> Result<Cursor, Refusal> {
        self.read(|db| Ok(Ok(head(db)?))).await
    }

    /// Up to about `limit` things that happened since `cursor` and that the caller may see.
    ///
    /// # Errors
    /// `A0502` where no policy is live. Failures of the store.
    pub async fn tail(
        &self,
        identity: &Identity,
        sight: Sight,
        cursor: Cursor,
        limit: i64,
    ) -> Result<Tail, Refusal> {
        let engine = self.clone();
        let mine = inboxes(identity);
        self.read(move |db| {
            let now = db.now()?;
            let live = match engine.live(db, now)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let seen = sight.resolve(&live);
            let mut reader = Reader { seen: &seen, stays: BTreeMap::new() };
            let mut tail = Tail { events: Vec::new(), cursor: cursor.clone(), more: false };
            reader.log(db, &mut tail, limit)?;
            inbox(db, &mine, &mut tail, limit)?;
            Ok(Ok(tail))
        })
        .await
    }
}

fn head(db: &mut Snapshot<'_>) -> Result<Cursor, StoreError> {
    let heads = store::chain::heads(db, WORKSPACE)?;
    let events = heads.into_iter().filter(|it| it.log == "event");
    let streams = events.map(|it| (it.stream, it.seq)).collect();
    Ok(Cursor { streams, inbox: store::notification::last_id(db, WORKSPACE)?.unwrap_or(0) })
}

struct Reader<'a> {
    seen: &'a Seen,
    /// Who had each lead, and when.
    stays: BTreeMap<i64, Vec<Assignment>>,
}

impl Reader<'_> {
    fn log(
        &mut self,
        db: &mut Snapshot<'_>,
        tail: &mut Tail,
        limit: i64,
    ) -> Result<(), StoreError> {
        for (stream, last) in head(db)?.streams {
            let from = tail.cursor.streams.get(&stream).copied().unwrap_or(0);
            if last <= from {
                continue;
            }
            let rows = store::event::after(db, WORKSPACE, stream, from, limit)?;
            tail.more |= i64::try_from(rows.len()).is_ok_and(|it| limit <= it);
            for row in rows {
                tail.cursor.streams.insert(stream, row.seq);
                if self.sees(db, &row)? {
                    tail.events.push(LiveEvent {
                        cursor: tail.cursor.clone(),
                        kind: row.kind,
                        at: Timestamp::from_micros(row.at),
                        lead: row.lead_id.map(LeadId::from_raw),
                        handoff: row.handoff_id.map(HandoffId::from_raw),
                        body: serde_json::from_str(&row.body).unwrap_or_default(),
                    });
                }
            }
        }
        Ok(())
    }

    /// Whether the lead was within sight when it happened.
    fn sees(&mut self, db: &mut Snapshot<'_>, event: &Event) -> Result<bool, StoreError> {
        if self.seen.is_everything() {
            return Ok(true);
        }
        let Some(lead) = event.lead_id else { return Ok(false) };
        let stays = match self.stays.entry(lead) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => new.insert(store::assignment::of_lead(db, WORKSPACE, lead)?),
        };
        let then = |it: &&Assignment| {
            it.from_at <= event.at && it.until_at.is_none_or(|until| event.at <= until)
        };
        Ok(stays.iter().filter(then).any(|it| {
            self.seen.lead(it.rep.as_deref(), it.queue.as_deref().filter(|_| it.rep.is_none()))
        }))
    }
}

/// New messages of the caller's inboxes.
fn inbox(
    db: &mut Snapshot<'_>,
    mine: &[String],
    tail: &mut Tail,
    limit: i64,
) -> Result<(), StoreError> {
    let mut fresh = Vec::new();
    for recipient in mine {
        let since = tail.cursor.inbox;
        fresh.extend(store::notification::since(db, WORKSPACE, recipient, since, limit)?);
    }
    fresh.sort_by_key(|it| it.id);
    for row in fresh {
        tail.cursor.inbox = row.id;
        tail.events.push(LiveEvent {
            cursor: tail.cursor.clone(),
            kind: "notification.arrived".to_owned(),
            at: Timestamp::from_micros(row.at),
            lead: row.lead_id.map(LeadId::from_raw),
            handoff: row.handoff_id.map(HandoffId::from_raw),
            body: json!({ "v": 1, "message": OutboxId::from_raw(row.id), "on": row.occasion }),
        });
    }
    Ok(())
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (stream, seq) in &self.streams {
            write!(f, "{stream}:{seq},")?;
        }
        write!(f, "i:{}", self.inbox)
    }
}

impl FromStr for Cursor {
    type Err = CursorError;

    fn from_str(text: &str) -> Result<Self, CursorError> {
        let mut cursor = Self::default();
        for part in text.split(',') {
            let (name, number) = part.split_once(':').ok_or(CursorError)?;
            let number: i64 = number.parse().map_err(|_| CursorError)?;
            match name {
                "i" => cursor.inbox = number,
                _ if cursor.streams.len() < STREAMS_MAX => {
                    let stream = name.parse().map_err(|_| CursorError)?;
                    cursor.streams.insert(stream, number);
                }
                _ => return Err(CursorError),
            }
        }
        Ok(cursor)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_is_read_as_it_was_written() {
        for text in ["i:0", "1:42,i:7", "1:42,2:7,i:9"] {
            assert_eq!(text.parse::<Cursor>().unwrap().to_string(), text);
        }
        for text in ["", "1", "1:x", "a:1", "1:1;2:2"] {
            assert_eq!(text.parse::<Cursor>(), Err(CursorError), "{text}");
        }
    }
}
