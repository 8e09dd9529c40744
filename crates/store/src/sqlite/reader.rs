//! A reader thread: one snapshot for each job.

use std::sync::Mutex;
use std::sync::mpsc::Receiver;

use super::SqliteConnection;
use crate::job::ReadJob;
use crate::store::next;
use crate::tx::Backend;
use crate::{Snapshot, StoreError};

/// Runs jobs until the queue is closed.
pub(crate) fn run(connection: &SqliteConnection, queue: &Mutex<Receiver<Box<dyn ReadJob>>>) {
    while let Some(mut job) = next(queue) {
        let done = read(connection, job.as_mut());
        job.answer(done);
    }
}

fn read(connection: &SqliteConnection, job: &mut dyn ReadJob) -> Result<(), StoreError> {
    connection.control("begin")?;
    let backend = Backend::Sqlite(connection.handle());
    let done = job.run(&mut Snapshot::new(backend, &connection.now_from));
    connection.roll_back();
    done
}
