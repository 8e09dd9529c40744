//! Files of reps: rows become reps of the roster.
//!
//! The file is one new version of the roster. A rep who is known changes in the columns that are
//! filled, one who is not is added, none is removed. Rows that the roster refuses are rejected and
//! the others go in; where the whole does not fit the live policy, nothing does.

mod put;
mod row;

use std::sync::Arc;

use intake::mapping::MappingKind;

use super::ImportError;
use super::file::FileImport;
use super::pipe::{self, Input};
use super::reject::RejectFile;
use super::summary::{Progress, Summary};
use super::table::{self, Item};
use crate::{Actor, Engine, Refusal};
use put::Put;
use row::RepRow;

impl Engine {
    /// Imports a file of reps. `watch` is told after each group that is read.
    ///
    /// # Errors
    /// A file or mapping that cannot be used, a file of rejected rows that cannot be written,
    /// `A0603` where the roster would not be sound, a refusal of the store.
    pub fn import_reps(
        &self,
        actor: &Actor,
        ask: &FileImport<'_>,
        mut watch: impl FnMut(Progress),
    ) -> Result<Summary, ImportError> {
        let input = Input::open(ask.path, ask.encoding())?;
        let columns = input.columns().to_vec();
        let mapping = ask.mapping_for(MappingKind::Reps, &columns, None)?;
        let bound = mapping.bind(MappingKind::Reps, &columns)?;
        let mut summary = Summary {
            dry_run: ask.is_trial(),
            passed_over: bound.unnamed().to_vec(),
            ..Summary::default()
        };
        let (mut rows, mut places, mut rejected) = (Vec::new(), Vec::new(), Vec::new());
        let read =
            |row| table::read_row(&bound, &columns, row, |cells| RepRow::read(bound.record(cells)));
        pipe::run(input, 0, &read, |group| {
            summary.rows += group.items.len() as u64;
            for item in group.items {
                match item {
                    Item::Row(number, cells, rep) => {
                        rows.push(rep);
                        places.push((number, cells));
                    }
                    Item::LeftOut => summary.left_out += 1,
                    Item::Rejected(it) => rejected.push(it),
                }
            }
            watch(Progress { rows: summary.rows, of: 0, rejected: rejected.len() as u64 });
            Ok::<_, ImportError>(())
        })?;
        for (put, (number, cells)) in self.put_reps(actor, rows)?.into_iter().zip(places) {
            match put {
                Put::New => summary.new += 1,
                Put::Changed => summary.updated += 1,
                Put::Unchanged => summary.unchanged += 1,
                Put::Refused(faults) => rejected.push(table::refused(number, cells, faults)),
            }
        }
        rejected.sort_by_key(|it| it.row);
        summary.reject(&rejected);
        if let Some(path) = ask.rejected {
            let mut file = RejectFile::new(path, ask.path, &columns, None, 0);
            file.add(&rejected)?;
            summary.rejected_file = file.finish()?;
        }
        Ok(summary)
    }

    /// Puts rows into the roster; what became of each.
    fn put_reps(&self, actor: &Actor, rows: Vec<RepRow>) -> Result<Vec<Put>, Refusal> {
        let (engine, actor, rows) = (self.clone(), actor.clone(), Arc::new(rows));
        self.write_blocking(move |tx, now| put::put(&engine, tx, &actor, &rows, now))
    }
}
