//! `fast_track`: the express lane.

use crate::lower::{Context, Stage};
use crate::section::FastTrack;
use crate::shape::scalar;
use crate::tree::Node;

impl Context<'_> {
    /// The express lane, if the policy has one.
    pub(crate) fn fast_track(&mut self, root: &Node) -> Option<FastTrack> {
        let node = root.child("fast_track")?;
        let mut signals = Vec::new();
        for entry in node.child("signals").map(Node::entries).unwrap_or_default() {
            let when = self.condition(&entry.value, Stage::FastTrack);
            signals.extend(entry.key.parse().ok().zip(when));
        }
        let mut minimums = Vec::new();
        for (least, when) in node.list("minimums").iter().filter_map(Node::pair) {
            let when = self.condition(when, Stage::FastTrack);
            minimums.extend(when.zip(least.scalar().and_then(scalar::money)));
        }
        let needs_potential = node.get("minimums").or_else(|| node.get("sponsor_from"));
        if let Some(entry) = needs_potential {
            self.needs_contract_key(root, "potential_field", entry);
        }
        Some(FastTrack {
            signals,
            minimums,
            sponsor_from: node.money("sponsor_from"),
            questions: node
                .list("questions")
                .iter()
                .filter_map(Node::scalar)
                .map(str::to_owned)
                .collect(),
            identification_target: node.percent("identification_target"),
        })
    }
}
