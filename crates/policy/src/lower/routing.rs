//! `routing`: who gets a lead.

use crate::diagnostic::Diagnostic;
use crate::index::RuleIndex;
use crate::lower::qualify::EXITS;
use crate::lower::read::meaning;
use crate::lower::{Context, Stage};
use crate::section::{Destination, Routing, Rule, Target};
use crate::tree::Node;

impl Context<'_> {
    /// The routing table; its index is built when the whole policy is sound.
    pub(crate) fn routing(&mut self, root: &Node) -> Routing {
        let Some(node) = root.child("routing") else { return Routing::default() };
        let rules = node.list("rules").iter().filter_map(|it| self.rule(it)).collect();
        let fallback = self.targets(node.list("fallback"));
        Routing { rules, index: RuleIndex::default(), fallback }
    }

    fn rule(&mut self, node: &Node) -> Option<Rule> {
        let when = self.condition_of(node, "when", Stage::Routing);
        let to = self.targets(node.list("to"));
        if node.has_empty_list("to") {
            let message = "a rule needs somewhere to send its leads";
            self.found.push(Diagnostic::error("P0128", message, node.span_of("to")));
        }
        let (id, span) = node.named("id")?;
        let note = node.text("note").unwrap_or_default().to_owned();
        Some(Rule { id, when: when?, to, note, span })
    }

    fn targets(&mut self, nodes: &[Node]) -> Vec<Target> {
        nodes.iter().filter_map(|it| self.target(it)).collect()
    }

    fn target(&mut self, node: &Node) -> Option<Target> {
        let only = self.match_of(node, "only");
        if node.scalar().is_some() {
            return place(node).map(|to| Target { to, only: None, span: node.span });
        }
        let key = ["rep", "pool", "queue", "to"].into_iter().find(|it| node.get(it).is_some())?;
        let value = node.child(key)?;
        let name = value.scalar()?;
        let to = match key {
            "rep" => name.parse().ok().map(Destination::Rep),
            "pool" => self.pools.resolve(name, value.span, &mut self.found).map(Destination::Pool),
            "queue" => {
                self.queues.resolve(name, value.span, &mut self.found).map(Destination::Queue)
            }
            _ => place(value),
        };
        let wants_condition = node.get("only").is_some();
        if wants_condition && only.is_none() {
            return None;
        }
        Some(Target { to: to?, only, span: value.span })
    }
}

fn place(node: &Node) -> Option<Destination> {
    match node.scalar()? {
        "account_owner" => Some(Destination::AccountOwner),
        word => meaning(word, EXITS).map(Destination::Exit),
    }
}
