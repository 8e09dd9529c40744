//! Transactions: begun under locks, committed later or never.

use std::collections::BTreeSet;
use std::sync::Arc;

use decide::Event;
use model::id::{HandoffId, LeadId, OutboxId, TimerId};
use model::{RepIndex, Seconds, Timestamp};

use super::call::What;
use super::{Happening, World};
use crate::check::Committed;
use crate::live::Live;
use crate::plan::{Fault, Sabotage};
use crate::rows::Answer;
use crate::script::Deed;
use crate::work::{self, ClaimEnd, Claimed, Desk, Made, Work};

/// Crashes around a commit, at most, in a run.
const CRASHES_MAX: u64 = 24;

/// What a node is to do in one transaction.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Task {
    pub(super) node: usize,
    /// Which life of the node: a crash forgets the task.
    pub(super) life: u32,
    pub(super) job: Job,
}

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Job {
    Call(u64),
    Sweep,
    Claim,
    End(Claimed, ClaimEnd),
    Gone(HandoffId),
}

/// What a transaction keeps others from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Lock {
    Key(u64),
    Person(u32),
    Lead(LeadId),
    Pool(u16),
    Rep(RepIndex),
    Message(OutboxId),
}

/// A transaction that has begun.
pub(super) struct Open {
    task: Task,
    locks: BTreeSet<Lock>,
    made: Made,
    live: Arc<Live>,
    deed: Option<Deed>,
    end: End,
}

impl Open {
    pub(super) fn job(&self) -> Job {
        self.task.job
    }

    pub(super) fn has_pools(&self, pools: &BTreeSet<u16>) -> bool {
        let own = self.locks.iter().filter_map(|it| match it {
            Lock::Pool(pool) => Some(pool),
            _ => None,
        });
        own.eq(pools)
    }
}

/// What follows a commit.
enum End {
    Answer(u64, Answer),
    Transmit(Vec<Claimed>),
    SweepOn,
    Nothing,
}

/// What a task needs before it may begin.
#[derive(Default)]
struct Needs {
    locks: BTreeSet<Lock>,
    pools: BTreeSet<u16>,
    reps: BTreeSet<RepIndex>,
    event: Option<Event>,
    timers: Vec<TimerId>,
}

/// What becomes of a commit.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Done,
    Aborted,
    /// Done or not, and the node is not told.
    Unknown(bool),
    /// The node dies, before or after it is done.
    Crash(bool),
}

