//! `pools` and `queues`.

use model::{PoolId, QueueId};

use crate::diagnostic::Diagnostic;
use crate::lower::{Context, Stage};
use crate::section::{Hours, Member, Pool, Queue, Skill, Sticky, Strategy, Who};
use crate::tree::{Entry, Node};

impl Context<'_> {
    /// All pools, sorted by id.
    pub(crate) fn pools(&mut self, root: &Node) -> Vec<Pool> {
        let entries = root.child("pools").map(Node::entries).unwrap_or_default();
        let mut pools: Vec<Pool> = entries.iter().filter_map(|it| self.pool(it)).collect();
        pools.sort_by(|a, b| a.id.cmp(&b.id));
        pools
    }

    fn pool(&mut self, entry: &Entry) -> Option<Pool> {
        let node = &entry.value;
        let strategies = [
            ("round_robin", Strategy::RoundRobin),
            ("weighted", Strategy::Weighted),
            ("least_open", Strategy::LeastOpen),
            ("least_value", Strategy::LeastValue),
        ];
        let hours = [
            ("required", Hours::Required),
            ("ignored", Hours::Ignored),
            ("preferred", Hours::Preferred),
        ];
        let members = node.list("members");
        if node.has_empty_list("members") {
            let message = format!("pool `{}` has no members", entry.key);
            self.found.push(Diagnostic::error("P0128", message, node.span_of("members")));
        }
        let members = members.iter().filter_map(|it| self.member(it)).collect();
        let filter = self.match_of(node, "filter");
        let skills = node.list("skills").iter().filter_map(|it| self.skill(it)).collect();
        let percent = |key: &str| node.percent(key).map(|it| it.get() as u32);
        Some(Pool {
            id: entry.key.parse::<PoolId>().ok()?,
            strategy: node.word("strategy", &strategies, Strategy::RoundRobin),
            members,
            filter,
            skills,
            sticky: node.child("sticky").and_then(|it| self.sticky(it)),
            hours: node.word("hours", &hours, Hours::Required),
            load_max: percent("load_max"),
            value_max: percent("value_max"),
            span: entry.key_span,
        })
    }

    fn member(&mut self, node: &Node) -> Option<Member> {
        if let Some((rep, span)) = node.name() {
            return Some(Member { who: Who::Rep(rep), weight: 1, span });
        }
        let key = ["rep", "team", "where"].into_iter().find(|it| node.get(it).is_some())?;
        let who = match key {
            "rep" => node.named("rep").map(|it| Who::Rep(it.0)),
            "team" => node.named("team").map(|it| Who::Team(it.0)),
            _ => self.rep_condition_of(node, "where").map(Who::Where),
        };
        // Weight 0 is for the lint of its name to report.
        let weight = node.whole("weight").unwrap_or(1);
        Some(Member { who: who?, weight, span: node.span_of(key) })
    }

    fn skill(&mut self, node: &Node) -> Option<Skill> {
        let plain = node.scalar().is_some();
        let text = if plain { node } else { node.child("want")? };
        let want = self.match_condition(text)?;
        Some(Skill { want, relax_after: node.duration("relax_after"), span: text.span })
    }

    fn sticky(&mut self, node: &Node) -> Option<Sticky> {
        let by = self.field(node.child("by")?, Stage::Routing, "", |_| true)?;
        Some(Sticky { by, within: node.duration("within") })
    }

    /// All queues, sorted by id.
    pub(crate) fn queues(&mut self, root: &Node) -> Vec<Queue> {
        let entries = root.child("queues").map(Node::entries).unwrap_or_default();
        let mut queues: Vec<Queue> = entries.iter().filter_map(|it| self.queue(it)).collect();
        queues.sort_by(|a, b| a.id.cmp(&b.id));
        queues
    }

    fn queue(&mut self, entry: &Entry) -> Option<Queue> {
        let node = &entry.value;
        let mut pools = Vec::new();
        for it in node.list("pools") {
            let name = it.scalar().unwrap_or_default();
            pools.extend(self.pools.resolve(name, it.span, &mut self.found));
        }
        let calendar = node.child("calendar").and_then(|it| self.calendar(it.scalar()?, it.span));
        Some(Queue {
            id: entry.key.parse::<QueueId>().ok()?,
            keeper: node.named("keeper")?.0,
            teams: node.list("teams").iter().filter_map(Node::name).map(|it| it.0).collect(),
            pools,
            calendar,
            span: entry.key_span,
        })
    }
}
