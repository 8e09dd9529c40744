//! `gateway`: questions before a handoff.

use crate::lower::{Context, Stage};
use crate::section::{Exit, Gateway, GatewayResult, GatewayRule};
use crate::tree::Node;

const RESULTS: &[(&str, GatewayResult)] = &[
    ("direct", GatewayResult::Direct),
    ("standard", GatewayResult::Standard),
    ("nurture", GatewayResult::Exit(Exit::Nurture)),
    ("self_service", GatewayResult::Exit(Exit::SelfService)),
];

impl Context<'_> {
    /// The gateway, if the policy has one.
    pub(crate) fn gateway(&mut self, root: &Node) -> Option<Gateway> {
        let node = root.child("gateway")?;
        let asks = node
            .list("asks")
            .iter()
            .filter_map(|it| self.field(it, Stage::Exclude, "", |_| true))
            .collect();
        let rules = node.list("rules").iter().filter_map(|it| self.gateway_rule(it)).collect();
        Some(Gateway {
            asks,
            rules,
            otherwise: node.word("otherwise", RESULTS, GatewayResult::Standard),
            unanswered: node.word("unanswered", RESULTS, GatewayResult::Standard),
        })
    }

    fn gateway_rule(&mut self, node: &Node) -> Option<GatewayRule> {
        let when = self.condition_of(node, "when", Stage::Gateway);
        let (id, span) = node.named("id")?;
        let then = node.word("then", RESULTS, GatewayResult::Standard);
        Some(GatewayRule { id, when: when?, then, span })
    }
}
