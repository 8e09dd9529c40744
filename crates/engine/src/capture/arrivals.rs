//! Captures that arrive while the database is busy are taken together.
//!
//! They share one look at the live policy, one lock of pools and reps and one set of statements,
//! which is most of what a single capture costs. A group is closed only when a connection is free
//! for it, so that it holds all who have come by then. Each keeps its own answer and its own key; if
//! a group fails by a fault of one, each is taken again alone.

use std::collections::{BTreeSet, VecDeque};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use model::Timestamp;
use store::{Pending, StoreError, Tx};

use super::{CaptureAnswer, CaptureRequest, Captured, Prepared, answer, capture, prepare};
use crate::engine::{Answer, Engine, of_store};
use crate::live::Live;
use crate::once::{self, Once};
use crate::{Actor, Refusal, RefusalKind};

/// Arrivals that may wait; one more is answered with `Overloaded`.
const WAITING_MAX: usize = 4_096;

/// Bytes of submissions that may wait, unless one arrival alone has more.
const WAITING_BYTES_MAX: usize = 64 << 20;

/// Submissions that are taken together, unless one request alone has more.
const GROUP_MAX: usize = 512;

/// What one request hands in: its submissions are captured together or not at all.
struct Arrival {
    submissions: Vec<Prepared>,
    once: Option<Arc<Once>>,
    answer: Box<dyn FnOnce(Result<Reply, StoreError>) + Send>,
}

type Reply = Result<Vec<Captured>, Refusal>;

impl Arrival {
    /// As they came in; parsed they take a few times as much.
    fn bytes(&self) -> usize {
        self.submissions.iter().map(|it| it.request.raw.len()).sum()
    }
}

/// The arrivals that wait for the writer.
#[derive(Default)]
pub(crate) struct Arrivals {
    line: Mutex<Line>,
    /// Submissions that were taken to the writer so far.
    taken: AtomicU64,
}

#[derive(Default)]
struct Line {
    waiting: VecDeque<Arrival>,
    /// Of the submissions that wait.
    bytes: usize,
    /// Writes that will take a group, or have one.
    running: usize,
    /// Whether one of them left somebody behind who must not go before it is done.
    held: bool,
}

impl Line {
    /// True where one more write is to come for those who wait: no more than `most` at once.
    fn call(&mut self, most: usize) -> bool {
        let called = !self.waiting.is_empty() && !self.held && self.running < most;
        self.running += usize::from(called);
        called
    }
}

impl std::fmt::Debug for Arrivals {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Arrivals").field("waiting", &self.line().waiting.len()).finish()
    }
}

impl Arrivals {
    fn line(&self) -> MutexGuard<'_, Line> {
        // The line is whole after every step, so a panic elsewhere does not spoil it.
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds an arrival; true if a write must come for it. A full line gives it back.
    fn add(&self, arrival: Arrival, most: usize) -> Result<bool, Arrival> {
        let mut line = self.line();
        let bytes = line.bytes.saturating_add(arrival.bytes());
        let full = WAITING_MAX <= line.waiting.len() || WAITING_BYTES_MAX < bytes;
        if full && !line.waiting.is_empty() {
            return Err(arrival);
        }
        line.bytes = bytes;
        line.waiting.push_back(arrival);
        Ok(line.call(most))
    }

    /// The arrivals to take together, and whether others are left. Of two with one key the second
    /// stays: it gets the answer of the first.
    fn take(&self) -> (Vec<Arrival>, bool) {
        let mut line = self.line();
        let (mut group, mut keys, mut n) = (Vec::new(), BTreeSet::new(), 0);
        if line.held {
            return (group, false);
        }
        while let Some(next) = line.waiting.front() {
            let fresh = next.once.as_ref().is_none_or(|it| keys.insert(it.key().to_owned()));
            n += next.submissions.len();
            if !group.is_empty() && (GROUP_MAX < n || !fresh) {
                break;
            }
            group.extend(line.waiting.pop_front());
        }
        line.bytes = line.waiting.iter().map(Arrival::bytes).sum();
        let others = !line.waiting.is_empty();
        line.held |= others;
        let taken = group.iter().map(|it: &Arrival| it.submissions.len() as u64).sum();
        self.taken.fetch_add(taken, Ordering::Relaxed);
        (group, others)
    }

    /// A write is done, and with it those whom it held back if it left `others` behind. True if
    /// one must come for those who wait.
    fn done(&self, others: bool, most: usize) -> bool {
        let mut line = self.line();
        line.running = line.running.saturating_sub(1);
        line.held &= !others;
        line.call(most)
    }

    /// As many more writes are under way.
    fn more(&self, writes: usize) {
        self.line().running += writes;
    }

    fn take_all(&self) -> VecDeque<Arrival> {
        std::mem::take(&mut *self.line()).waiting
    }
}

impl Engine {
    /// Captures one submission.
    ///
    /// # Errors
    /// `I0302` with every fault where the contract is not met: the submission is kept in
    /// quarantine. `A0502` where no policy is live. Failures of the store.
    pub async fn capture(
        &self,
        actor: Actor,
        request: CaptureRequest,
    ) -> Result<CaptureAnswer, Refusal> {
        let captured = self.capture_many(actor, vec![request]).await?;
        answer(captured.into_iter().next())
    }

