//! Files of leads.
//!
//! A lead keeps its own time of capture. It is decided on when it is imported, so its handoff
//! begins with the import. A lead captured more than 24 hours before the import is history: it is
//! scored, routed and given to somebody like any other, but without deadlines, timers and messages.
//!
//! A row is known by its external id; one without is known by what it says. A known row that says
//! the same changes nothing; one that says something else joins its lead.

use std::path::Path;
use std::sync::Arc;

use intake::mapping::MappingKind;
use model::Timestamp;
use model::id::ImportId;
use store::Tx;
use store::import::ImportRun;
use store::quarantine::{QuarantineEnd, RowEnd};

use super::file::{FileImport, Purpose};
use super::fingerprint::Fingerprint;
use super::mends::Mends;
use super::pipe::{self, Group, Input};
use super::prepare::{Item, Preparer, Ready};
use super::rehearsal::{self, Touched};
use super::reject::{RejectFile, Rejected};
use super::rows::Cells;
use super::run::{self, Start, Subject};
use super::summary::{Progress, Summary};
use super::{ImportError, MappingFile, table};
use crate::capture::{self, Captured, Prepared};
use crate::live::Live;
use crate::{Actor, Engine, Refusal, WORKSPACE};

/// A file of leads and how to take it.
#[derive(Clone, Copy, Debug)]
pub struct LeadImport<'a> {
    /// The file.
    pub file: FileImport<'a>,
    /// Which leads are history.
    pub history: History,
}

/// Which leads are history, and so wake nobody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum History {
    /// Those captured more than 24 hours before the import.
    ByAge,
    /// All of the file.
    All,
}

impl Engine {
    /// Imports a file of leads. `watch` is told after each group.
    ///
    /// # Errors
    /// A file or mapping that cannot be used, a file of rejected rows that cannot be written, a
    /// refusal of the store. Groups that were committed before stay; the same import goes on
    /// behind them.
    pub fn import_leads(
        &self,
        actor: &Actor,
        ask: &LeadImport<'_>,
        mut watch: impl FnMut(Progress),
    ) -> Result<Summary, ImportError> {
        let (live, now) = live(self)?;
        let file = &ask.file;
        let input = Input::open(file.path, file.encoding())?;
        let preparer = Preparer::new(&live, file.mapping, input.columns(), ask.history, now)?;
        let subject = Subject {
            kind: MappingKind::Leads.word(),
            name: file.path.display().to_string(),
            file: Fingerprint::of(file.path)?,
            mapping: file.mapping.map(MappingFile::hash).unwrap_or_default(),
        };
        let run = match run::start(self, &subject)? {
            Start::At(run) => run,
            Start::Done(run) => return again(&live, ask, input, &run),
        };
        let import = ImportId::from_raw(run.id);
        let preparer = preparer.of_import(actor.clone(), import);
        let after = u64::try_from(run.cursor).unwrap_or(0);
        let aside = preparer.aside(file.mapping);
        let may_be = aside.iter().filter_map(|it| Some((it.clone(), live.contract.nearest(it)?)));
        let mut taker = Taker {
            engine: self,
            live: Arc::clone(&live),
            now,
            purpose: file.purpose,
            rejects: file
                .rejected
                .map(|it| RejectFile::new(it, file.path, input.columns(), Some(import), after)),
            summary: Summary {
                import: (!file.is_trial()).then_some(import),
                resumed_after: after,
                may_be: may_be.collect(),
                aside,
                dry_run: file.is_trial(),
                ..Summary::default()
            },
            run,
            last: Arc::default(),
        };
        let of = subject.file.lines.saturating_sub(1);
        pipe::run(input, after, &|row| preparer.prepare(row), |group| {
            taker.take(group)?;
            let rows = after + taker.summary.rows;
            watch(Progress { rows, of: of.max(rows), rejected: taker.summary.rejected });
            Ok::<_, ImportError>(())
        })?;
        taker.finish()
    }
}

