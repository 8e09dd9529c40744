//! `sources` and `attribution`: what is known of each handoff reason.

use crate::diagnostic::Diagnostic;
use crate::lower::Context;
use crate::section::{Attribution, SourceMode, SourceRule, SourceRules};
use crate::tree::{Entry, Node};

const MODES: &[(&str, SourceMode)] = &[
    ("auto_submit", SourceMode::AutoSubmit),
    ("gateway", SourceMode::Gateway),
    ("model", SourceMode::Model),
    ("standard", SourceMode::Standard),
];

impl Context<'_> {
    /// How leads are treated by handoff reason.
    pub(crate) fn source_rules(&mut self, root: &Node) -> SourceRules {
        let none = SourceRules {
            sources: Vec::new(),
            default: SourceMode::Standard,
            auto_submit_from: None,
            floor: None,
        };
        let Some(section) = root.get("sources") else { return none };
        let node = &section.value;
        let entries = node.child("sources").map(Node::entries).unwrap_or_default();
        if !entries.is_empty() {
            self.needs_contract_key(root, "reason_field", section);
        }
        let mut sources = Vec::new();
        for entry in entries {
            let evidence = self.evidence(entry);
            sources.push(SourceRule {
                reason: self.symbols.intern(&entry.key),
                mode: entry.value.word("mode", MODES, SourceMode::Standard),
                evidence,
                span: entry.key_span,
            });
            self.uses_gateway(root, entry);
        }
        SourceRules {
            sources,
            default: node.word("default", MODES, SourceMode::Standard),
            auto_submit_from: node.percent("auto_submit_from"),
            floor: node.percent("floor"),
        }
    }

    fn evidence(&mut self, entry: &Entry) -> Option<(u32, u32)> {
        let node = &entry.value;
        let counts = (node.whole::<u32>("accepted"), node.whole::<u32>("decided"));
        match counts {
            (Some(accepted), Some(decided)) if accepted <= decided => Some((accepted, decided)),
            (Some(accepted), Some(decided)) => {
                let message = format!("{accepted} accepted of {decided} decided");
                self.found.push(
                    Diagnostic::error("P0111", message, node.span_of("accepted"))
                        .help("`decided` counts accepted and rejected handoffs together"),
                );
                None
            }
            (Some(_), None) => {
                self.half_evidence(entry, "accepted", "decided");
                None
            }
            (None, Some(_)) => {
                self.half_evidence(entry, "decided", "accepted");
                None
            }
            (None, None) => None,
        }
    }

    fn half_evidence(&mut self, entry: &Entry, there: &str, missing: &str) {
        if entry.value.get(missing).is_none() {
            let message = format!("`{there}` needs `{missing}` beside it");
            let at = entry.value.span_of(there);
            self.found.push(Diagnostic::error("P0105", message, at));
        }
    }

    fn uses_gateway(&mut self, root: &Node, entry: &Entry) {
        let wants = entry.value.text("mode") == Some("gateway");
        if wants && root.get("gateway").is_none() {
            let message = "this source needs a section `gateway`";
            let at = entry.value.span_of("mode");
            self.found.push(Diagnostic::error("P0105", message, at));
        }
    }

    /// Reports that what stands at `entry` works only with `contract.<key>`.
    pub(crate) fn needs_contract_key(&mut self, root: &Node, key: &str, entry: &Entry) {
        if root.child("contract").is_some_and(|it| it.get(key).is_none()) {
            let message = format!("`{}` needs `{key}` in the contract", entry.key);
            self.found.push(
                Diagnostic::error("P0105", message, entry.key_span)
                    .help(format!("add `{key}: <field>` under `contract`")),
            );
        }
    }

    /// Handoff reason to lead source.
    pub(crate) fn attribution(&mut self, root: &Node) -> Vec<Attribution> {
        let Some(section) = root.get("attribution") else { return Vec::new() };
        if !section.value.entries().is_empty() {
            self.needs_contract_key(root, "reason_field", section);
        }
        let entries = section.value.entries().iter();
        entries
            .filter_map(|it| {
                Some(Attribution {
                    reason: it.key.clone(),
                    lead_source: it.value.scalar()?.to_owned(),
                    span: it.key_span,
                })
            })
            .collect()
    }
}
