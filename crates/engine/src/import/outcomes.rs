//! Files of outcomes: meetings, opportunities, wins and losses, as a CRM exports them.
//!
//! Each finds its lead by the id that the mapping's source gave it, by ours, or by e-mail address.
//! One whose lead is not known is kept and counted; imported again once the lead is there, it is
//! linked.

use intake::mapping::{Bound, CellFault, MappingKind};
use model::Timestamp;
use store::{StoreError, Tx};

use super::ImportError;
use super::cells::NamedCells;
use super::file::FileImport;
use super::rehearsal::Touched;
use super::summary::{Progress, Summary};
use super::table::{self, Table, Taken};
use crate::live::Live;
use crate::outcomes::{KINDS, Reported, record_group};
use crate::{Actor, Engine};

struct Outcomes {
    source: String,
}

impl Engine {
    /// Imports a file of outcomes. `watch` is told after each group.
    ///
    /// # Errors
    /// A file or mapping that cannot be used, a file of rejected rows that cannot be written, a
    /// refusal of the store.
    pub fn import_outcomes(
        &self,
        actor: &Actor,
        ask: &FileImport<'_>,
        watch: impl FnMut(Progress),
    ) -> Result<Summary, ImportError> {
        table::import(self, actor, ask, &Outcomes { source: ask.source() }, watch)
    }
}

impl Table for Outcomes {
    type Row = Reported;
    const KIND: MappingKind = MappingKind::Outcomes;

    fn read(
        &self,
        bound: &Bound<'_>,
        cells: &NamedCells<'_>,
        natural_id: String,
    ) -> Result<Reported, Vec<CellFault>> {
        let row = bound.outcome(cells)?;
        let kind = row.kind.to_lowercase();
        if !KINDS.contains(&kind.as_str()) {
            let shown: String = kind.chars().take(40).collect();
            return Err(vec![CellFault {
                at: "outcome".to_owned(),
                code: "I0511",
                message: format!("`{shown}` is none of {}: translate it", KINDS.join(", ")),
            }]);
        }
        Ok(Reported {
            kind,
            source: self.source.clone(),
            lead: row.lead,
            at: row.at,
            // Half a unit of currency more or less does not count in any report.
            value: row.amount.map(|it| it.get().round() as i64),
            lead_source: row.lead_source,
            id: row.external_id.unwrap_or(natural_id),
        })
    }

    fn touched(rows: &[Reported]) -> Touched {
        let mut touched = Touched::of(rows.iter().map(Reported::lead_name));
        touched.outcomes = rows.iter().flat_map(Reported::keys).collect();
        touched
    }

    fn take(
        engine: &Engine,
        tx: &mut Tx<'_>,
        live: &Live,
        actor: &Actor,
        rows: &[Reported],
        now: Timestamp,
    ) -> Result<Vec<Taken>, StoreError> {
        let recorded = record_group(engine, tx, live, actor, rows, now)?;
        let taken = recorded.into_iter().map(|filed| match filed {
            Ok((what, true)) => Taken::In(what),
            Ok((what, false)) => Taken::Unmatched(what),
            Err(faults) => Taken::Refused(faults),
        });
        Ok(taken.collect())
    }
}
