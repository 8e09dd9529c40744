//! Tables other than of leads: each row is read by itself and taken with its group.
//!
//! An import starts at the first row, also after an interruption: a row that is known changes
//! nothing, and one whose lead was missing may find it by now.

use std::sync::Arc;

use intake::mapping::{Bound, CellFault, MappingKind};
use model::Timestamp;
use model::id::ImportId;
use store::import::ImportRun;
use store::{StoreError, Tx};

use super::cells::{self, NamedCells};
use super::file::FileImport;
use super::fingerprint::Fingerprint;
use super::leads::live;
use super::pipe::{self, Group, Input};
use super::prepare;
use super::rehearsal::{self, Touched};
use super::reject::{RejectFile, Rejected};
use super::rows::{Cells, Row};
use super::run::{self, Subject};
use super::summary::{Progress, Summary};
use super::{ImportError, MappingFile};
use crate::lead_names;
use crate::live::Live;
use crate::outcomes::Recorded;
use crate::refusal::FieldFault;
use crate::{Actor, Engine};

/// What the rows of a table are, and how they are taken.
pub(super) trait Table: Sync {
    /// A row as read.
    type Row: Send + Sync + 'static;

    /// What its mappings are for.
    const KIND: MappingKind;

    /// Reads a row; `natural_id` is the id of one that has none.
    fn read(
        &self,
        bound: &Bound<'_>,
        cells: &NamedCells<'_>,
        natural_id: String,
    ) -> Result<Self::Row, Vec<CellFault>>;

    /// What the rows of a group may meet.
    fn touched(rows: &[Self::Row]) -> Touched;

    /// Takes a group; one result for each row, in order.
    fn take(
        engine: &Engine,
        tx: &mut Tx<'_>,
        live: &Live,
        actor: &Actor,
        rows: &[Self::Row],
        now: Timestamp,
    ) -> Result<Vec<Taken>, StoreError>;

    /// Adds what is to be said of a row that is new to the summary.
    fn note(&self, _row: &Self::Row, _summary: &mut Summary) {}
}

/// What became of a row.
#[derive(Clone, Debug)]
pub(super) enum Taken {
    /// It is in the database.
    In(Recorded),
    /// It is in the database, without a lead.
    Unmatched(Recorded),
    /// It cannot be taken as things stand.
    Refused(Vec<FieldFault>),
}

/// What is wrong with one cell.
pub(super) fn fault(at: &str, (code, message): (&str, &str)) -> FieldFault {
    FieldFault { at: at.to_owned(), code: code.to_owned(), message: message.to_owned() }
}

/// What is wrong with a row whose lead is not known.
pub(super) fn unknown_lead() -> FieldFault {
    let refusal = lead_names::unknown();
    fault("lead", (refusal.code, &refusal.message))
}

/// A row as read.
pub(super) enum Item<T> {
    /// With its number and cells.
    Row(u64, Cells, T),
    Rejected(Rejected),
    LeftOut,
}

/// Imports a table.
pub(super) fn import<T: Table>(
    engine: &Engine,
    actor: &Actor,
    ask: &FileImport<'_>,
    table: &T,
    mut watch: impl FnMut(Progress),
) -> Result<Summary, ImportError> {
    let input = Input::open(ask.path, ask.encoding())?;
    let columns = input.columns().to_vec();
    let (live, _) = live(engine)?;
    let mapping = ask.mapping_for(T::KIND, &columns, live.rules.zone.iana_name())?;
    let bound = mapping.bind(T::KIND, &columns)?;
    let file = Fingerprint::of(ask.path)?;
    let of = file.lines.saturating_sub(1);
    let hash = ask.mapping.map(MappingFile::hash).unwrap_or_default();
    let name = ask.path.display().to_string();
    let run = run::restart(engine, &Subject { kind: T::KIND.word(), name, file, mapping: hash })?;
    let summary = Summary {
        import: (!ask.is_trial()).then(|| ImportId::from_raw(run.id)),
        dry_run: ask.is_trial(),
        passed_over: bound.unnamed().to_vec(),
        ..Summary::default()
    };
    let rejects = ask.rejected.map(|it| RejectFile::new(it, ask.path, &columns, summary.import, 0));
    let mut taker = Taker { engine, actor, ask, table, rejects, summary, run };
    let order = cells::by_name(&columns);
    let read = |row| {
        read_row(&bound, &columns, row, |cells| {
            let natural_id = cells::natural_id(&cells::digest(*cells, &order));
            table.read(&bound, cells, natural_id)
        })
    };
    pipe::run(input, 0, &read, |group| {
        taker.take(group)?;
        let rows = taker.summary.rows;
        watch(Progress { rows, of: of.max(rows), rejected: taker.summary.rejected });
        Ok::<_, ImportError>(())
    })?;
    taker.finish()
}

