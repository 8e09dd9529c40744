//! Files of outcomes: meetings, opportunities, wins and losses, as a CRM exports them.
//!
//! Each finds its lead by the id that the mapping's source gave it, or by e-mail address. One whose
//! lead is not known is kept and counted; imported again once the lead is there, it is linked.

use std::path::Path;

use intake::mapping::{Bound, MappingKind};
use model::id::ImportId;

use super::cells::{self, NamedCells};
use super::fingerprint::Fingerprint;
use super::leads::live;
use super::pipe::{self, Input};
use super::prepare::{self, SOURCE};
use super::reject::{RejectFile, Rejected};
use super::rows::{Cells, Row};
use super::run::{self, Start, Subject};
use super::summary::{Progress, Summary};
use super::{ImportError, MappingFile};
use crate::outcomes::{KINDS, Recorded, Reported, record_group};
use crate::refusal::FieldFault;
use crate::{Actor, Engine};

/// A file of outcomes and how to take it.
#[derive(Clone, Copy, Debug)]
pub struct OutcomeImport<'a> {
    /// The file.
    pub path: &'a Path,
    /// What its columns mean.
    pub mapping: &'a MappingFile,
    /// Where rejected rows go.
    pub rejected: &'a Path,
    /// Whether it is only tried: nothing is written.
    pub dry_run: bool,
}

enum Item {
    Outcome(Reported),
    Rejected(Rejected),
    LeftOut,
}

impl Engine {
    /// Imports a file of outcomes. `watch` is told after each group. An import starts at the first
    /// row again after an interruption: what is known is passed over.
    ///
    /// # Errors
    /// A file or mapping that cannot be used, a file of rejected rows that cannot be written, a
    /// refusal of the store.
    pub fn import_outcomes(
        &self,
        actor: &Actor,
        ask: &OutcomeImport<'_>,
        mut watch: impl FnMut(Progress),
    ) -> Result<Summary, ImportError> {
        let input = Input::open(ask.path, ask.mapping.mapping().encoding.as_deref())?;
        let columns = input.columns().to_vec();
        let bound = ask.mapping.bind(MappingKind::Outcomes, &columns)?;
        let source = ask.mapping.mapping().source.clone().unwrap_or_else(|| SOURCE.to_owned());
        let order = cells::by_name(&columns);
        let file = Fingerprint::of(ask.path)?;
        let of = file.lines.saturating_sub(1);
        let mut run = match ask.dry_run {
            true => None,
            false => Some(self.begin_outcomes(ask, file)?),
        };
        let mut summary = Summary {
            import: run.as_ref().map(|it| ImportId::from_raw(it.id)),
            dry_run: ask.dry_run,
            ..Summary::default()
        };
        let mut rejects = RejectFile::new(ask.rejected, &columns, 0);
        let read = |row: Row| read(&bound, &columns, &order, &source, row);
        pipe::run(input, 0, &read, |group| {
            summary.rows += group.items.len() as u64;
            let (mut outcomes, mut refused) = (Vec::new(), Vec::new());
            for item in group.items {
                match item {
                    Item::Outcome(outcome) => outcomes.push(outcome),
                    Item::Rejected(rejected) => refused.push(rejected),
                    Item::LeftOut => summary.left_out += 1,
                }
            }
            summary.rejected += refused.len() as u64;
            match &mut run {
                None => summary.new += outcomes.len() as u64,
                Some(run) => {
                    rejects.add(&refused)?;
                    run.cursor = i64::try_from(group.last_row).unwrap_or(i64::MAX);
                    run.rejected += i64::try_from(refused.len()).unwrap_or(0);
                    *run = self.take_outcomes(actor, outcomes, run.clone(), &mut summary)?;
                }
            }
            let of = of.max(summary.rows);
            watch(Progress { rows: summary.rows, of, rejected: summary.rejected });
            Ok::<_, ImportError>(())
        })?;
        if let Some(run) = &run {
            summary.rejected_file = rejects.finish()?;
            run::finish(self, run)?;
        }
        Ok(summary)
    }

    /// The run, at its first row: outcomes may have found their leads since.
    fn begin_outcomes(
        &self,
        ask: &OutcomeImport<'_>,
        file: Fingerprint,
    ) -> Result<store::import::ImportRun, ImportError> {
        live(self)?;
        let subject = Subject {
            kind: "outcomes",
            name: ask.path.display().to_string(),
            file,
            mapping: ask.mapping.hash(),
        };
        Ok(match run::start(self, &subject)? {
            Start::At(run) | Start::Done(run) => run,
        })
    }

    fn take_outcomes(
        &self,
        actor: &Actor,
        outcomes: Vec<Reported>,
        run: store::import::ImportRun,
        summary: &mut Summary,
    ) -> Result<store::import::ImportRun, ImportError> {
        let (engine, actor) = (self.clone(), actor.clone());
        let (recorded, run) = self.write_blocking(move |tx, now| {
            let live = match engine.live(tx, now)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let recorded = record_group(&engine, tx, &live, &actor, &outcomes, now)?;
            let mut run = run.clone();
            for (what, _) in &recorded {
                match what {
                    Recorded::New => run.accepted += 1,
                    Recorded::Linked => run.attached += 1,
                    Recorded::Unchanged => {}
                }
            }
            store::import::advance(tx, &run)?;
            Ok(Ok((recorded, run)))
        })?;
        for (what, has_lead) in recorded {
            match what {
                Recorded::New => summary.new += 1,
                Recorded::Linked => summary.attached += 1,
                Recorded::Unchanged => summary.unchanged += 1,
            }
            summary.unmatched += u64::from(!has_lead);
        }
        Ok(run)
    }
}

fn read(bound: &Bound<'_>, columns: &[String], order: &[usize], source: &str, row: Row) -> Item {
    let number = row.number;
    let cells = match row.cells {
        Ok(cells) => cells,
        Err(fault) => return Item::Rejected(prepare::unreadable(number, row.raw, &fault)),
    };
    let named = NamedCells { columns, cells: &cells };
    if !bound.takes(&named) {
        return Item::LeftOut;
    }
    let outcome = bound.outcome(&named).map_err(prepare::field_faults);
    match outcome.and_then(|it| reported(it, named, order, source)) {
        Ok(reported) => Item::Outcome(reported),
        Err(faults) => Item::Rejected(refused(number, cells, faults)),
    }
}

fn reported(
    row: intake::mapping::OutcomeRow,
    cells: NamedCells<'_>,
    order: &[usize],
    source: &str,
) -> Result<Reported, Vec<FieldFault>> {
    let kind = row.kind.to_lowercase();
    if !KINDS.contains(&kind.as_str()) {
        let shown: String = kind.chars().take(40).collect();
        return Err(vec![FieldFault {
            at: "outcome".to_owned(),
            code: "I0511".to_owned(),
            message: format!("`{shown}` is none of {}: translate it", KINDS.join(", ")),
        }]);
    }
    Ok(Reported {
        kind,
        source: source.to_owned(),
        lead: row.lead,
        at: row.at,
        // Half a unit of currency more or less does not count in any report.
        value: row.amount.map(|it| it.get().round() as i64),
        lead_source: row.lead_source,
        id: row.external_id.unwrap_or_else(|| cells::natural_id(&cells::digest(cells, order))),
    })
}

fn refused(row: u64, cells: Cells, faults: Vec<FieldFault>) -> Rejected {
    Rejected { row, cells: Some(cells), text: String::new(), faults }
}
