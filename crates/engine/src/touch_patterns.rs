//! Touches that look like they were made for the clock and not for the lead: calls of a second,
//! touches seconds before the deadline, one text to many.
//!
//! Numbers to ask questions with, no verdicts. An attempt is an outreach by a person, a contact
//! reached somebody, a conversation lasted.

use std::collections::BTreeMap;

use model::{Seconds, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use store::touch::Touch;

use crate::Refusal;
use crate::engine::{Engine, WORKSPACE};
use crate::evidence::Sketch;
use crate::sight::Sight;

/// How one rep touches leads.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RepPatterns {
    /// The rep.
    pub rep: String,
    /// Everything recorded, automatic answers and status changes included.
    pub recorded: u64,
    /// Outreach by a person.
    pub attempts: u64,
    /// Those that count for the SLA.
    pub valid: u64,
    /// Those that reached somebody: an answered call, a meeting.
    pub contacts: u64,
    /// Contacts that lasted two minutes or more, and meetings.
    pub conversations: u64,
    /// Calls.
    pub calls: u64,
    /// Calls of two seconds or less.
    pub short_calls: u64,
    /// Attempts in the last minute before the deadline.
    pub last_minute: u64,
    /// Mails that are nearly the same as mails to other leads, in groups of three or more.
    pub same_text: u64,
    /// What looks suspicious: `short_calls`, `last_minute`, `same_text`.
    pub suspicious: Vec<String>,
}

const ANSWERED: u64 = 30;
const CONVERSATION: u64 = 120;
const SHORT: u64 = 2;
const LAST_MINUTE: Seconds = Seconds::new(60);
/// Mails this much alike are one text.
const ALIKE: u8 = 80;
const GROUP_MIN: usize = 3;
/// A pattern is told of from so many on, and where it makes up this share of all.
const TOLD_FROM: u64 = 5;
const TOLD_PERCENT: u64 = 30;
/// Mails of one rep that are compared with each other, the newest.
const MAILS_MAX: usize = 1_000;

impl Engine {
    /// How the reps within `sight` touched leads from `from` until before `to`.
    ///
    /// # Errors
    /// `A0502` where no policy is live. Failures of the store.
    pub async fn touch_patterns(
        &self,
        sight: Sight,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Vec<RepPatterns>, Refusal> {
        let engine = self.clone();
        self.read(move |db| {
            let now = db.now()?;
            let live = match engine.live(db, now)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let seen = sight.resolve(&live);
            let mut reps: BTreeMap<String, Counted> = BTreeMap::new();
            let (from, to) = (from.as_micros(), to.as_micros());
            store::touch::for_each_between(db, WORKSPACE, from, to, |touch, due| {
                if let Some(rep) = touch.rep.clone().filter(|it| seen.rep(it)) {
                    reps.entry(rep).or_default().add(&touch, due);
                }
            })?;
            Ok(Ok(reps.into_iter().map(|(rep, it)| it.told(rep)).collect()))
        })
        .await
    }
}

#[derive(Default)]
struct Counted {
    all: RepPatterns,
    /// Lead and sketch of each mail.
    mails: Vec<(i64, Sketch)>,
}

impl Counted {
    fn add(&mut self, touch: &Touch, due: Option<i64>) {
        let body: Value = serde_json::from_str(&touch.body).unwrap_or_default();
        let all = &mut self.all;
        all.recorded += 1;
        all.valid += u64::from(touch.valid == 1);
        if matches!(touch.kind.as_str(), "auto_response" | "status_flip") {
            return;
        }
        all.attempts += 1;
        let seconds = body.get("seconds").and_then(Value::as_u64).unwrap_or(0);
        match touch.kind.as_str() {
            "call" => {
                all.calls += 1;
                let voicemail = body.get("voicemail").and_then(Value::as_bool) == Some(true);
                all.short_calls += u64::from(seconds <= SHORT && !voicemail);
                all.contacts += u64::from(ANSWERED <= seconds && !voicemail);
                all.conversations += u64::from(CONVERSATION <= seconds && !voicemail);
            }
            "meeting" => {
                all.contacts += 1;
                all.conversations += 1;
            }
            "email" => {
                if let Some(sketch) = body.get("sketch").and_then(read_sketch) {
                    self.mails.push((touch.lead_id, sketch));
                }
            }
            _ => {}
        }
        let last_minute = due.is_some_and(|due| {
            let before = Timestamp::from_micros(due).minus(LAST_MINUTE).as_micros();
            before <= touch.at && touch.at <= due
        });
        self.all.last_minute += u64::from(last_minute);
    }

