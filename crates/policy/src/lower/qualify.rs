//! `qualification`: MQL, SQL and tiers.

use crate::diagnostic::Diagnostic;
use crate::lower::{Context, Stage};
use crate::section::{Exit, Qualification, TierRule};
use crate::tree::Node;

/// Ways out by their name in the file.
pub(crate) const EXITS: &[(&str, Exit)] =
    &[("nurture", Exit::Nurture), ("self_service", Exit::SelfService)];

impl Context<'_> {
    /// Criteria and tiers; without the section no lead has a tier.
    pub(crate) fn qualification(&mut self, root: &Node) -> Qualification {
        let none = Qualification { mql: None, sql: None, tiers: Vec::new(), below: Exit::Nurture };
        let Some(node) = root.child("qualification") else { return none };
        let mql = self.condition_of(node, "mql", Stage::Mql);
        let sql = self.condition_of(node, "sql", Stage::Sql);
        let mut tiers: Vec<TierRule> = Vec::new();
        for item in node.list("tiers") {
            let when = self.condition_of(item, "when", Stage::Tier);
            let (Some(tier), Some(when)) = (item.whole::<u8>("tier"), when) else { continue };
            let span = item.span_of("tier");
            if let Some(before) = tiers.last().filter(|it| tier < it.tier) {
                let message = format!("tier {tier} stands after tier {}", before.tier);
                self.found.push(
                    Diagnostic::warning("P0134", message, span)
                        .other(before.span, "tried first")
                        .help("the first that holds counts: write the most urgent first"),
                );
            }
            tiers.push(TierRule { tier, when, span });
        }
        Qualification { mql, sql, tiers, below: node.word("below", EXITS, Exit::Nurture) }
    }
}