/// Takes groups into the database.
struct Taker<'a> {
    engine: &'a Engine,
    live: Arc<Live>,
    /// When the import began: what lies behind it has not come.
    now: Timestamp,
    purpose: Purpose<'a>,
    rejects: Option<RejectFile>,
    summary: Summary,
    run: ImportRun,
    /// The last group: freed by this thread while the writer has the next one.
    last: Arc<Vec<Prepared>>,
}

impl Taker<'_> {
    fn take(&mut self, group: Group<Item>) -> Result<(), ImportError> {
        let rows = group.items.len() as u64;
        let Split { mut captures, places, mended, unread, left_out } = split(group.items);
        let mended = Arc::new(mended);
        let mut run = self.run.clone();
        run.cursor = i64::try_from(group.last_row).unwrap_or(i64::MAX);
        run.rejected += i64::try_from(unread.len()).unwrap_or(0);
        rehearsal::bring(self.purpose, self.engine, || {
            let hashes = capture::hashes_of(&self.live, &captures);
            Touched { hashes, ..Touched::default() }
        })?;
        let place = self.rejects.as_ref().map(RejectFile::place).transpose()?.flatten();
        let (refused, captured) = loop {
            let refused = refused(&captures, &places, &unread, self.now);
            if let Some(rejects) = &mut self.rejects {
                rejects.add(&refused)?;
            }
            let before = std::mem::replace(&mut self.last, Arc::new(captures));
            let group = Arc::clone(&self.last);
            match self.commit(group, Arc::clone(&mended), run.clone(), || drop(before))? {
                Committed::Done(captured, run) => {
                    self.run = *run;
                    break (refused, captured);
                }
                Committed::Outdated(live) => {
                    if let Some(rejects) = &mut self.rejects {
                        rejects.take_back(place)?;
                    }
                    captures = self.last.iter().map(|it| it.renewed(&live)).collect();
                    self.live = live;
                }
            }
        };
        self.summary.rows += rows;
        self.summary.left_out += left_out;
        self.summary.reject(&refused);
        for captured in captured {
            self.count(captured);
        }
        Ok(())
    }

    /// Captures a group and moves the run, in one transaction; unless another policy has gone live
    /// than the one by which the file of rejected rows was written. Does `beside` meanwhile.
    fn commit(
        &self,
        captures: Arc<Vec<Prepared>>,
        mended: Arc<Vec<(usize, Mends)>>,
        run: ImportRun,
        beside: impl FnOnce(),
    ) -> Result<Committed, Refusal> {
        let (engine, cursor) = (self.engine.clone(), self.run.cursor);
        let work = move |tx: &mut Tx<'_>, now| {
            if let Err(refusal) = run::hold(tx, &run, cursor)? {
                return Ok(Err(refusal));
            }
            let live = match engine.live(tx, now)? {
                Ok(live) => live,
                Err(refusal) => return Ok(Err(refusal)),
            };
            if captures.iter().any(|it| it.number() != live.number) {
                return Ok(Ok(Committed::Outdated(live)));
            }
            let batch: Vec<&Prepared> = captures.iter().collect();
            let captured = capture::capture(&engine, tx, &live, &batch, now)?;
            let ends = mended.iter().filter_map(|(at, it)| Some(end(it, captured.get(*at)?)));
            store::quarantine::end_rows(tx, WORKSPACE, &ends.collect::<Vec<_>>())?;
            let mut run = run.clone();
            for captured in &captured {
                match captured {
                    Captured::Lead(answer) if answer.is_new => run.accepted += 1,
                    Captured::Lead(_) => run.attached += 1,
                    Captured::Unchanged(_) => {}
                    Captured::Quarantined(..) => run.rejected += 1,
                }
            }
            run::advance(tx, &run)?;
            Ok(Ok(Committed::Done(captured, Box::new(run))))
        };
        self.engine.write_beside(work, beside)
    }

    fn count(&mut self, captured: Captured) {
        match captured {
            Captured::Lead(answer) => {
                match answer.is_new {
                    true => self.summary.new += 1,
                    false => self.summary.attached += 1,
                }
                *self.summary.outcomes.entry(answer.outcome).or_default() += 1;
            }
            Captured::Unchanged(_) => self.summary.unchanged += 1,
            // Counted with the rows that are written to the file.
            Captured::Quarantined(..) => {}
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

/// What became of the transaction of a group.
enum Committed {
    Done(Vec<Captured>, Box<ImportRun>),
    /// Nothing is written: this is live by now.
    Outdated(Arc<Live>),
}

/// What becomes of the rows of a group.
#[derive(Default)]
struct Split {
    captures: Vec<Prepared>,
    /// Number and cells of each capture.
    places: Vec<(u64, Cells)>,
    /// Which of the captures mend a rejected row.
    mended: Vec<(usize, Mends)>,
    /// Rows that could not be read.
    unread: Vec<Rejected>,
    left_out: u64,
}

fn split(items: Vec<Item>) -> Split {
    let mut split = Split { captures: Vec::with_capacity(items.len()), ..Split::default() };
    for item in items {
        match item {
            Item::Capture(ready) => {
                let Ready { row, cells, prepared, mends } = *ready;
                split.mended.extend(mends.map(|it| (split.captures.len(), it)));
                split.captures.push(prepared);
                split.places.push((row, cells));
            }
            Item::Rejected(rejected) => split.unread.push(*rejected),
            Item::LeftOut => split.left_out += 1,
        }
    }
    split
}

/// The rows that are not taken, in the order of the file.
fn refused(
    captures: &[Prepared],
    places: &[(u64, Cells)],
    unread: &[Rejected],
    now: Timestamp,
) -> Vec<Rejected> {
    let rows = captures.iter().zip(places);
    let of_contract = rows.filter_map(|(one, (row, cells))| {
        Some(table::refused(*row, cells.clone(), one.faults(now)?))
    });
    let mut all: Vec<Rejected> = of_contract.chain(unread.iter().cloned()).collect();
    all.sort_by_key(|it| it.row);
    all
}

/// What becomes of the row in quarantine that a captured one mends. What is still refused is kept
/// anew, so that the old row is done with.
fn end(mends: &Mends, captured: &Captured) -> RowEnd {
    let end = match captured {
        Captured::Lead(answer) => QuarantineEnd::Replayed { lead_id: answer.lead.raw() },
        Captured::Unchanged(lead) => QuarantineEnd::Replayed { lead_id: lead.raw() },
        Captured::Quarantined(..) => QuarantineEnd::Discarded,
    };
    let row_no = i64::try_from(mends.row).unwrap_or(i64::MAX);
    RowEnd { import_id: mends.import.raw(), row_no, end }
}

/// A file that is done: nothing is written, but the reasons of its rejected rows are told again,
/// and where their file is gone it is made again.
fn again(
    live: &Live,
    ask: &LeadImport<'_>,
    input: Input,
    run: &ImportRun,
) -> Result<Summary, ImportError> {
    let mut summary = run::done_before(run);
    if run.rejected == 0 {
        return Ok(summary);
    }
    let (file, import) = (&ask.file, ImportId::from_raw(run.id));
    let (columns, began) = (input.columns().to_vec(), Timestamp::from_micros(run.started_at));
    let preparer = Preparer::new(live, file.mapping, &columns, ask.history, began)?;
    let mut rejects = file
        .rejected
        .filter(|it| !it.exists())
        .map(|it| RejectFile::new(it, file.path, &columns, Some(import), 0));
    summary.rejected = 0;
    pipe::run(input, 0, &|row| preparer.prepare(row), |group| {
        let Split { captures, places, unread, .. } = split(group.items);
        let refused = refused(&captures, &places, &unread, began);
        summary.reject(&refused);
        match &mut rejects {
            Some(rejects) => rejects.add(&refused),
            None => Ok(()),
        }
    })?;
    summary.rejected_file = match rejects {
        Some(rejects) => rejects.finish()?,
        None => file.rejected.map(Path::to_path_buf),
    };
    Ok(summary)
}

/// What is live, and the time of the database.
///
/// # Errors
/// `A0502` where nothing is live. Failures of the store.
pub fn live(engine: &Engine) -> Result<(Arc<Live>, Timestamp), Refusal> {
    let inner = engine.clone();
    engine.read_blocking(move |db| {
        let now = db.now()?;
        Ok(inner.live(db, now)?.map(|live| (live, now)))
    })
}