/// Reads a row, unless the mapping leaves it out.
pub(super) fn read_row<R>(
    bound: &Bound<'_>,
    columns: &[String],
    row: Row,
    read: impl FnOnce(&NamedCells<'_>) -> Result<R, Vec<CellFault>>,
) -> Item<R> {
    let number = row.number;
    let cells = match row.cells {
        Ok(cells) => cells,
        Err(fault) => {
            return Item::Rejected(prepare::unreadable(number, row.seen, row.raw, &fault));
        }
    };
    let named = NamedCells { columns, cells: &cells };
    if !bound.takes(&named) {
        return Item::LeftOut;
    }
    match read(&named) {
        Ok(row) => Item::Row(number, cells, row),
        Err(faults) => Item::Rejected(refused(number, cells, prepare::field_faults(faults))),
    }
}

struct Taker<'a, T> {
    engine: &'a Engine,
    actor: &'a Actor,
    ask: &'a FileImport<'a>,
    table: &'a T,
    rejects: Option<RejectFile>,
    summary: Summary,
    run: ImportRun,
}

impl<T: Table> Taker<'_, T> {
    fn take(&mut self, group: Group<Item<T::Row>>) -> Result<(), ImportError> {
        self.summary.rows += group.items.len() as u64;
        let (mut rows, mut places, mut rejected) = (Vec::new(), Vec::new(), Vec::new());
        for item in group.items {
            match item {
                Item::Row(number, cells, row) => {
                    rows.push(row);
                    places.push((number, cells));
                }
                Item::Rejected(it) => rejected.push(it),
                Item::LeftOut => self.summary.left_out += 1,
            }
        }
        let mut run = self.run.clone();
        run.cursor = i64::try_from(group.last_row).unwrap_or(i64::MAX);
        run.rejected += i64::try_from(rejected.len()).unwrap_or(0);
        rehearsal::bring(self.ask.purpose, self.engine, || T::touched(&rows))?;
        let rows = Arc::new(rows);
        let (taken, run) = self.commit(Arc::clone(&rows), run)?;
        self.run = run;
        for ((taken, (number, cells)), row) in taken.into_iter().zip(places).zip(rows.iter()) {
            match taken {
                Taken::In(what) => self.count(what, row),
                Taken::Unmatched(what) => {
                    self.count(what, row);
                    self.summary.unmatched += 1;
                }
                Taken::Refused(faults) => rejected.push(refused(number, cells, faults)),
            }
        }
        rejected.sort_by_key(|it| it.row);
        self.summary.reject(&rejected);
        match &mut self.rejects {
            Some(rejects) => rejects.add(&rejected),
            None => Ok(()),
        }
    }

    /// Takes a group and moves the run, in one transaction.
    fn commit(
        &self,
        rows: Arc<Vec<T::Row>>,
        run: ImportRun,
    ) -> Result<(Vec<Taken>, ImportRun), ImportError> {
        let (engine, actor, cursor) = (self.engine.clone(), self.actor.clone(), self.run.cursor);
        let done = self.engine.write_blocking(move |tx, now| {
            if let Err(refusal) = run::hold(tx, &run, cursor)? {
                return Ok(Err(refusal));
            }
            let live = match engine.live(tx, now)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            let taken = T::take(&engine, tx, &live, &actor, &rows, now)?;
            let mut run = run.clone();
            for taken in &taken {
                match taken {
                    Taken::In(what) | Taken::Unmatched(what) => match what {
                        Recorded::New => run.accepted += 1,
                        Recorded::Linked | Recorded::Updated => run.attached += 1,
                        Recorded::Unchanged | Recorded::Superseded => {}
                    },
                    Taken::Refused(_) => run.rejected += 1,
                }
            }
            run::advance(tx, &run)?;
            Ok(Ok((taken, run)))
        });
        Ok(done?)
    }

    fn count(&mut self, what: Recorded, row: &T::Row) {
        match what {
            Recorded::New => {
                self.summary.new += 1;
                self.table.note(row, &mut self.summary);
            }
            Recorded::Linked => self.summary.attached += 1,
            Recorded::Updated => self.summary.updated += 1,
            Recorded::Unchanged | Recorded::Superseded => self.summary.unchanged += 1,
        }
    }

    fn finish(mut self) -> Result<Summary, ImportError> {
        if let Some(rejects) = self.rejects {
            self.summary.rejected_file = rejects.finish()?;
        }
        run::finish(self.engine, &self.run)?;
        Ok(self.summary)
    }
}

/// A row with what is wrong with it.
pub(super) fn refused(row: u64, cells: Cells, faults: Vec<FieldFault>) -> Rejected {
    Rejected { row, cells: Some(cells), text: String::new(), faults }
}
