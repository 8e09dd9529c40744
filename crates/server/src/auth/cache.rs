//! What was found out about credentials, for a while and for a bounded number of callers.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// The most entries of a cache; when it is full it begins anew.
const ENTRIES_MAX: usize = 4096;

type Key = [u8; 32];

/// Values that hold for a while after they were put.
#[derive(Debug)]
pub(super) struct Cache<V> {
    time: Duration,
    entries: Mutex<BTreeMap<Key, (Instant, V)>>,
}

/// Counts failures in a window of time.
#[derive(Debug)]
pub(super) struct FailureCounter {
    window: Duration,
    most: u32,
    entries: Mutex<BTreeMap<Key, (Instant, u32)>>,
}

impl<V: Clone> Cache<V> {
    pub(super) fn new(time: Duration) -> Self {
        Self { time, entries: Mutex::default() }
    }

    pub(super) fn get(&self, key: Key) -> Option<V> {
        let entries = lock(&self.entries);
        let (put, value) = entries.get(&key)?;
        (put.elapsed() < self.time).then(|| value.clone())
    }

    pub(super) fn put(&self, key: Key, value: V) {
        let mut entries = lock(&self.entries);
        make_room(&mut entries);
        entries.insert(key, (Instant::now(), value));
    }

    pub(super) fn clear(&self) {
        lock(&self.entries).clear();
    }
}

impl FailureCounter {
    pub(super) fn new(window: Duration, most: u32) -> Self {
        Self { window, most, entries: Mutex::default() }
    }

    pub(super) fn is_full(&self, key: Key) -> bool {
        let entries = lock(&self.entries);
        entries.get(&key).is_some_and(|(began, failures)| {
            began.elapsed() < self.window && self.most <= *failures
        })
    }

    pub(super) fn add(&self, key: Key) {
        let mut entries = lock(&self.entries);
        make_room(&mut entries);
        let entry = entries.entry(key).or_insert((Instant::now(), 0));
        if self.window <= entry.0.elapsed() {
            *entry = (Instant::now(), 0);
        }
        entry.1 += 1;
    }
}

fn make_room<V>(entries: &mut BTreeMap<Key, V>) {
    if ENTRIES_MAX <= entries.len() {
        entries.clear();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // Entries are whole after every call, so a panic elsewhere does not spoil them.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
