//! A report about an outcome that is known: the same again, a correction, or the other verdict.

use model::Timestamp;
use store::outcome::Outcome;

use super::Placed;

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
    pub(super) lead: Option<i64>,
    pub(super) handoff: Option<i64>,
    pub(super) at: Option<Timestamp>,
    pub(super) value: Option<i64>,
    pub(super) lead_source: Option<&'a str>,
    pub(super) attributed_source: Option<&'a str>,
}

impl Said<'_> {
    /// When it happened, as far as is known after this report.
    pub(super) fn at(&self, earlier: &Outcome, now: Timestamp) -> i64 {
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

    /// Whether it may belong to another handoff than was known.
    pub(super) fn moves(&self, earlier: &Outcome, now: Timestamp) -> bool {
        let differs = |said: Option<i64>, known: Option<i64>| said.is_some() && said != known;
        differs(self.lead, earlier.lead_id)
            || differs(self.handoff, earlier.handoff_id)
            || (self.handoff.is_none() && self.at(earlier, now) != earlier.at)
    }

    /// The outcome as it is known after this report; `moved` is its new place, with the source
    /// that the policy credits there.
    pub(super) fn over(
        &self,
        earlier: &Outcome,
        now: Timestamp,
        moved: Option<(Placed, Option<String>)>,
    ) -> Outcome {
        let (lead_id, handoff_id, credited) = match moved {
            Some((placed, credited)) => (placed.lead, placed.handoff, credited),
            None => (earlier.lead_id, earlier.handoff_id, earlier.attributed_source.clone()),
        };
        let text = |said: Option<&str>, known: &Option<String>| {
            said.map(str::to_owned).or_else(|| known.clone())
        };
        Outcome {
            lead_id,
            handoff_id,
            kind: self.kind.to_owned(),
            at: self.at(earlier, now),
            value: self.value.or(earlier.value),
            lead_source: text(self.lead_source, &earlier.lead_source),
            attributed_source: text(self.attributed_source, &credited),
            ..earlier.clone()
        }
    }
}