impl World<'_> {
    /// Begins a transaction, or waits for its locks.
    pub(super) fn begin(&mut self, task: Task) {
        if !self.is_alive(task.node, task.life) {
            return;
        }
        if let Some(until) = self.hung_until(task.node) {
            return self.at(until, Happening::Begin(task));
        }
        if let Job::Call(key) = task.job
            && let Some(answer) = self.tables.keys.get(&key).cloned()
        {
            self.note(format_args!("again {key}"));
            return self.tell(key, answer);
        }
        let needs = self.needs(task.job);
        let free = |lock: &Lock| {
            let holder = self.locks.get(lock);
            holder.is_none_or(|tx| self.disregards(task.job, &needs.pools, *lock, *tx))
        };
        if !needs.locks.iter().all(free) {
            self.waiting.push_back(task);
            return;
        }
        self.draft(task, needs);
    }

    fn needs(&self, job: Job) -> Needs {
        let mut needs = Needs::default();
        let live = &self.live;
        match job {
            Job::Call(key) => {
                needs.locks.insert(Lock::Key(key));
                match self.calls.get(&key).map(|it| &it.what) {
                    Some(What::Form { person }) => {
                        let person = self.people.get(*person as usize);
                        let reach =
                            person.map(|it| work::capture_reach(&self.tables, live, it, self.now));
                        if let Some((person, reach)) = person.zip(reach) {
                            needs.locks.insert(Lock::Person(person.number));
                            needs.locks.extend(reach.known.map(Lock::Lead));
                            (needs.pools, needs.reps) = (reach.pools, reach.reps);
                        }
                    }
                    Some(What::Deal { handoff, by, action, .. }) => {
                        self.need_step(&mut needs, *handoff, action.event(by, self.now));
                    }
                    None => {}
                }
            }
            Job::Gone(handoff) => self.need_step(&mut needs, handoff, Event::OwnerGone),
            Job::Sweep => {
                let taken = |it| self.locks.contains_key(&Lock::Lead(it));
                needs.timers = work::due(&self.tables, self.sweep_now(), taken);
                for id in &needs.timers {
                    let Some(timer) = self.tables.timers.get(id) else { continue };
                    needs.locks.insert(Lock::Lead(timer.lead));
                    let event = decide::effect::Timer { kind: timer.kind, due_at: timer.due_at };
                    if let Some(row) = self.tables.handoffs.get(&timer.handoff) {
                        let (pools, reps) = work::step_reach(live, row, &Event::Fired(event));
                        needs.pools.extend(pools);
                        needs.reps.extend(reps);
                    }
                }
            }
            Job::End(claimed, _) => {
                needs.locks.insert(Lock::Message(claimed.id));
            }
            Job::Claim => {}
        }
        needs.locks.extend(needs.pools.iter().map(|it| Lock::Pool(*it)));
        needs.locks.extend(needs.reps.iter().map(|it| Lock::Rep(*it)));
        needs
    }

    fn need_step(&self, needs: &mut Needs, handoff: HandoffId, event: Event) {
        if let Some(row) = self.tables.handoffs.get(&handoff) {
            needs.locks.insert(Lock::Lead(row.life.lead));
            (needs.pools, needs.reps) = work::step_reach(&self.live, row, &event);
            needs.event = Some(event);
        }
    }

    /// Whether a form is captured.
    pub(super) fn is_form(&self, job: Job) -> bool {
        let what = match job {
            Job::Call(key) => self.calls.get(&key).map(|it| &it.what),
            Job::Sweep | Job::Claim | Job::End(..) | Job::Gone(_) => None,
        };
        matches!(what, Some(What::Form { .. }))
    }

    /// What time a sweep goes by: the database's, whatever the clock of the node says.
    fn sweep_now(&self) -> Timestamp {
        match self.plan.sabotage {
            Some(Sabotage::FireEarly) => self.now.plus(Seconds::from_minutes(10)),
            _ => self.now,
        }
    }

    /// Reads, decides and collects the writes.
    fn draft(&mut self, task: Task, needs: Needs) {
        let mut locks = needs.locks;
        let live = Arc::clone(&self.live);
        let now = if task.job == Job::Sweep { self.sweep_now() } else { self.now };
        let hide = self.plan.sabotage == Some(Sabotage::ExceedCap) && self.is_form(task.job);
        let reach = (needs.pools, needs.reps);
        let mut work = Work {
            tables: &self.tables,
            live: &live,
            people: &self.people,
            now,
            ids: &mut self.ids,
            desk: Desk::read(&self.tables, &live, now, reach, hide),
            made: Made::default(),
        };
        let (mut deed, mut end) = (None, End::Nothing);
        match task.job {
            Job::Call(key) => {
                let what = self.calls.get(&key).map(|it| it.what.clone());
                if let Some(answer) = answered(&mut work, what.as_ref(), needs.event.as_ref()) {
                    if let Answer::Refused(_) = answer {
                        // A refusal changed nothing and is not kept.
                        self.note(format_args!("refused {key} {answer:?}"));
                        if let Some(what) = what {
                            self.did(what.deed(&self.people, key, answer.clone()));
                        }
                        return self.tell(key, answer);
                    }
                    work.keep(key, answer.clone());
                    deed = what.map(|it| it.deed(&self.people, key, answer.clone()));
                    end = End::Answer(key, answer);
                }
            }
            Job::Sweep => {
                let fired = work.sweep(&needs.timers);
                let ended = needs.timers.len() - fired;
                deed = Some(Deed::Sweep { fired, ended });
                end = End::SweepOn;
            }
            Job::Claim => {
                let (claimed, limit) = work.claim(|it| self.locks.contains_key(&Lock::Message(it)));
                locks.extend(claimed.iter().map(|it| Lock::Message(it.id)));
                let list = claimed.iter().map(|it| (it.id, it.attempt)).collect();
                deed = Some(Deed::Claim { claimed: list, limit });
                end = End::Transmit(claimed);
            }
            Job::End(claimed, how) => deed = Some(work.end_claim(claimed, how)),
            Job::Gone(handoff) => {
                work.respond(handoff, None, &Event::OwnerGone);
                deed = Some(Deed::Gone { handoff });
            }
        }
        let made = work.finish();
        if made.writes.is_empty() {
            if let End::Answer(key, answer) = end {
                self.tell(key, answer);
            }
            return;
        }
        self.begun += 1;
        let tx = self.begun;
        self.locks.extend(locks.iter().map(|it| (*it, tx)));
        self.open.insert(tx, Open { task, locks, made, live, deed, end });
        match self.plan.side_by_side {
            true => {
                let millis = (1 + self.random.delay.below(30)) * self.slowness();
                self.after(millis, Happening::Commit(tx));
            }
            false => self.commit(tx),
        }
    }

    /// Ends a transaction.
    pub(super) fn commit(&mut self, tx: u64) {
        // A crash, or a database that gave up on a node that hangs, has rolled it back.
        let Some(node) = self.open.get(&tx).map(|it| it.task.node) else { return };
        if let Some(until) = self.hung_until(node) {
            return self.at(until, Happening::Commit(tx));
        }
        let fate = self.fate();
        let applied = matches!(fate, Fate::Done | Fate::Unknown(true) | Fate::Crash(true));
        let Some(open) = self.close(tx) else { return };
        let Open { task, made, live, deed, end, .. } = open;
        if applied {
            let told = matches!(fate, Fate::Done);
            self.note(format_args!("commit {node} {:?} {told}", task.job));
            self.apply(node, made, &live);
            if let Some(deed) = deed {
                self.did(deed);
            }
        }
        match fate {
            Fate::Crash(_) => self.crash(node),
            Fate::Aborted | Fate::Unknown(_) => {}
            Fate::Done => match end {
                End::Answer(key, answer) => self.tell(key, answer),
                End::Transmit(claimed) => self.transmit_all(&task, &claimed),
                End::SweepOn => self.begin(task),
                End::Nothing => {}
            },
        }
        self.wake();
    }

    fn fate(&mut self) -> Fate {
        let coin = self.random.faults.percent(50);
        match () {
            () if self.strikes(Fault::Aborted) => Fate::Aborted,
            () if self.strikes(Fault::Unknown) => Fate::Unknown(coin),
            () if self.may_crash() && self.would_strike(Fault::Crash) => Fate::Crash(coin),
            () => Fate::Done,
        }
    }

    /// A run that commits often must not spend its hours with all nodes down.
    fn may_crash(&mut self) -> bool {
        let met = self.counts.faults.get(&Fault::Crash).copied().unwrap_or(0);
        met < CRASHES_MAX && self.random.faults.percent(5)
    }

    /// Takes a transaction out and gives up its locks.
    pub(super) fn close(&mut self, tx: u64) -> Option<Open> {
        let open = self.open.remove(&tx)?;
        for lock in &open.locks {
            if self.locks.get(lock) == Some(&tx) {
                self.locks.remove(lock);
            }
        }
        Some(open)
    }

    /// The transactions of a node that have begun.
    pub(super) fn open_of(&self, node: usize) -> Vec<u64> {
        self.open.iter().filter(|(_, it)| it.task.node == node).map(|(tx, _)| *tx).collect()
    }

    /// Those that waited for a lock try again.
    pub(super) fn wake(&mut self) {
        for task in std::mem::take(&mut self.waiting) {
            self.begin(task);
        }
    }

    fn apply(&mut self, node: usize, mut made: Made, live: &Live) {
        self.spoil(&mut made);
        let stream = u16::try_from(node).unwrap_or(0);
        let touched = crate::check::Touched::of(&made.writes);
        let numbers = self.tables.commit(stream, made.writes);
        self.counts.commits += 1;
        self.counts.fired += touched.fired();
        self.spoil_rows(stream);
        let committed = Committed {
            tables: &self.tables,
            live,
            now: self.now,
            stream,
            numbers: &numbers,
            told: &made.told,
            touched: &touched,
        };
        let found = self.checks.committed(&committed);
        self.broken(found);
    }
}

fn answered(work: &mut Work<'_>, what: Option<&What>, event: Option<&Event>) -> Option<Answer> {
    match what? {
        What::Form { person } => {
            let person = work.people.get(*person as usize)?;
            Some(work.capture(person))
        }
        What::Deal { handoff, version, .. } => Some(work.respond(*handoff, *version, event?)),
    }
}
