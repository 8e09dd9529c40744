//! Names of fields and lists.

use crate::diagnostic::Diagnostic;
use crate::expr::check::Checker;
use crate::expr::check::kind::{Shape, shape};
use crate::expr::scope::{At, RepFields};
use crate::expr::token::quoted;
use crate::field::{FieldId, FieldOrigin, FieldType};
use crate::nearest::nearest;

impl Checker<'_, '_> {
    /// The field called `name`, if it may be named here.
    pub(super) fn field(&mut self, name: &str, at: At) -> Option<(FieldId, FieldType)> {
        let fields = self.scope.fields;
        let found = fields.find(name).and_then(|id| fields.get(id).map(|field| (id, field)));
        let Some((id, field)) = found else { return self.unknown_field(name, at) };
        if field.origin == FieldOrigin::Rep && self.scope.rep_fields == RepFields::Refused {
            let found = self
                .error("P0209", format!("`{name}` is a rep's, and no rep is chosen yet"), at)
                .help("fields of reps may be named in `filter`, `where`, `skills` and `only`");
            return self.push(found);
        }
        if let Some(why) = (self.scope.known_later)(id) {
            let found = self
                .error("P0208", format!("`{name}` has no value yet where this is asked"), at)
                .label(why);
            return self.push(found);
        }
        Some((id, field.kind))
    }

    fn unknown_field<T>(&mut self, name: &str, at: At) -> Option<T> {
        let found = self.error("P0206", format!("there is no field `{name}`"), at);
        let refused = self.scope.rep_fields == RepFields::Refused;
        let names = self.scope.fields.iter().map(|(_, field)| field);
        let names = names.filter(|it| !(refused && it.origin == FieldOrigin::Rep));
        let found = match nearest(name, names.map(|it| it.name.as_str())) {
            Some(near) => self.did_you_mean(found, at, near),
            None if self.scope.lists.contains_key(name) => {
                found.help(format!("`{name}` is a list: write `field in {name}`"))
            }
            None => found.help("declare it under `contract.fields` or `derived`"),
        };
        self.push(found)
    }

    /// A name on the right that should be a field to compare `left` with; a text without quotes is
    /// the usual mistake.
    pub(super) fn right_field(
        &mut self,
        name: &str,
        at: At,
        left: FieldId,
    ) -> Option<(FieldId, FieldType)> {
        let fields = self.scope.fields;
        if fields.find(name).is_some() {
            return self.field(name, at);
        }
        let field = fields.get(left)?;
        if !matches!(shape(field.kind), Shape::Text | Shape::List) {
            return self.unknown_field(name, at);
        }
        let written = quoted(name);
        let value = field.values.iter().any(|it| self.symbols.text(*it) == name);
        let near = nearest(name, fields.iter().map(|(_, it)| it.name.as_str()));
        let found = self
            .error("P0206", format!("there is no field `{name}`"), at)
            .help(format!("if the text was meant, write {written}"));
        let found = match (value, near) {
            (false, Some(near)) => found.help(format!("did you mean the field `{near}`?")),
            (true, _) | (false, None) => self.source.offer(found, at, &written),
        };
        self.push(found)
    }

    /// The values of the list called `name`, which is not empty.
    pub(super) fn list(&mut self, name: &str, at: At) -> Option<Vec<String>> {
        match self.scope.lists.get(name) {
            Some(values) if values.is_empty() => {
                let found = self.error("P0213", format!("the list `{name}` is empty"), at);
                self.push(found.label("nothing is in it").help("give it values under `lists`"))
            }
            Some(values) => Some(values.clone()),
            None => {
                let found = self.error("P0212", format!("there is no list `{name}`"), at);
                let found = match nearest(name, self.scope.lists.keys().map(String::as_str)) {
                    Some(near) => self.did_you_mean(found, at, near),
                    None => found.help("declare it under `lists`, or write `[\"a\", \"b\"]`"),
                };
                self.push(found)
            }
        }
    }

    fn did_you_mean(&self, found: Diagnostic, at: At, near: &str) -> Diagnostic {
        self.source.offer(found.help(format!("did you mean `{near}`?")), at, near)
    }
}
