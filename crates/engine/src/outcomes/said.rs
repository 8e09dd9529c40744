//! A report about an outcome: new, the same again, a correction, or the other verdict.

use model::Timestamp;
use model::id::OutcomeId;
use serde::{Deserialize, Serialize};
use store::lead::Lead;
use store::outcome::Outcome;

use crate::engine::WORKSPACE;

/// The verdicts on a deal, of which it has one.
const VERDICTS: [&str; 2] = ["won", "lost"];

/// The kinds of which an outcome with an id at its sender has one.
pub(super) fn exclusive(kind: &str) -> impl Iterator<Item = &str> {
    let others = VERDICTS.contains(&kind).then_some(VERDICTS).into_iter().flatten();
    std::iter::once(kind).chain(others.filter(move |it| *it != kind))
}

/// What a report says. What it leaves open stays as it is known.
#[derive(Clone, Debug)]
pub(super) struct Said<'a> {
    pub(super) kind: &'a str,
    /// Its id at its sender, as stored.
    pub(super) external_id: Option<String>,
    pub(super) lead: Option<&'a Lead>,
    /// Of the lead.
    pub(super) handoff: Option<i64>,
    pub(super) at: Option<Timestamp>,
    pub(super) value: Option<i64>,
    pub(super) lead_source: Option<&'a str>,
    pub(super) attributed_source: Option<&'a str>,
    /// What the file that it came in calls the lead, and who gave that id.
    pub(super) cell: Option<(&'a str, &'a str)>,
}

/// What is kept of an outcome beside its columns.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Details {
    v: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    lead: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    source: Option<String>,
    /// Whether its sender named the handoff; else it is looked for.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) handoff_told: bool,
    /// Whether its sender named the source to credit; else the policy does.
    #[serde(default, skip_serializing_if = "is_false")]
    pub(super) credit_told: bool,
}

fn is_false(it: &bool) -> bool {
    !it
}

impl Details {
    pub(super) fn of(row: &Outcome) -> Self {
        serde_json::from_str(&row.body).unwrap_or_default()
    }

    fn text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}

impl Said<'_> {
    /// The outcome, as far as this report alone says what it is.
    pub(super) fn outcome(&self, id: OutcomeId, now: Timestamp) -> Outcome {
        let details = Details {
            v: 1,
            lead: self.cell.map(|it| it.0.to_owned()),
            source: self.cell.map(|it| it.1.to_owned()),
            handoff_told: self.handoff.is_some(),
            credit_told: self.attributed_source.is_some(),
        };
        Outcome {
            workspace_id: WORKSPACE,
            id: id.raw(),
            lead_id: self.lead.map(|it| it.id),
            handoff_id: self.handoff,
            kind: self.kind.to_owned(),
            at: self.at.unwrap_or(now).as_micros(),
            value: self.value,
            lead_source: self.lead_source.map(str::to_owned),
            attributed_source: self.attributed_source.map(str::to_owned),
            external_id: self.external_id.clone(),
            body: details.text(),
        }
    }

    /// When it happened, as far as is known after this report.
    fn at(&self, earlier: &Outcome, now: Timestamp) -> i64 {
        match self.at {
            Some(at) => at.as_micros(),
            None if self.kind == earlier.kind => earlier.at,
            None => now.as_micros(),
        }
    }

    /// Whether a later verdict on the deal is known: it stands.
    pub(super) fn is_superseded(&self, earlier: &Outcome, now: Timestamp) -> bool {
        self.kind != earlier.kind && self.at(earlier, now) < earlier.at
    }

    /// The outcome as it is known after this report; it may have to be placed anew.
    pub(super) fn over(&self, earlier: &Outcome, now: Timestamp) -> Outcome {
        let text = |said: Option<&str>, known: &Option<String>| {
            said.map(str::to_owned).or_else(|| known.clone())
        };
        let known = Details::of(earlier);
        let lead_id = self.lead.map(|it| it.id).or(earlier.lead_id);
        // A handoff that was named belongs to the lead that was.
        let stays = lead_id == earlier.lead_id;
        let details = Details {
            handoff_told: self.handoff.is_some() || (stays && known.handoff_told),
            credit_told: self.attributed_source.is_some() || known.credit_told,
            ..known.clone()
        };
        Outcome {
            lead_id,
            handoff_id: self.handoff.or(earlier.handoff_id.filter(|_| stays)),
            kind: self.kind.to_owned(),
            at: self.at(earlier, now),
            value: self.value.or(earlier.value),
            lead_source: text(self.lead_source, &earlier.lead_source),
            attributed_source: text(self.attributed_source, &earlier.attributed_source),
            body: if details == known { earlier.body.clone() } else { details.text() },
            ..earlier.clone()
        }
    }
}
