//! The mapping of a file whose columns are called as the fields.

use policy::Span;

use super::{From, Mapping, MappingKind, Other, OutcomeColumns, TextFrom, Unmapped, When};
use crate::fold;

impl Mapping {
    /// The mapping of a file of `kind` by the names of its columns, whatever their letter case,
    /// spaces and points; times without an offset are in `zone`. Rows of JSON lines name their own
    /// keys, so without `columns` every field is looked for.
    ///
    /// # Errors
    /// The fields that every row must have and that no column is called by.
    pub fn by_name(
        kind: MappingKind,
        columns: &[String],
        zone: Option<&str>,
    ) -> Result<Self, Vec<&'static str>> {
        let mut missing = Vec::new();
        let mut fields: Vec<(String, From)> = Vec::new();
        for field in kind.fields() {
            let found = columns.iter().find(|it| fold::words(it) == fold::words(field.name));
            match found {
                Some(column) => fields.push((field.name.to_owned(), column_of(column))),
                None if columns.is_empty() => {
                    fields.push((field.name.to_owned(), column_of(field.name)));
                }
                None if field.needed => missing.push(field.name),
                None => {}
            }
        }
        if kind == MappingKind::Reps {
            let attributes = columns.iter().filter(|it| kind.has_field(it));
            let named: Vec<String> = fields.iter().map(|(name, _)| name.clone()).collect();
            let more = attributes.filter(|it| !named.contains(it));
            fields.extend(more.map(|it| (it.clone(), column_of(it))));
        }
        if !missing.is_empty() {
            return Err(missing);
        }
        let mut mapping = Self {
            kind,
            encoding: None,
            source: None,
            zone: zone.map(str::to_owned),
            order: None,
            external_id: None,
            at: None,
            fields,
            consent: Vec::new(),
            outcome: None,
            only: None,
            missing: Vec::new(),
            ignore: Vec::new(),
            unmapped: Unmapped::Keep,
        };
        if kind == MappingKind::Outcomes {
            mapping.outcome_by_name();
        }
        Ok(mapping)
    }

    /// Moves the fields of an outcome to where mappings of outcomes have them.
    fn outcome_by_name(&mut self) {
        let fields = std::mem::take(&mut self.fields);
        let take = |name: &str| fields.iter().find(|(it, _)| it == name).map(|(_, it)| it.clone());
        self.external_id = take("external_id");
        self.at = take("at").map(|from| When { from, zone: None, order: None });
        if let (Some(lead), Some(kind)) = (take("lead"), take("outcome")) {
            let (amount, lead_source) = (take("amount"), take("lead_source"));
            self.outcome = Some(OutcomeColumns { lead, kind, amount, lead_source });
        }
    }
}

fn column_of(name: &str) -> From {
    let text = TextFrom::Column(name.to_owned(), Span::default());
    From { text, values: Vec::new(), other: Other::Keep }
}
