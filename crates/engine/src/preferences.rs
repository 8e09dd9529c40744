//! What reps want of messages: hours of quiet on their own clock, channels they do not want, and
//! whether what was held back comes as one mail.

use jiff::civil::Time;
use jiff::tz::TimeZone;
use model::{RepId, Timestamp};
use policy::Policy;
use serde::{Deserialize, Serialize};
use serde_json::json;
use store::preference::Preference;
use store::{Snapshot, StoreError, Tx};

use crate::engine::{Answer, Engine, WORKSPACE};
use crate::refusal::FieldFault;
use crate::sender::CHANNELS;
use crate::sight::Sight;
use crate::{Actor, Refusal, RefusalKind, audit};

/// What a rep wants; what they do not say is as the policy has it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Preferences {
    /// The hours in which only urgent messages come; from and to the same means none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quiet: Option<QuietHours>,
    /// Channels that no message comes by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub muted: Vec<String>,
    /// Whether what was held back comes one by one and not as one mail.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub no_digest: bool,
}

/// Hours of each day, on the rep's clock; they may pass midnight.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct QuietHours {
    /// When they begin, e.g. `19:00`.
    pub from: String,
    /// When they end, e.g. `07:30`.
    pub to: String,
}

/// The inbox inside Baton: it is silent, and the last way that is left.
pub(crate) const INBOX: &str = "in_app";

impl Preferences {
    /// When the quiet hours that hold at `now` end; `None` where none hold.
    pub fn quiet_until(&self, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
        let quiet = self.quiet.as_ref()?;
        let (from, to) = (clock(&quiet.from)?, clock(&quiet.to)?);
        let local = jiff::Timestamp::from_microsecond(now.as_micros()).ok()?.to_zoned(zone.clone());
        let time = local.time();
        let holds = match from < to {
            true => from <= time && time < to,
            false => from <= time || time < to,
        };
        if !holds || from == to {
            return None;
        }
        let day = if time < to { local.date() } else { local.date().tomorrow().ok()? };
        let end = day.to_datetime(to).to_zoned(zone.clone()).ok()?.timestamp();
        Some(Timestamp::from_micros(end.as_microsecond()))
    }

    /// With what `policy` says where the rep says nothing.
    #[must_use]
    pub(crate) fn under(mut self, policy: &Policy) -> Self {
        let usual =
            policy.quiet.map(|it| QuietHours { from: it.from.to_string(), to: it.to.to_string() });
        self.quiet = self.quiet.or(usual);
        self
    }

    fn check(&self) -> Result<(), Refusal> {
        let mut faults = Vec::new();
        let mut fault = |at: String, message: String| {
            faults.push(FieldFault { at, code: "A0411".to_owned(), message });
        };
        if let Some(quiet) = &self.quiet {
            for (name, text) in [("from", &quiet.from), ("to", &quiet.to)] {
                if clock(text).is_none() {
                    fault(format!("quiet.{name}"), "a time such as `19:00`".to_owned());
                }
            }
        }
        for (at, channel) in self.muted.iter().enumerate() {
            let known = CHANNELS.iter().filter(|it| **it != INBOX);
            if !known.clone().any(|it| it == channel) {
                let known: Vec<&str> = known.copied().collect();
                fault(format!("muted[{at}]"), format!("use {}", known.join(", ")));
            }
        }
        match faults.is_empty() {
            true => Ok(()),
            false => {
                let message = "preferences cannot be like this";
                Err(Refusal::new(RefusalKind::Invalid, "A0411", message).with_fields(faults))
            }
        }
    }
}

impl Engine {
    /// What `rep` wants, and the quiet hours of the policy, which hold where the rep names none.
    ///
    /// # Errors
    /// `A0404` for an unknown rep, `A0418` for one out of reach. Failures of the store.
    pub async fn preferences(
        &self,
        sight: Sight,
        rep: RepId,
    ) -> Result<(Preferences, Option<QuietHours>), Refusal> {
        let engine = self.clone();
        self.read(move |db| {
            let now = db.now()?;
            let live = match engine.live(db, now)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            if let Err(refusal) = sight.clone().resolve(&live).reach_rep(&live, &rep) {
                return Ok(Err(refusal));
            }
            let usual = Preferences::default().under(live.setup.policy()).quiet;
            Ok(Ok((of(db, rep.as_str())?, usual)))
        })
        .await
    }