    fn told(mut self, rep: String) -> RepPatterns {
        let surplus = self.mails.len().saturating_sub(MAILS_MAX);
        let mails = self.mails.split_off(surplus);
        let alike = |(lead, sketch): &&(i64, Sketch)| {
            let same = |it: &&(i64, Sketch)| it.0 != *lead && ALIKE <= sketch.likeness(&it.1);
            GROUP_MIN <= mails.iter().filter(same).count() + 1
        };
        let mut all = self.all;
        all.same_text = mails.iter().filter(alike).count() as u64;
        let told = [
            ("short_calls", all.short_calls, all.calls),
            ("last_minute", all.last_minute, all.attempts),
            ("same_text", all.same_text, mails.len() as u64),
        ];
        let told = told.into_iter().filter(|(_, n, of)| {
            TOLD_FROM <= *n && of.saturating_mul(TOLD_PERCENT) <= n.saturating_mul(100)
        });
        all.suspicious = told.map(|it| it.0.to_owned()).collect();
        RepPatterns { rep, ..all }
    }
}

fn read_sketch(value: &Value) -> Option<Sketch> {
    let numbers =
        value.as_array()?.iter().map(|it| it.as_u64().and_then(|it| u32::try_from(it).ok()));
    let numbers: Vec<u32> = numbers.collect::<Option<_>>()?;
    numbers.try_into().ok().map(Sketch)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn touch(kind: &str, lead_id: i64, at: i64, body: &Value) -> Touch {
        Touch {
            workspace_id: 1,
            id: lead_id,
            handoff_id: lead_id,
            lead_id,
            rep: Some("olga".to_owned()),
            kind: kind.to_owned(),
            valid: 1,
            at,
            recorded_at: at,
            body: body.to_string(),
        }
    }

    #[test]
    fn attempts_contacts_and_conversations_are_told_apart() {
        let mut counted = Counted::default();
        counted.add(&touch("call", 1, 0, &json!({ "seconds": 0, "voicemail": true })), None);
        counted.add(&touch("call", 2, 0, &json!({ "seconds": 45 })), None);
        counted.add(&touch("call", 3, 0, &json!({ "seconds": 600 })), None);
        counted.add(&touch("meeting", 4, 0, &json!({})), None);
        counted.add(&touch("status_flip", 5, 0, &json!({})), None);
        let all = counted.told("olga".to_owned());
        assert_eq!((all.recorded, all.attempts, all.contacts, all.conversations), (5, 4, 3, 2));
        assert!(all.suspicious.is_empty());
    }

    #[test]
    fn what_is_made_for_the_clock_is_told() {
        let mut counted = Counted::default();
        let due = 3_600_000_000;
        for lead in 0..6 {
            let at = due - 5_000_000;
            counted.add(&touch("call", lead, at, &json!({ "seconds": 1 })), Some(due));
            let sketch: Vec<u32> = (0..16).map(|it| it + u32::from(it == 3 && lead == 1)).collect();
            counted.add(&touch("email", lead, 0, &json!({ "sketch": sketch })), Some(due));
        }
        let all = counted.told("olga".to_owned());
        assert_eq!((all.short_calls, all.last_minute, all.same_text), (6, 6, 6));
        assert_eq!(all.suspicious, ["short_calls", "last_minute", "same_text"]);
    }
}
