//! What goes back to marketing: rejections by reason, and opportunities by lead source after repair.

use std::collections::BTreeMap;

use super::Span;
use crate::dictionary::Label;
use crate::facts::{Facts, OutcomeKind};

/// How often a handoff reason met a reject reason.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RejectionRow {
    /// Handoff reason.
    pub reason: Label,
    /// Reject reason.
    pub reject_reason: Label,
    /// Handoffs of the period.
    pub count: u64,
}

/// The outcomes of one lead source, dated in the period.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LeadSourceRow {
    /// Lead source, from the CRM or repaired from the handoff.
    pub lead_source: Label,
    /// Opportunities.
    pub opportunities: u64,
    /// Of them, with a source only through repair.
    pub repaired: u64,
    /// Deals won.
    pub won: u64,
    /// Value of the deals won, in hundredths of the currency unit.
    pub revenue: i64,
}

/// The lead source of every reason code that has one.
pub(super) struct Mapping {
    sources: Vec<Option<String>>,
}

impl Mapping {
    /// Resolves the mapping of reasons to lead sources; reasons that never occurred are skipped, the first entry of a
    /// reason holds.
    pub(super) fn of(facts: &Facts, attribution: &[(String, String)]) -> Self {
        let mut sources = vec![None; facts.reasons.span()];
        for (reason, source) in attribution {
            let code = facts.reasons.find(reason).map(usize::from);
            if let Some(place) = code.and_then(|it| sources.get_mut(it)) {
                place.get_or_insert_with(|| source.clone());
            }
        }
        Self { sources }
    }

    /// The lead source that the handoff in `row` stands for.
    pub(super) fn source_of_row(&self, facts: &Facts, row: u32) -> Option<&str> {
        self.source_of_reason(*facts.reason.get(row as usize)?)
    }

    /// The lead source that a reason code stands for; the unknown reason has none.
    fn source_of_reason(&self, reason: u16) -> Option<&str> {
        self.sources.get(usize::from(reason))?.as_deref()
    }
}

/// The filled cells of the reason by reject-reason table, most frequent first.
pub(super) fn rejections(facts: &Facts, table: &[[u32; 256]]) -> Vec<RejectionRow> {
    let mut rows = Vec::new();
    for (reason, counts) in (0_u16..).zip(table) {
        for (reject, &count) in (0_u16..).zip(counts).filter(|(_, count)| **count > 0) {
            rows.push(RejectionRow {
                reason: facts.reasons.label(reason),
                reject_reason: facts.reject_reasons.label(reject),
                count: u64::from(count),
            });
        }
    }
    rows.sort_by(|a, b| {
        (b.count.cmp(&a.count))
            .then_with(|| a.reason.cmp(&b.reason))
            .then_with(|| a.reject_reason.cmp(&b.reject_reason))
    });
    rows
}

/// Outcomes dated in the period by lead source; what cannot be attributed stays visible as unknown.
pub(super) fn lead_sources(facts: &Facts, span: Span, mapping: &Mapping) -> Vec<LeadSourceRow> {
    // Counted by codes first: text is looked at once a source, not once an outcome. The second code is the reason that
    // gives the source, 0 where the CRM states one or nothing is known.
    let mut counts: BTreeMap<(u16, u16), [i64; 3]> = BTreeMap::new();
    for outcome in facts.outcomes.iter().filter(|it| span.holds(it.at)) {
        let is_repaired =
            outcome.lead_source == 0 && mapping.source_of_row(facts, outcome.row).is_some();
        let reason = facts.reason.get(outcome.row as usize).copied().filter(|_| is_repaired);
        let sums = counts.entry((outcome.lead_source, reason.unwrap_or(0))).or_default();
        let [opportunities, won, revenue] = sums;
        match outcome.kind {
            OutcomeKind::Opportunity => *opportunities += 1,
            OutcomeKind::Won => {
                *won += 1;
                *revenue = revenue.saturating_add(outcome.value.unwrap_or(0));
            }
            OutcomeKind::Meeting | OutcomeKind::Lost => {}
        }
    }
    let mut rows: BTreeMap<Label, LeadSourceRow> = BTreeMap::new();
    for ((stated, reason), [opportunities, won, revenue]) in counts {
        let repaired = mapping.source_of_reason(reason);
        let lead_source = match repaired {
            Some(name) => Label::Known(name.to_owned()),
            None => facts.lead_sources.label(stated),
        };
        let row = rows.entry(lead_source.clone()).or_insert(LeadSourceRow {
            lead_source,
            opportunities: 0,
            repaired: 0,
            won: 0,
            revenue: 0,
        });
        row.opportunities += opportunities.unsigned_abs();
        row.repaired += if repaired.is_some() { opportunities.unsigned_abs() } else { 0 };
        row.won += won.unsigned_abs();
        row.revenue = row.revenue.saturating_add(revenue);
    }
    let mut rows: Vec<LeadSourceRow> =
        rows.into_values().filter(|it| it.opportunities > 0 || it.won > 0).collect();
    rows.sort_by_key(|it| std::cmp::Reverse(it.opportunities));
    rows
}
