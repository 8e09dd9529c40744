//! Conditions where they stand: which fields they may name there.

use crate::diagnostic::Diagnostics;
use crate::expr::{Expr, RepFields, Scope, compile_condition};
use crate::field::FieldId;
use crate::lower::{Context, Stage};
use crate::tree::{Node, NodeKind};

/// Whose fields a condition may name.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Subject {
    /// The lead's.
    Lead,
    /// The lead's and the rep's.
    LeadAndRep,
    /// The rep's.
    Rep,
}

impl Context<'_> {
    /// The condition under `key` about a lead, evaluated at `stage`.
    pub(crate) fn condition_of(&mut self, node: &Node, key: &str, stage: Stage) -> Option<Expr> {
        let condition = node.child(key)?;
        self.condition(condition, stage)
    }

    /// A condition about a lead, evaluated at `stage`.
    pub(crate) fn condition(&mut self, node: &Node, stage: Stage) -> Option<Expr> {
        self.compiled(node, stage, Subject::Lead)
    }

    /// The condition under `key` about a lead and a rep.
    pub(crate) fn match_of(&mut self, node: &Node, key: &str) -> Option<Expr> {
        let condition = node.child(key)?;
        self.match_condition(condition)
    }

    /// A condition about a lead and a rep.
    pub(crate) fn match_condition(&mut self, node: &Node) -> Option<Expr> {
        self.compiled(node, Stage::Routing, Subject::LeadAndRep)
    }

    /// The condition under `key` about a rep alone.
    pub(crate) fn rep_condition_of(&mut self, node: &Node, key: &str) -> Option<Expr> {
        let condition = node.child(key)?;
        self.compiled(condition, Stage::Input, Subject::Rep)
    }

    fn compiled(&mut self, node: &Node, stage: Stage, subject: Subject) -> Option<Expr> {
        let NodeKind::Scalar(scalar) = &node.kind else { return None };
        if scalar.text.trim().is_empty() {
            return None;
        }
        self.words_used(&scalar.text);
        let known_after = &self.known_after;
        let known_later = |field: FieldId| match known_after.get(&field) {
            // A rep's.
            None => None,
            Some(_) if subject == Subject::Rep => {
                Some("members of a pool are chosen without a lead".to_owned())
            }
            Some(known) if *known < stage => None,
            Some(known) => Some(known.words().to_owned()),
        };
        let scope = Scope {
            fields: &self.fields,
            lists: &self.lists,
            known_later: &known_later,
            rep_fields: match subject {
                Subject::Lead => RepFields::Refused,
                Subject::LeadAndRep | Subject::Rep => RepFields::Allowed,
            },
        };
        let mut found = Diagnostics::default();
        let condition = compile_condition(scalar, node.span, &scope, &mut self.symbols, &mut found);
        self.found.append(found);
        self.conditions.extend(condition.clone());
        condition
    }

    /// Counts lists and fields whose name stands in the text of a condition, outside quotes.
    fn words_used(&mut self, text: &str) {
        let mut quote = None;
        let mut word = String::new();
        for letter in text.chars().chain([' ']) {
            if let Some(mark) = quote {
                quote = Some(mark).filter(|_| letter != mark);
                continue;
            }
            if letter.is_ascii_alphanumeric() || matches!(letter, '_' | '-' | '.') {
                word.push(letter);
                continue;
            }
            quote = Some(letter).filter(|it| matches!(it, '"' | '\''));
            self.list_names.mark_used(&word);
            self.used_fields.extend(self.fields.find(&word));
            word.clear();
        }
    }
}

impl Stage {
    /// Why a field is not known before this step.
    fn words(self) -> &'static str {
        match self {
            Self::Input => "it is known from the start",
            Self::Derived(_) => "derived fields are worked out in the order written",
            Self::Exclude => "it is known only after disqualification",
            Self::FastTrack => "it is known only after the fast track",
            Self::Source => "it is known only after the source was looked at",
            Self::Gateway => "it is known only after the gateway",
            Self::Scoring => "it is known only after scoring",
            Self::Matrix => "it is known only after the matrix",
            Self::Mql => "it is known only after `mql` was tried",
            Self::Sql => "it is known only after `sql` was tried",
            Self::Tier => "it is known only after the tiers were tried",
            Self::Routing => "it is known only after routing",
            Self::Sla => "it is known only after the SLA was chosen",
            Self::After => "it is known only after the decision",
        }
    }
}