    /// Captures several submissions in one transaction; one result for each, in order. With a key
    /// on this handle they are captured once; see [`Engine::write_once`].
    ///
    /// # Errors
    /// `A0412` where the key was used for another request. `A0502` where no policy is live.
    /// Failures of the store.
    pub async fn capture_many(
        &self,
        actor: Actor,
        requests: Vec<CaptureRequest>,
    ) -> Result<Vec<Captured>, Refusal> {
        let live = self.live_to_prepare().await?;
        let submissions = requests.into_iter().map(|it| prepare(&live, actor.clone(), it));
        let (answer, pending) = Pending::new();
        let arrival = Arrival {
            submissions: submissions.collect(),
            once: self.once.clone(),
            answer: Box::new(answer),
        };
        match self.inner.arrivals.add(arrival, self.store().writers()) {
            Ok(true) => self.receive(Vec::new()),
            Ok(false) => {}
            Err(arrival) => {
                (arrival.answer)(Err(StoreError::Overloaded { limit: WAITING_MAX }));
            }
        }
        pending.await.map_err(|error| of_store(&error))?
    }

    /// Submissions that this node took to the writer so far.
    pub(crate) fn captured(&self) -> u64 {
        self.inner.arrivals.taken.load(Ordering::Relaxed)
    }

    /// What was live last, to check the contract by outside the transaction: where another policy
    /// is live by the time of the commit, [`capture`] checks again.
    async fn live_to_prepare(&self) -> Result<Arc<Live>, Refusal> {
        if let Some(live) = self.last_live() {
            return Ok(live);
        }
        let engine = self.clone();
        self.read(move |db| -> Answer<_> {
            let now = db.now()?;
            engine.live(db, now)
        })
        .await
    }

    /// Captures `group`, or what waits by the time the writer comes, and answers each.
    fn receive(&self, group: Vec<Arrival>) {
        let engine = self.once(None);
        let group = Arc::new(Mutex::new((group, false)));
        let answered = (self.once(None), Arc::clone(&group));
        let work = move |tx: &mut Tx<'_>| {
            let mut group = group.lock().unwrap_or_else(PoisonError::into_inner);
            if group.0.is_empty() {
                *group = engine.inner.arrivals.take();
            }
            let now = tx.now()?;
            capture_all(&engine, tx, &group.0, now)
        };
        self.store().write_then(work, move |taken| {
            let (engine, group) = answered;
            let mut group = group.lock().unwrap_or_else(PoisonError::into_inner);
            let (group, others) = std::mem::take(&mut *group);
            engine.answer_arrivals(group, taken);
            // Only now, so that of two with one key the first one is first on every engine.
            if engine.inner.arrivals.done(others, engine.store().writers()) {
                engine.receive(Vec::new());
            }
        });
    }

    fn answer_arrivals(&self, group: Vec<Arrival>, taken: Result<Vec<Reply>, StoreError>) {
        let error = match taken {
            Ok(taken) => {
                let answers = group.into_iter().zip(taken);
                return answers.for_each(|(it, taken)| (it.answer)(Ok(taken)));
            }
            Err(error) => error,
        };
        if group.is_empty() {
            // The write was refused before it could take anybody: nobody else will come for them.
            let waiting = self.inner.arrivals.take_all();
            return waiting.into_iter().for_each(|it| (it.answer)(Err(error.clone())));
        }
        let of_one = of_store(&error).kind == RefusalKind::Internal;
        if of_one && 1 < group.len() {
            self.inner.arrivals.more(group.len());
            return group.into_iter().for_each(|it| self.receive(vec![it]));
        }
        group.into_iter().for_each(|it| (it.answer)(Err(error.clone())));
    }
}

/// Captures everything that was not done under its key before; the answers in order.
fn capture_all(
    engine: &Engine,
    tx: &mut Tx<'_>,
    group: &[Arrival],
    now: Timestamp,
) -> Result<Vec<Reply>, StoreError> {
    if let Err(refusal) = engine.may_write() {
        return Ok(group.iter().map(|_| Err(refusal.clone())).collect());
    }
    let mut keyed: Vec<(usize, &Once)> =
        group.iter().enumerate().filter_map(|(at, it)| Some((at, it.once.as_deref()?))).collect();
    // In one order, so that two groups with the same keys do not wait for each other.
    keyed.sort_by_key(|(_, once)| once.key());
    let mut kept: Vec<Option<Reply>> = group.iter().map(|_| None).collect();
    for (at, once) in keyed {
        let answer = once::begin(tx, once, now)?;
        if let Some(slot) = kept.get_mut(at) {
            *slot = answer;
        }
    }
    let live = engine.live(tx, now)?;
    let fresh = group.iter().zip(&kept).filter(|(_, kept)| kept.is_none());
    let batch: Vec<&Prepared> = fresh.flat_map(|(it, _)| &it.submissions).collect();
    let mut captured = match &live {
        Ok(live) => capture(engine, tx, live, &batch, now)?.into_iter(),
        Err(_) => Vec::new().into_iter(),
    };
    let mut answers = Vec::with_capacity(group.len());
    for (arrival, kept) in group.iter().zip(kept) {
        answers.push(match kept {
            Some(answer) => answer,
            None => {
                let own = captured.by_ref().take(arrival.submissions.len());
                let answer = live.as_ref().map_err(Clone::clone).map(|_| own.collect());
                if let Some(once) = &arrival.once {
                    once::end(tx, once, &answer)?;
                }
                answer
            }
        });
    }
    Ok(answers)
}
