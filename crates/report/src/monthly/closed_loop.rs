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
        let &reason = facts.reason.get(row as usize)?;
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
    let mut rows: BTreeMap<Label, LeadSourceRow> = BTreeMap::new();
    for outcome in facts.outcomes.iter().filter(|it| span.holds(it.at)) {
        if outcome.kind == OutcomeKind::Meeting {
            continue;
        }
        let stated = facts.lead_sources.label(outcome.lead_source);
        let repaired = match stated {
            Label::Unknown => mapping.source_of_row(facts, outcome.row),
            Label::Known(_) | Label::Other => None,
        };
        let lead_source = repaired.map_or(stated, |it| Label::Known(it.to_owned()));
        let row = rows.entry(lead_source.clone()).or_insert(LeadSourceRow {
            lead_source,
            opportunities: 0,
            repaired: 0,
            won: 0,
            revenue: 0,
        });
        match outcome.kind {
            OutcomeKind::Opportunity => {
                row.opportunities += 1;
                row.repaired += u64::from(repaired.is_some());
            }
            OutcomeKind::Won => {
                row.won += 1;
                row.revenue = row.revenue.saturating_add(outcome.value.unwrap_or(0));
            }
            OutcomeKind::Meeting | OutcomeKind::Lost => {}
        }
    }
    let mut rows: Vec<LeadSourceRow> =
        rows.into_values().filter(|it| it.opportunities > 0 || it.won > 0).collect();
    rows.sort_by_key(|it| std::cmp::Reverse(it.opportunities));
    rows
}
