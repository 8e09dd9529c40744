//! What every section needs while it is lowered: names, fields, symbols, the findings so far.

use std::collections::{BTreeMap, BTreeSet};

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::expr::Expr;
use crate::field::{FieldId, FieldType, Fields};
use crate::lower::names::Names;
use crate::nearest::nearest;
use crate::section::Policy;
use crate::span::{Sources, Span};
use crate::symbol::Symbols;
use crate::tree::Node;

/// The steps of a decision, in order. A condition may name what an earlier step has made known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Stage {
    /// The lead as it came, normalised, with what is known of its history and account.
    Input,
    /// The derived field of this number.
    Derived(u16),
    /// Disqualification and suppression.
    Exclude,
    /// The express lane.
    FastTrack,
    /// The source's mode and the gateway's answers.
    Source,
    /// The gateway's rules.
    Gateway,
    /// Score groups.
    Scoring,
    /// The matrix.
    Matrix,
    /// Marketing qualified.
    Mql,
    /// Sales qualified.
    Sql,
    /// The qualification tier.
    Tier,
    /// The routing table, pools, targets.
    Routing,
    /// The SLA.
    Sla,
    /// All after the decision.
    After,
}

/// The state of one run of the lowering.
pub(crate) struct Context<'a> {
    pub(crate) sources: &'a Sources,
    pub(crate) found: Diagnostics,
    pub(crate) fields: Fields,
    pub(crate) symbols: Symbols,
    /// From which step on a field may be named; fields of reps are not in it.
    pub(crate) known_after: BTreeMap<FieldId, Stage>,
    pub(crate) lists: BTreeMap<String, Vec<String>>,
    pub(crate) list_names: Names,
    pub(crate) calendars: Names,
    pub(crate) tables: Names,
    pub(crate) pools: Names,
    pub(crate) queues: Names,
    pub(crate) slas: Names,
    pub(crate) chains: Names,
    /// Fields named anywhere.
    pub(crate) used_fields: BTreeSet<FieldId>,
    /// Where fields are declared in the policy.
    pub(crate) declared_at: BTreeMap<FieldId, Span>,
    /// Every condition that could be compiled.
    pub(crate) conditions: Vec<Expr>,
}

impl<'a> Context<'a> {
    /// Collects the names that sections refer to.
    pub(crate) fn new(sources: &'a Sources, root: &Node, found: Diagnostics) -> Self {
        let names = |section, what| Names::of(root.child(section), what);
        let sla_tiers = root.child("slas").and_then(|it| it.child("tiers"));
        Self {
            sources,
            found,
            fields: Fields::default(),
            symbols: Symbols::default(),
            known_after: BTreeMap::new(),
            lists: BTreeMap::new(),
            list_names: names("lists", "list"),
            calendars: names("calendars", "calendar"),
            tables: names("tables", "table"),
            pools: names("pools", "pool"),
            queues: names("queues", "queue"),
            slas: Names::of(sla_tiers, "SLA tier"),
            chains: names("escalations", "escalation"),
            used_fields: BTreeSet::new(),
            conditions: Vec::new(),
            declared_at: BTreeMap::new(),
        }
    }

    /// Lowers all sections, in the order in which they make names known.
    pub(crate) fn policy(&mut self, root: &Node) -> Policy {
        let calendars = self.calendars(root);
        let contract = self.contract(root);
        self.system_fields(root);
        self.rep_fields(root);
        self.word_lists(root);
        let tables = self.tables(root);
        let derived = self.derived(root, &tables);
        let (disqualify, suppress) = self.exclusions(root);
        Policy {
            name: root.text("name").unwrap_or_default().to_owned(),
            hash: crate::PolicyHash::default(),
            calendars,
            contract,
            tables,
            derived,
            disqualify,
            suppress,
            fast_track: self.fast_track(root),
            sources: self.source_rules(root),
            gateway: self.gateway(root),
            scoring: self.scoring(root),
            qualification: self.qualification(root),
            routing: self.routing(root),
            pools: self.pools(root),
            queues: self.queues(root),
            slas: self.slas(root),
            chains: self.chains(root),
            notifications: self.notifications(root),
            quiet: self.quiet(root),
            attribution: self.attribution(root),
            dispositions: self.dispositions(root),
            measures: self.measures(root),
            fields: Fields::default(),
            symbols: Symbols::default(),
        }
    }

    /// Hands over the catalogue, the symbols, the findings and all conditions.
    pub(crate) fn finish(mut self, policy: &mut Policy) -> (Diagnostics, Vec<Expr>) {
        crate::lint::unused(&mut self);
        policy.fields = self.fields;
        policy.symbols = self.symbols;
        (self.found, self.conditions)
    }

    /// The field named by a scalar, if it is known before `stage`. `suits` says which types do,
    /// `wanted` says it in words.
    pub(crate) fn field(
        &mut self,
        node: &Node,
        stage: Stage,
        wanted: &str,
        suits: impl Fn(FieldType) -> bool,
    ) -> Option<FieldId> {
        let name = node.scalar().filter(|it| model::name::is_name(it))?;
        let Some(id) = self.fields.find(name) else {
            self.unknown_field(node, name, stage);
            return None;
        };
        self.used_fields.insert(id);
        let kind = self.fields.get(id)?.kind;
        match self.known_after.get(&id) {
            Some(known) if *known < stage => {}
            Some(_) => {
                let message = format!("`{name}` is not known yet here");
                self.found.push(
                    Diagnostic::error("P0124", message, node.span)
                        .help("a decision works it out in a later step"),
                );
                return None;
            }
            None => {
                let message = format!("`{name}` is a field of reps, not of leads");
                self.found.push(Diagnostic::error("P0124", message, node.span));
                return None;
            }
        }
        if suits(kind) {
            return Some(id);
        }
        let message = format!("`{name}` does not hold {wanted}");
        self.found.push(
            Diagnostic::error("P0121", message, node.span)
                .label(format!("this is a field of type `{}`", type_name(kind))),
        );
        None
    }

    fn unknown_field(&mut self, node: &Node, name: &str, stage: Stage) {
        let message = format!("there is no field `{name}`");
        let mut diagnostic = Diagnostic::error("P0125", message, node.span);
        let usable = self
            .fields
            .iter()
            .filter(|(id, _)| self.known_after.get(id).is_some_and(|known| *known < stage));
        if let Some(near) = nearest(name, usable.map(|(_, field)| field.name.as_str())) {
            diagnostic = diagnostic.help(format!("did you mean `{near}`?")).fix(node.span, near);
        }
        self.found.push(diagnostic);
    }

    /// The texts of lists that conditions name.
    fn word_lists(&mut self, root: &Node) {
        for entry in root.child("lists").map(Node::entries).unwrap_or_default() {
            let words: Vec<String> =
                entry.value.items().iter().filter_map(Node::scalar).map(str::to_owned).collect();
            self.lists.insert(entry.key.clone(), words);
        }
    }
}

/// The name of a type as written in the contract.
pub(crate) fn type_name(kind: FieldType) -> &'static str {
    crate::lower::contract::TYPES
        .iter()
        .find(|(_, it)| *it == kind)
        .map_or("text", |(name, _)| name)
}
