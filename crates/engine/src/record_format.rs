//! What is kept with each decision so that it can be made again, version 1.
//!
//! The pure core says what a decision rests on ([`decide::replay::DecisionRecord`]). Policy,
//! roster, lead and digests have columns of their own, so the text holds only the rest: load of
//! the reps looked at, where the pools stood, and what was known of the lead beside its fields.
//! Lists instead of maps, because every lead pays for it.

use decide::LeadView;
use decide::lead::{ExcludedBecause, ExcludedRep, History, PreviousOwner};
use decide::replay::{DecisionRecord, PoolRecord, RepRecord, Sha};
use model::id::LeadId;
use model::{Number, PoolId, RepId, Timestamp};
use policy::Policy;
use serde::{Deserialize, Serialize};
use store::decision::Decision;

/// The name of the format, first key of the stored text.
const FORMAT: &str = "kept/1";

#[derive(Debug, Deserialize)]
struct KeptV1 {
    f: String,
    seed: u64,
    /// Rep, present, open, open value, leads today, this week, this month.
    reps: Vec<(RepId, u8, u32, u64, u32, u32, u32)>,
    pools: Vec<KeptPool>,
    lead: KeptLead,
}

#[derive(Debug, Deserialize)]
struct KeptPool {
    pool: PoolId,
    /// Sequence, epoch, turns.
    at: (u64, u64, u64),
    /// Rep, weight, turns taken, picks away.
    places: Vec<(RepId, u32, u64, u32)>,
    #[serde(default)]
    credits: Vec<(RepId, u32)>,
    #[serde(default)]
    recent: Vec<RepId>,
}

/// What was known of a lead beside its fields and activities.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct KeptLead {
    /// Since when it waited, where not since the decision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    waiting_since: Option<Timestamp>,
    /// Number of the last activity that counted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) last_activity: Option<i64>,
    /// The way in of the submission that was decided on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    channel: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    quiz: Option<Number>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    open_handoff: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    active_deal: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    active_sequence: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_contact_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    customer: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    account_owner: Option<RepId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    closed_handoffs: Option<u32>,
    /// Rep, and whether it rejected the lead.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    excluded: Vec<(RepId, bool)>,
    /// Field, rep, and when the rep got the last lead with the same value.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    previous: Vec<(String, RepId, Timestamp)>,
}

impl KeptLead {
    /// What is to be kept of `view`.
    pub(crate) fn of(
        policy: &Policy,
        view: &LeadView,
        now: Timestamp,
        last_activity: Option<i64>,
    ) -> Self {
        let History {
            open_handoff,
            active_deal,
            active_sequence,
            last_contact_at,
            customer,
            account_owner,
            closed_handoffs,
        } = view.history.clone();
        let rejected = |it: &ExcludedRep| it.why == ExcludedBecause::Rejected;
        let previous =
            |it: &PreviousOwner| (policy.fields.name(it.by).to_owned(), it.rep.clone(), it.at);
        Self {
            waiting_since: Some(view.waiting_since).filter(|it| *it != now),
            last_activity,
            channel: view.channel.as_ref().map(ToString::to_string),
            quiz: view.quiz_score,
            open_handoff,
            active_deal,
            active_sequence,
            last_contact_at,
            customer,
            account_owner,
            closed_handoffs,
            excluded: view.excluded.iter().map(|it| (it.rep.clone(), rejected(it))).collect(),
            previous: view.previous_owners.iter().map(previous).collect(),
        }
    }

    /// Puts what was kept back into `view`.
    pub(crate) fn restore(&self, policy: &Policy, view: &mut LeadView, now: Timestamp) {
        view.waiting_since = self.waiting_since.unwrap_or(now);
        if let Some(channel) = &self.channel {
            view.channel = Some(channel.as_str().into());
        }
        view.quiz_score = self.quiz;
        view.history = History {
            open_handoff: self.open_handoff,
            active_deal: self.active_deal,
            active_sequence: self.active_sequence,
            last_contact_at: self.last_contact_at,
            customer: self.customer,
            account_owner: self.account_owner.clone(),
            closed_handoffs: self.closed_handoffs,
        };
        let why = |rejected: bool| match rejected {
            true => ExcludedBecause::Rejected,
            false => ExcludedBecause::EarlierOwner,
        };
        let excluded = self.excluded.iter();
        view.excluded = excluded
            .map(|(rep, rejected)| ExcludedRep { rep: rep.clone(), why: why(*rejected) })
            .collect();
        let previous = self.previous.iter().filter_map(|(field, rep, at)| {
            let by = policy.fields.find(field)?;
            Some(PreviousOwner { by, rep: rep.clone(), at: *at })
        });
        view.previous_owners = previous.collect();
    }
}

