//! The monthly report, counted from what is stored.
//!
//! Facts are read row by row into packed columns and dropped with the report. The team of a
//! handoff is the team its owner has now: the store does not keep the one of that time.

mod days;

use std::collections::BTreeMap;

use jiff::tz::TimeZone;
use model::{Seconds, Timestamp};
use report::{
    Disposition, Duty, Facts, HandoffFact, OutcomeFact, OutcomeKind, Period, Report, Settings,
};
use store::{Snapshot, StoreError};

pub use days::{Days, Edge};

use crate::engine::{Answer, Engine, WORKSPACE};
use crate::live::Live;
use crate::sight::{Seen, Sight};
use crate::{Refusal, RefusalKind};

/// Outcome values are whole units here and hundredths in reports.
const HUNDREDTHS: i64 = 100;

/// The reason of a handoff whose lead gives none.
const UNKNOWN_REASON: &str = "unknown";

impl Engine {
    /// The report of the handoffs within `sight` that were made from `from` up to `to`.
    ///
    /// # Errors
    /// `A0411` where the instants are no period. Failures of the store.
    pub async fn monthly_report(
        &self,
        sight: Sight,
        from: Timestamp,
        to: Timestamp,
    ) -> Result<Report, Refusal> {
        let period = Period::new(from, to).map_err(|error| {
            Refusal::new(RefusalKind::Invalid, "A0411", format!("no period: {error}"))
        })?;
        let engine = self.clone();
        self.read(move |db| count(&engine, db, &sight, period)).await
    }

    /// The report of all handoffs of `days`, for callers without an async runtime.
    ///
    /// # Errors
    /// `A0620` for days that are no period. Failures of the store.
    pub fn report_of_days(&self, days: Days) -> Result<Report, Refusal> {
        let engine = self.clone();
        self.read_blocking(move |db| match period_of(db, days)? {
            Ok(period) => count(&engine, db, &Sight::EVERYTHING, period),
            Err(refusal) => Ok(Err(refusal)),
        })
    }

    /// The period that `days` are in the zone of the workspace.
    ///
    /// # Errors
    /// `A0620` for days that are no period. Failures of the store.
    pub fn period_of_days(&self, days: Days) -> Result<Period, Refusal> {
        self.read_blocking(move |db| period_of(db, days))
    }
}

fn period_of(db: &mut Snapshot<'_>, days: Days) -> Answer<Period> {
    let zone = store::workspace::get(db, WORKSPACE)?.map(|it| it.zone);
    let zone = zone.and_then(|it| TimeZone::get(&it).ok()).unwrap_or(TimeZone::UTC);
    Ok(days::period(days, &zone, db.now()?))
}

fn count(engine: &Engine, db: &mut Snapshot<'_>, sight: &Sight, period: Period) -> Answer<Report> {
    let now = db.now()?;
    let live = match engine.live(db, now)? {
        Ok(live) => live,
        Err(refusal) => return Ok(Err(refusal)),
    };
    let facts = facts(db, &live, &sight.resolve(&live))?;
    let currency = store::workspace::get(db, WORKSPACE)?.map(|it| it.currency);
    // Facts are kept to the second, rounded up: none may be newer than the report.
    let as_of = now.plus(Seconds::new(1));
    let mapping = live.setup.policy().attribution.iter();
    let settings = Settings {
        currency: currency.unwrap_or_default(),
        attribution: mapping.map(|it| (it.reason.clone(), it.lead_source.clone())).collect(),
        ..Settings::monthly(period, as_of)
    };
    Ok(Ok(report::report(&facts, settings)))
}

/// Everything within sight, as columns.
fn facts(db: &mut Snapshot<'_>, live: &Live, seen: &Seen) -> Result<Facts, StoreError> {
    let mut facts = Facts::with_capacity(0);
    let mut rows = BTreeMap::new();
    let teams: BTreeMap<&str, &str> = live
        .setup
        .roster()
        .reps()
        .iter()
        .filter_map(|it| Some((it.id.as_str(), it.team.as_ref()?.as_str())))
        .collect();
    let imported: BTreeMap<i64, i64> =
        store::facts::first_imported(db, WORKSPACE)?.into_iter().collect();
    store::facts::handoffs(db, WORKSPACE, 0, |it| {
        if seen.handoff(it.owner, it.queue)
            && let Some(row) = facts.push(&handoff_fact(it, &teams, imported.get(&it.lead_id)))
        {
            rows.insert(it.id, row);
        }
        Ok(())
    })?;
    store::facts::outcomes(db, WORKSPACE, 0, |it| {
        let handoff = it.handoff_id.and_then(|id| rows.get(&id).copied());
        // An outcome without a handoff is nobody's own: only those who see everything see it.
        if (handoff.is_some() || seen.is_everything())
            && let Some(kind) = outcome_kind(it.kind)
        {
            facts.attach(&OutcomeFact {
                handoff,
                kind,
                at: Timestamp::from_micros(it.at),
                value: it.value.map(|it| it.saturating_mul(HUNDREDTHS)),
                lead_source: it.lead_source,
            });
        }
        Ok(())
    })?;
    Ok(facts)
}

fn handoff_fact<'a>(
    it: &store::facts::HandoffFact<'a>,
    teams: &BTreeMap<&'a str, &'a str>,
    first_imported: Option<&i64>,
) -> HandoffFact<'a> {
    let at = |it: Option<i64>| it.map(Timestamp::from_micros);
    let created_at = Timestamp::from_micros(it.created_at);
    let lead_since = Timestamp::from_micros(it.captured_at);
    // The lead's first handoff answers its capture; a later one answers itself. A list of the past
    // may have no times of capture: then the lead seems younger than its handoff.
    let is_first = match it.number {
        store::handoff::IMPORTED => {
            first_imported == Some(&it.created_at) && lead_since <= created_at
        }
        number => number == 1 && first_imported.is_none_or(|first| it.created_at < *first),
    };
    HandoffFact {
        created_at,
        captured_at: if is_first { lead_since } else { created_at },
        lead_since,
        closed_at: at(it.closed_at),
        reason: Some(it.reason).filter(|it| *it != UNKNOWN_REASON),
        tier: it.tier,
        sla: it.sla,
        rep: it.owner,
        team: it.owner.and_then(|rep| teams.get(rep).copied()),
        queue: it.queue,
        source: None,
        campaign: None,
        disposition: it.disposition.and_then(disposition),
        reject_reason: it.reject_reason,
        acknowledge: Duty {
            due: at(it.acknowledge_due),
            met_at: at([it.accepted_at, it.rejected_at].into_iter().flatten().min()),
        },
        touch: Duty { due: at(it.touch_due), met_at: at(it.first_touch_at) },
        dispose: Duty { due: at(it.disposition_due), met_at: at(it.disposed_at) },
        first_attempt_at: at(it.first_attempt_at),
    }
}

fn disposition(text: &str) -> Option<Disposition> {
    match text {
        "submitted" => Some(Disposition::Submitted),
        "rejected" => Some(Disposition::Rejected),
        "pursue_account" => Some(Disposition::PursueAccount),
        "bad_use_case" => Some(Disposition::BadUseCase),
        "recycled" => Some(Disposition::Recycled),
        _ => None,
    }
}

fn outcome_kind(text: &str) -> Option<OutcomeKind> {
    match text {
        "meeting" => Some(OutcomeKind::Meeting),
        "opportunity" => Some(OutcomeKind::Opportunity),
        "won" => Some(OutcomeKind::Won),
        "lost" => Some(OutcomeKind::Lost),
        _ => None,
    }
}
