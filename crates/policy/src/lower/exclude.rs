//! `disqualify` and `suppress`: leads that do not go to sales.

use crate::lower::{Context, Stage};
use crate::section::{Exclusion, ExclusionResult, IfUnknown};
use crate::tree::Node;

impl Context<'_> {
    /// Both sections, in the order written.
    pub(crate) fn exclusions(&mut self, root: &Node) -> (Vec<Exclusion>, Vec<Exclusion>) {
        let disqualify = self.exclusion_list(root, "disqualify", ExclusionResult::Disqualify);
        let suppress = self.exclusion_list(root, "suppress", ExclusionResult::Attach);
        (disqualify, suppress)
    }

    fn exclusion_list(
        &mut self,
        root: &Node,
        section: &str,
        usual: ExclusionResult,
    ) -> Vec<Exclusion> {
        root.list(section).iter().filter_map(|it| self.exclusion(it, usual)).collect()
    }

    fn exclusion(&mut self, node: &Node, usual: ExclusionResult) -> Option<Exclusion> {
        let results = [
            ("disqualify", ExclusionResult::Disqualify),
            ("attach", ExclusionResult::Attach),
            ("nurture", ExclusionResult::Nurture),
        ];
        let unknown = [("hold", IfUnknown::Hold), ("pass", IfUnknown::Pass)];
        let when = self.condition_of(node, "when", Stage::Exclude);
        let (id, span) = node.named::<model::RuleId>("id")?;
        let reason = node.text("reason").unwrap_or(id.as_str()).to_owned();
        Some(Exclusion {
            id,
            when: when?,
            reason,
            if_unknown: node.word("if_unknown", &unknown, IfUnknown::Hold),
            then: node.word("then", &results, usual),
            span,
        })
    }
}