/// [`KeptV1`] to be written: what it holds stays where it is, because every lead pays for it.
#[derive(Serialize)]
struct Written<'a> {
    f: &'a str,
    seed: u64,
    reps: Vec<(&'a RepId, u8, u32, u64, u32, u32, u32)>,
    pools: Vec<WrittenPool<'a>>,
    lead: &'a KeptLead,
}

/// [`KeptPool`] to be written.
#[derive(Serialize)]
struct WrittenPool<'a> {
    pool: &'a PoolId,
    at: (u64, u64, u64),
    places: &'a [(RepId, u32, u64, u32)],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    credits: &'a [(RepId, u32)],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    recent: &'a [RepId],
}

/// The text to keep.
pub(crate) fn write(record: &DecisionRecord, lead: &KeptLead) -> String {
    let reps = record.reps.iter().map(|it| {
        let [day, week, month] = it.assigned;
        (&it.rep, u8::from(it.present), it.open, it.open_value, day, week, month)
    });
    let pools = record.pools.iter().map(|it| WrittenPool {
        pool: &it.pool,
        at: (it.sequence, it.epoch, it.n),
        places: &it.places,
        credits: &it.credits,
        recent: &it.recent,
    });
    let (reps, pools) = (reps.collect(), pools.collect());
    let written = Written { f: FORMAT, seed: record.seed, reps, pools, lead };
    let mut text = Vec::with_capacity(2_048);
    // A vector takes all that is written to it, and JSON is text.
    let _ = serde_json::to_writer(&mut text, &written);
    String::from_utf8(text).unwrap_or_default()
}

/// The record of a stored decision, with what was known of the lead; `None` where the text is not
/// of a known format.
pub(crate) fn read(row: &Decision) -> Option<(DecisionRecord, KeptLead)> {
    let kept: KeptV1 = serde_json::from_str(&row.record).ok()?;
    if kept.f != FORMAT {
        return None;
    }
    let reps = kept.reps.into_iter().map(|(rep, present, open, open_value, day, week, month)| {
        RepRecord { rep, present: present != 0, open, open_value, assigned: [day, week, month] }
    });
    let pools = kept.pools.into_iter().map(|it| {
        let (sequence, epoch, n) = it.at;
        let KeptPool { pool, places, credits, recent, .. } = it;
        PoolRecord { pool, sequence, epoch, n, places, credits, recent }
    });
    let record = DecisionRecord {
        format: decide::replay::FORMAT.to_owned(),
        policy: row.policy_hash.parse().ok()?,
        roster_version: u64::try_from(row.roster_version).ok()?,
        lead: LeadId::from_raw(row.lead_id),
        lead_version: u64::try_from(row.lead_version).ok()?,
        now: Timestamp::from_micros(row.decided_at),
        seed: kept.seed,
        reps: reps.collect(),
        pools: pools.collect(),
        input: sha(&row.input_digest)?,
        output: sha(&row.output_digest)?,
    };
    Some((record, kept.lead))
}

fn sha(bytes: &[u8]) -> Option<Sha> {
    bytes.try_into().ok().map(Sha)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_kept_decision_of_version_one_is_still_read() {
        let row = Decision {
            workspace_id: 1,
            lead_id: 7,
            number: 1,
            decided_at: 1_000_000,
            policy_hash: "ab".repeat(32),
            roster_version: 2,
            lead_version: 3,
            outcome: "assigned".to_owned(),
            record: include_str!("../tests/golden/kept_1.json").to_owned(),
            input_digest: vec![1; 32],
            output_digest: vec![2; 32],
        };
        let (record, lead) = read(&row).unwrap();
        assert_eq!(record.reps[0].assigned, [1, 2, 3]);
        assert_eq!(record.pools[0].places.len(), 2);
        let again: serde_json::Value = serde_json::from_str(&write(&record, &lead)).unwrap();
        assert_eq!(again, serde_json::from_str::<serde_json::Value>(&row.record).unwrap());
    }
}
