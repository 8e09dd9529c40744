//! Reconciliation: parts must add up to their whole, in every report, where people can see it.

use super::{LeadSourceRow, RejectionRow, Table};
use crate::facts::Window;
use crate::tally::{Clocks, Tally};

/// One sum that must come out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Check {
    /// What is added up.
    pub name: String,
    /// The sum of the parts.
    pub parts: u64,
    /// The whole.
    pub whole: u64,
}

impl Check {
    /// Whether the parts add up.
    pub fn holds(&self) -> bool {
        self.parts == self.whole
    }
}

/// All checks of a report.
pub(super) fn checks(
    total: &Tally,
    tables: &[Table],
    rejections: &[RejectionRow],
    lead_sources: &[LeadSourceRow],
) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut add = |name: String, parts: u64, whole: u64| checks.push(Check { name, parts, whole });
    let handoffs = total.handoffs;
    add("verdicts and silence".into(), total.verdicts.given() + total.verdicts.silent, handoffs);
    let clocks: [(&str, &Clocks); 3] = [
        ("acknowledge", &total.acknowledge),
        ("first-touch", &total.touch),
        ("disposition", &total.dispose),
    ];
    for (name, clocks) in clocks {
        add(format!("{name} clocks"), clocks.total(), handoffs);
    }
    let windows = total.windows.iter().map(|it| it.handoffs).sum();
    add("response windows".into(), windows, handoffs);
    let never = total.windows.get(Window::Never as usize).map_or(0, |it| it.handoffs);
    add("touched and never touched".into(), total.touched + never, handoffs);
    add(
        "rejections by reason".into(),
        rejections.iter().map(|it| it.count).sum(),
        total.verdicts.rejected,
    );
    let by_source = lead_sources.iter().map(|it| it.opportunities).sum();
    add("opportunities by lead source".into(), by_source, total.dated.opportunities);
    for Table { dimension, groups } in tables {
        let sum = |of: fn(&Tally) -> u64| groups.iter().map(|it| of(&it.tally)).sum();
        add(format!("handoffs by {}", dimension.id()), sum(|it| it.handoffs), handoffs);
        add(
            format!("opportunities by {}", dimension.id()),
            sum(|it| it.dated.opportunities),
            total.dated.opportunities,
        );
    }
    checks
}
