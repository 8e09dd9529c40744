//! `slas` and `escalations`: clocks, and what happens on silence.

use crate::diagnostic::Diagnostic;
use crate::lower::read::meaning;
use crate::lower::{Context, Stage};
use crate::section::{
    Chain, Clock, ClockHours, SlaRule, SlaTier, Slas, Step, StepAction, StepTarget,
};
use crate::shape::scalar;
use crate::tree::{Entry, Node};

impl Context<'_> {
    /// Which SLA holds for which lead; tiers are sorted by id.
    pub(crate) fn slas(&mut self, root: &Node) -> Slas {
        let Some(node) = root.child("slas") else { return Slas::default() };
        let entries = node.child("tiers").map(Node::entries).unwrap_or_default();
        let mut tiers: Vec<SlaTier> = entries.iter().filter_map(|it| self.sla_tier(it)).collect();
        tiers.sort_by(|a, b| a.id.cmp(&b.id));
        let rules = node.list("rules").iter().filter_map(|it| self.sla_rule(it)).collect();
        let default = node.child("default").and_then(|it| {
            let name = it.scalar().filter(|it| !it.is_empty())?;
            self.slas.resolve(name, it.span, &mut self.found)
        });
        Slas { rules, default, tiers }
    }

    fn sla_rule(&mut self, node: &Node) -> Option<SlaRule> {
        let when = self.condition_of(node, "when", Stage::Sla);
        let name = node.child("sla")?;
        let sla = self.slas.resolve(name.scalar()?, name.span, &mut self.found);
        Some(SlaRule { when: when?, sla: sla?, span: name.span })
    }

    fn sla_tier(&mut self, entry: &Entry) -> Option<SlaTier> {
        let node = &entry.value;
        let touch = self.clocks(node, "touch");
        if node.has_empty_list("touch") {
            let message = format!("SLA tier `{}` has no clock", entry.key);
            self.found.push(Diagnostic::error("P0128", message, node.span_of("touch")));
        }
        let escalation = node
            .child("escalation")
            .and_then(|it| self.chains.resolve(it.scalar()?, it.span, &mut self.found));
        let reminders = node.list("remind_before").iter();
        Some(SlaTier {
            touch,
            acknowledge: self.clocks(node, "acknowledge"),
            disposition: self.clocks(node, "disposition"),
            remind_before: reminders
                .filter_map(Node::scalar)
                .filter_map(scalar::duration)
                .collect(),
            escalation,
            healthy: node.text("healthy").and_then(scalar::band),
            id: entry.key.parse().ok()?,
            span: entry.key_span,
        })
    }

    fn clocks(&mut self, node: &Node, key: &str) -> Vec<Clock> {
        let mut clocks = Vec::new();
        for item in node.list(key) {
            let hours = item.child("hours").and_then(|it| self.clock_hours(it));
            let (Some(hours), Some(within)) = (hours, item.duration("within")) else { continue };
            let span = item.span_of("within");
            if within.get() == 0 {
                let message = "a clock of no time is due at once";
                self.found.push(Diagnostic::error("P0111", message, span));
            }
            clocks.push(Clock { hours, within, span });
        }
        clocks
    }

    fn clock_hours(&mut self, node: &Node) -> Option<ClockHours> {
        match node.scalar()? {
            "" => None,
            "always" => Some(ClockHours::Always),
            "team" => Some(ClockHours::Team),
            name => self.calendar(name, node.span).map(ClockHours::Named),
        }
    }

    /// Escalation chains, sorted by id.
    pub(crate) fn chains(&mut self, root: &Node) -> Vec<Chain> {
        let entries = root.child("escalations").map(Node::entries).unwrap_or_default();
        let mut chains: Vec<Chain> = entries
            .iter()
            .filter_map(|entry| {
                let node = &entry.value;
                let steps = node.list("steps").iter().filter_map(|it| self.step(it)).collect();
                Some(Chain {
                    id: entry.key.parse().ok()?,
                    steps,
                    repeat: node.whole("repeat").unwrap_or(0),
                    span: entry.key_span,
                })
            })
            .collect();
        chains.sort_by(|a, b| a.id.cmp(&b.id));
        chains
    }

    fn step(&mut self, node: &Node) -> Option<Step> {
        let actions = [("notify", StepAction::Notify), ("reassign", StepAction::Reassign)];
        let hours = match node.child("hours") {
            Some(it) => self.clock_hours(it),
            None => Some(ClockHours::Team),
        };
        let to = node.child("to")?;
        let target = self.step_target(to);
        Some(Step {
            after: node.duration("after")?,
            hours: hours?,
            target: target?,
            action: node.word("do", &actions, StepAction::Reassign),
            ignore_hours: node.flag("ignore_hours", false),
            // The name of a rep, pool or queue rather than the map around it.
            span: to.entries().first().map_or(to.span, |it| it.value.span),
        })
    }

    fn step_target(&mut self, node: &Node) -> Option<StepTarget> {
        let words = [
            ("owner", StepWord::Owner),
            ("backup", StepWord::Backup),
            ("manager", StepWord::Manager),
        ];
        if let Some(word) = node.scalar() {
            return Some(match meaning(word, &words)? {
                StepWord::Owner => StepTarget::Owner,
                StepWord::Backup => StepTarget::Backup,
                StepWord::Manager => StepTarget::Manager,
            });
        }
        if let Some((rep, _)) = node.named("rep") {
            return Some(StepTarget::Rep(rep));
        }
        if let Some(pool) = node.child("pool") {
            let place = self.pools.resolve(pool.scalar()?, pool.span, &mut self.found);
            return place.map(StepTarget::Pool);
        }
        let queue = node.child("queue")?;
        self.queues.resolve(queue.scalar()?, queue.span, &mut self.found)?;
        queue.name().map(|it| StepTarget::Queue(it.0))
    }
}

#[derive(Clone, Copy)]
enum StepWord {
    Owner,
    Backup,
    Manager,
}