    /// Writes what `rep` wants over what they wanted. Messages that are held back are looked at
    /// anew when their time comes.
    ///
    /// # Errors
    /// `A0404` for an unknown rep, `A0418` for one out of reach, `A0411` for parts that cannot be.
    /// Failures of the store.
    pub async fn put_preferences(
        &self,
        actor: Actor,
        sight: Sight,
        rep: RepId,
        wanted: Preferences,
    ) -> Result<(), Refusal> {
        wanted.check()?;
        let engine = self.clone();
        self.write(move |tx, now| {
            let live = match engine.live(tx, now)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            if let Err(refusal) = sight.clone().resolve(&live).reach_rep(&live, &rep) {
                return Ok(Err(refusal));
            }
            put(&engine, tx, &actor, (&rep, &wanted), now)
        })
        .await
    }
}

fn put(
    engine: &Engine,
    tx: &mut Tx<'_>,
    actor: &Actor,
    (rep, wanted): (&RepId, &Preferences),
    now: Timestamp,
) -> Answer<()> {
    let row = Preference {
        workspace_id: WORKSPACE,
        rep: rep.to_string(),
        body: json!(wanted).to_string(),
        updated_at: now.as_micros(),
    };
    store::preference::put(tx, &row)?;
    let body = json!({ "v": 1, "preferences": wanted });
    audit::note(tx, engine, now, actor, "rep.preferences", rep.as_str(), &body)?;
    Ok(Ok(()))
}

/// What `rep` wants; nothing where nobody has said.
pub(crate) fn of(db: &mut Snapshot<'_>, rep: &str) -> Result<Preferences, StoreError> {
    let row = store::preference::get(db, WORKSPACE, rep)?;
    Ok(row.and_then(|it| serde_json::from_str(&it.body).ok()).unwrap_or_default())
}

fn clock(text: &str) -> Option<Time> {
    let (hour, minute) = text.split_once(':').filter(|it| it.0.len() == 2 && it.1.len() == 2)?;
    Time::new(hour.parse().ok()?, minute.parse().ok()?, 0, 0).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn until(from: &str, to: &str, now: &str) -> Option<String> {
        let quiet = QuietHours { from: from.to_owned(), to: to.to_owned() };
        let berlin = TimeZone::get("Europe/Berlin").unwrap();
        let preferences = Preferences { quiet: Some(quiet), ..Preferences::default() };
        preferences.quiet_until(now.parse().unwrap(), &berlin).map(|it| it.to_string())
    }

    #[test]
    fn quiet_hours_end_on_the_readers_clock_also_past_midnight() {
        let night = |now| until("19:00", "07:30", now);
        assert_eq!(night("2026-11-20T17:59:59Z"), None);
        assert_eq!(night("2026-11-20T18:00:00Z").unwrap(), "2026-11-21T06:30:00Z");
        assert_eq!(night("2026-11-21T06:29:59Z").unwrap(), "2026-11-21T06:30:00Z");
        assert_eq!(night("2026-11-21T06:30:00Z"), None);
        assert_eq!(
            until("12:00", "13:00", "2026-11-20T11:30:00Z").unwrap(),
            "2026-11-20T12:00:00Z"
        );
        assert_eq!(until("12:00", "12:00", "2026-11-20T11:30:00Z"), None);
        // The night in which the clock goes forward ends an hour earlier in UTC.
        assert_eq!(night("2026-03-28T22:00:00Z").unwrap(), "2026-03-29T05:30:00Z");
    }

    #[test]
    fn preferences_that_cannot_be_are_refused_with_every_place() {
        let quiet = QuietHours { from: "7:00".to_owned(), to: "24:00".to_owned() };
        let muted = vec!["sms".to_owned(), "in_app".to_owned(), "fax".to_owned()];
        let wrong = Preferences { quiet: Some(quiet), muted, no_digest: false };
        let places: Vec<_> =
            wrong.check().unwrap_err().fields.into_iter().map(|it| it.at).collect();
        assert_eq!(places, ["quiet.from", "quiet.to", "muted[1]", "muted[2]"]);
    }
}
