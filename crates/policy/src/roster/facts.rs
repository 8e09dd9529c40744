//! What conditions may ask about a rep.

use std::sync::Arc;

use model::{Rep, Value};

use crate::facts::{Fact, Facts, Word};
use crate::field::{FieldOrigin, FieldType};
use crate::section::Policy;
use crate::symbol::Symbols;

/// The fields `rep.<name>` that do not change with each pick: id, team and attributes. A text counts
/// as a set of one where the field holds a set.
pub fn rep_facts(policy: &Policy, rep: &Rep) -> Facts {
    let mut facts = Facts::with_len(policy.fields.len());
    let symbols = &policy.symbols;
    for (id, field) in policy.fields.iter().filter(|(_, it)| it.origin == FieldOrigin::Rep) {
        let text = |it: &str| Fact::Text(Word::new(it.into(), symbols));
        let fact = match field.name.strip_prefix("rep.") {
            Some("id") => text(rep.id.as_str()),
            Some("team") => rep.team.as_ref().map_or(Fact::Missing, |it| text(it.as_str())),
            Some(name) => attribute(field.kind, rep.attributes.get(name), symbols),
            None => Fact::Missing,
        };
        facts.set(id, fact);
    }
    facts
}

fn attribute(kind: FieldType, value: Option<&Value>, symbols: &Symbols) -> Fact {
    match (kind, value) {
        (_, None) => Fact::Missing,
        (FieldType::List, Some(Value::Text(one))) => {
            Fact::of(&Value::List(vec![Arc::clone(one)]), symbols)
        }
        (_, Some(value)) => Fact::of(value, symbols),
    }
}
