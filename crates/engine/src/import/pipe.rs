//! Rows through threads: one reads, some prepare, the caller takes groups in the order of the file.

use std::path::Path;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;

use super::rows::{Cells, FileFault, Row, RowFile};
use super::{formula, mends, reject};

/// Rows of one group, and of one transaction.
const GROUP_ROWS: usize = 1_000;

/// A group is closed when its texts reach this size, so that a few groups are no more than that.
const GROUP_BYTES: usize = 4 << 20;

/// Groups that wait before each thread.
const QUEUE_GROUPS: usize = 2;

/// Threads that prepare, at most.
const PREPARERS_MAX: usize = 4;

/// A file of rows without the columns that the file of rejected rows adds.
pub(super) struct Input {
    rows: RowFile,
    columns: Vec<String>,
    /// Whether it is a table of rejected rows.
    is_rejected: bool,
}

/// A prepared group.
#[derive(Debug)]
pub(super) struct Group<T> {
    pub(super) items: Vec<T>,
    /// Number of its last row.
    pub(super) last_row: u64,
}

impl Input {
    pub(super) fn open(path: &Path, encoding: Option<&str>) -> Result<Self, FileFault> {
        let rows = RowFile::open(path, encoding)?;
        let mut columns = rows.columns().to_vec();
        let is_rejected = columns.ends_with(&reject::COLUMNS.map(str::to_owned));
        if is_rejected {
            columns.truncate(columns.len() - reject::COLUMNS.len());
            columns = columns.iter().map(|it| formula::plain(it).to_owned()).collect();
        }
        Ok(Self { rows, columns, is_rejected })
    }

    pub(super) fn columns(&self) -> &[String] {
        &self.columns
    }
}

impl Iterator for Input {
    type Item = Result<Row, FileFault>;

    fn next(&mut self) -> Option<Self::Item> {
        let row = self.rows.next()?;
        Some(row.map(|row| match (self.is_rejected, self.columns.is_empty()) {
            (true, _) => mends::of_texts(row, self.columns.len()),
            (false, true) => mends::of_object(row),
            (false, false) => row,
        }))
    }
}

/// Prepares the rows behind row `after` and hands them to `take`, group by group and in order. The
/// first error ends it.
pub(super) fn run<T, E>(
    rows: impl Iterator<Item = Result<Row, FileFault>> + Send,
    after: u64,
    prepare: &(impl Fn(Row) -> T + Sync),
    mut take: impl FnMut(Group<T>) -> Result<(), E>,
) -> Result<(), E>
where
    T: Send,
    E: From<FileFault>,
{
    let n = thread::available_parallelism().map_or(1, |it| it.get() - 1).clamp(1, PREPARERS_MAX);
    thread::scope(|scope| {
        let (mut to, mut from) = (Vec::new(), Vec::new());
        for _ in 0..n {
            let (rows_in, rows_out) = sync_channel(QUEUE_GROUPS);
            let (groups_in, groups_out) = sync_channel(QUEUE_GROUPS);
            scope.spawn(move || prepare_all(&rows_out, &groups_in, prepare));
            to.push(rows_in);
            from.push(groups_out);
        }
        scope.spawn(move || read_all(rows, after, &to));
        // Group k went through thread k modulo n, so asking in turn gives the order of the file.
        for groups in from.iter().cycle() {
            match groups.recv() {
                Ok(Ok(group)) => take(group)?,
                Ok(Err(fault)) => return Err(fault.into()),
                Err(_) => break,
            }
        }
        Ok(())
    })
}

type Rows = Result<Vec<Row>, FileFault>;

fn read_all(
    rows: impl Iterator<Item = Result<Row, FileFault>>,
    after: u64,
    to: &[SyncSender<Rows>],
) {
    let mut threads = to.iter().cycle();
    // A thread that is gone means that the caller has given up.
    let mut send = |rows: Rows| threads.next().is_some_and(|it| it.send(rows).is_ok());
    let (mut group, mut bytes) = (Vec::with_capacity(GROUP_ROWS), 0);
    for row in rows {
        match row {
            Ok(row) if row.number <= after => {}
            Ok(row) => {
                bytes += size(&row);
                group.push(row);
                if GROUP_ROWS <= group.len() || GROUP_BYTES <= bytes {
                    let full = std::mem::replace(&mut group, Vec::with_capacity(GROUP_ROWS));
                    bytes = 0;
                    if !send(Ok(full)) {
                        return;
                    }
                }
            }
            Err(fault) => {
                if !group.is_empty() && !send(Ok(std::mem::take(&mut group))) {
                    return;
                }
                send(Err(fault));
                return;
            }
        }
    }
    if !group.is_empty() {
        send(Ok(group));
    }
}

fn prepare_all<T>(
    rows: &Receiver<Rows>,
    groups: &SyncSender<Result<Group<T>, FileFault>>,
    prepare: &impl Fn(Row) -> T,
) {
    for rows in rows {
        let group = rows.map(|rows| {
            let last_row = rows.last().map_or(0, |it| it.number);
            Group { items: rows.into_iter().map(prepare).collect(), last_row }
        });
        if groups.send(group).is_err() {
            return;
        }
    }
}

fn size(row: &Row) -> usize {
    let cells = match &row.cells {
        Ok(Cells::Texts(texts)) => texts.iter().map(String::len).sum(),
        // Values are not walked: their text is about as long as their keys, or longer.
        Ok(Cells::Object(pairs)) => {
            pairs.iter().map(|(key, value)| key.len() + value.as_str().map_or(32, str::len)).sum()
        }
        Err(_) => 0,
    };
    row.raw.len() + cells
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(number: u64) -> Row {
        Row {
            number,
            line: number,
            raw: String::new(),
            cells: Ok(Cells::Texts(Vec::new())),
            seen: None,
            mends: None,
        }
    }

    #[test]
    fn groups_come_in_the_order_of_the_file_and_start_behind_the_place_reached() {
        let mut seen = Vec::new();
        let rows = (1..=5_500).map(|it| Ok(row(it)));
        let done: Result<(), FileFault> = run(rows, 1_200, &|it: Row| it.number, |group| {
            assert_eq!(group.items.last(), Some(&group.last_row));
            seen.extend(group.items);
            Ok(())
        });
        done.unwrap();
        assert_eq!(seen, (1_201..=5_500).collect::<Vec<_>>());
    }

    #[test]
    fn a_fault_of_the_file_comes_after_the_rows_before_it() {
        let rows = (1..=2_500).map(|it| Ok(row(it))).chain([Err(FileFault::Empty)]);
        let mut n = 0;
        let done: Result<(), FileFault> = run(rows, 0, &|it: Row| it.number, |group| {
            n += group.items.len();
            Ok(())
        });
        assert!(matches!(done, Err(FileFault::Empty)));
        assert_eq!(n, 2_500);
    }

    #[test]
    fn an_error_of_the_taker_ends_all_threads() {
        let rows = (1..).map(|it| Ok(row(it)));
        let done: Result<(), FileFault> = run(rows, 0, &|it: Row| it.number, |group| {
            if 3_000 < group.last_row { Err(FileFault::Empty) } else { Ok(()) }
        });
        assert!(done.is_err());
    }
}
