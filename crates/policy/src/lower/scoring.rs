//! `scoring`: points and how they add up.

use model::Number;

use crate::diagnostic::Diagnostic;
use crate::lower::contract::is_number;
use crate::lower::{Context, Stage};
use crate::section::{ScoreGroup, ScoreKind, ScoreRule, Scoring};
use crate::span::Span;
use crate::tree::{Entry, Node};

const CAP_DEFAULT: i32 = 100;
const MATRIX: [&str; 4] = ["budget", "need", "timeline", "fit"];
const ACTIVITY_KEYS: [&str; 3] = ["max", "within", "half_life"];

impl Context<'_> {
    /// Groups and matrix.
    pub(crate) fn scoring(&mut self, root: &Node) -> Scoring {
        let Some(node) = root.child("scoring") else { return Scoring::default() };
        let mut groups = Vec::new();
        for entry in node.child("groups").map(Node::entries).unwrap_or_default() {
            groups.extend(self.group(entry, "score", Stage::Scoring));
        }
        let mut matrix = Vec::new();
        let dimensions = node.child("matrix").map(Node::entries).unwrap_or_default();
        for name in MATRIX {
            if let Some(entry) = dimensions.iter().find(|it| it.key == name) {
                matrix.extend(self.group(entry, "matrix", Stage::Matrix));
            }
        }
        Scoring { groups, matrix }
    }

    fn group(&mut self, entry: &Entry, prefix: &str, stage: Stage) -> Option<ScoreGroup> {
        let node = &entry.value;
        let (floor, cap) =
            (node.whole("floor").unwrap_or(0), node.whole("cap").unwrap_or(CAP_DEFAULT));
        if cap < floor {
            let message = format!("`cap` {cap} is below `floor` {floor}");
            self.found.push(Diagnostic::error("P0111", message, node.span_of("cap")));
        }
        let rules = node.list("rules").iter().filter_map(|it| self.score_rule(it, stage)).collect();
        let field = self.fields.find(&format!("{prefix}.{}", entry.key))?;
        Some(ScoreGroup { name: entry.key.clone(), field, floor, cap, rules, span: entry.key_span })
    }

    fn score_rule(&mut self, node: &Node, stage: Stage) -> Option<ScoreRule> {
        let points: Option<i32> = node.whole("points");
        let kind = if node.get("when").is_some() {
            self.refuse_score_keys(node, "when", &ACTIVITY_KEYS);
            self.refuse_score_keys(node, "when", &["per"]);
            self.condition_of(node, "when", stage).map(ScoreKind::When)
        } else if let Some(kind) = node.text("activity") {
            self.refuse_score_keys(node, "activity", &["per"]);
            Some(ScoreKind::Activity {
                kind: self.symbols.intern(kind),
                within: node.duration("within"),
                half_life: self.half_life(node),
                max: node.whole("max"),
            })
        } else {
            self.refuse_score_keys(node, "share_of", &ACTIVITY_KEYS);
            let of =
                node.child("share_of").and_then(|it| self.field(it, stage, "a number", is_number));
            of.map(|of| ScoreKind::Share { of, per: self.per(node) })
        };
        let (id, span): (_, Span) = node.named("id")?;
        Some(ScoreRule { id, kind: kind?, points: points?, span })
    }

    fn per(&mut self, node: &Node) -> Number {
        let one = Number::from(1);
        match node.number("per") {
            Some(it) if it.get() <= 0.0 => {
                let message = "`per` must be above 0";
                self.found.push(Diagnostic::error("P0111", message, node.span_of("per")));
                one
            }
            Some(it) => it,
            None => one,
        }
    }

    fn half_life(&mut self, node: &Node) -> Option<model::Seconds> {
        let half_life = node.duration("half_life")?;
        if half_life.get() == 0 {
            let message = "`half_life` must be above 0";
            self.found.push(Diagnostic::error("P0111", message, node.span_of("half_life")));
        }
        Some(half_life).filter(|it| 0 < it.get())
    }

    fn refuse_score_keys(&mut self, node: &Node, kind: &str, keys: &[&str]) {
        for entry in node.entries().iter().filter(|it| keys.contains(&it.key.as_str())) {
            let message = format!("`{}` says nothing to `{kind}`", entry.key);
            self.found.push(Diagnostic::error("P0127", message, entry.key_span));
        }
    }
}
