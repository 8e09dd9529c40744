//! The reference month as facts: the counts of the product page, everything else a fixed pattern.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "test code")]

use model::{Seconds, Timestamp};
use report::{Disposition, Duty, Facts, HandoffFact, OutcomeFact, OutcomeKind, Period, Settings};

/// 2026-10-21T00:00:00Z.
const START: i64 = 1_792_540_800;
const DAYS: i64 = 30;

/// Reason, then total, submitted, rejected, pursue account, bad use case, opportunities.
const REASONS: [(Option<&str>, [u32; 6]); 7] = [
    (Some("Product - Portal Sign Up"), [2054, 1677, 377, 0, 0, 140]),
    (Some("Product - Voice"), [693, 609, 84, 0, 0, 97]),
    (Some("Marketing - Events"), [164, 156, 8, 0, 0, 14]),
    (Some("Quinn - Reply Received"), [1223, 456, 721, 0, 0, 26]),
    (Some("Marketing - Contact Sales"), [1706, 536, 624, 0, 0, 38]),
    (Some("Tracked Webpage Visit"), [742, 0, 278, 343, 121, 3]),
    (None, [1906, 0, 0, 0, 0, 2]),
];
const REPS: [(&str, &str); 5] = [
    ("Ana Silva", "East"),
    ("Bo Lindqvist", "East"),
    ("高橋 美咲", "Asia"),
    ("Cyd O'Neill", "West"),
    ("Dee Okafor", "West"),
];
const REJECT_REASONS: [&str; 4] = ["no budget", "wrong persona", "timing mismatch", "spam"];

/// The settings of the month's report, asked for at its end.
pub(crate) fn settings() -> Settings {
    let (from, to) =
        (Timestamp::from_seconds(START), Timestamp::from_seconds(START + DAYS * 86_400));
    Settings::monthly(Period::new(from, to).unwrap(), to)
}

/// 8,488 handoffs and 320 opportunities, 315 of them without a lead source.
pub(crate) fn facts() -> Facts {
    let mut facts = Facts::default();
    let mut serial = 0;
    let mut opportunities = 0;
    for (reason, [total, submitted, rejected, pursued, bad, converted]) in REASONS {
        for index in 0..total {
            let disposition = match index {
                it if it < submitted => Some(Disposition::Submitted),
                it if it < submitted + rejected => Some(Disposition::Rejected),
                it if it < submitted + rejected + pursued => Some(Disposition::PursueAccount),
                it if it < submitted + rejected + pursued + bad => Some(Disposition::BadUseCase),
                _ => None,
            };
            let fact = handoff(serial, reason, disposition);
            let row = facts.push(&fact).unwrap();
            if index < converted {
                let lead_source = (opportunities < 5).then_some("Website Contact");
                let ends = if opportunities % 8 == 0 { Some(OutcomeKind::Won) } else { None };
                for kind in [Some(OutcomeKind::Meeting), Some(OutcomeKind::Opportunity), ends] {
                    let Some(kind) = kind else { continue };
                    let at = fact.created_at.plus(Seconds::from_hours(1 + kind as u32));
                    let value = Some(1_250_000 + i64::from(opportunities) * 1_000);
                    let outcome = OutcomeFact { handoff: Some(row), kind, at, value, lead_source };
                    facts.attach(&outcome).unwrap();
                }
                opportunities += 1;
            }
            serial += 1;
        }
    }
    facts
}

fn handoff<'a>(
    serial: u32,
    reason: Option<&'a str>,
    disposition: Option<Disposition>,
) -> HandoffFact<'a> {
    // A step coprime to the number of seconds spreads the month evenly; the last day is left for outcomes to happen.
    let second = i64::from(serial) * 104_729 % ((DAYS - 1) * 86_400);
    let created_at = Timestamp::from_seconds(START + second);
    let allowed = [Seconds::from_minutes(15), Seconds::from_hours(4), Seconds::from_hours(24)];
    let tier = (serial % 3) as usize;
    let (rep, team) = REPS[(serial % 7 % 5) as usize];
    let is_touched = disposition.is_some() || serial.is_multiple_of(5);
    let touched = created_at.plus(Seconds::new(60 + serial * 7_919 % 30_000 / (3 - tier as u32)));
    let decided = touched.plus(Seconds::from_hours(serial % 30));
    let disposed_at = disposition.map(|_| decided);
    HandoffFact {
        created_at,
        captured_at: created_at,
        lead_since: created_at.minus(Seconds::from_days(serial % 11)),
        closed_at: disposed_at,
        reason,
        tier: Some(["1", "2", "3"][tier]),
        sla: Some(["tier 1", "tier 2", "tier 3"][tier]),
        rep: (!serial.is_multiple_of(50)).then_some(rep),
        team: (!serial.is_multiple_of(50)).then_some(team),
        disposition,
        reject_reason: (disposition == Some(Disposition::Rejected) && !serial.is_multiple_of(10))
            .then_some(REJECT_REASONS[(serial % 4) as usize]),
        acknowledge: Duty { due: None, met_at: None },
        touch: Duty {
            due: Some(created_at.plus(allowed[tier])),
            met_at: is_touched.then_some(touched),
        },
        dispose: Duty { due: Some(created_at.plus(Seconds::from_days(1))), met_at: disposed_at },
        first_attempt_at: is_touched.then(|| created_at.plus(Seconds::new(30))),
        ..HandoffFact::default()
    }
}
