//! The world: a clock, a heap of what is to happen, nodes, callers, reps, receivers.

mod admin;
mod call;
mod message;
mod node;
mod rep;
mod sabotage;
mod transact;

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap, VecDeque};
use std::sync::Arc;

use model::id::{HandoffId, OutboxId};
use model::{IdGenerator, RepIndex, Seconds, Timestamp};

use crate::check::Checks;
use crate::live::Live;
use crate::plan::{Fault, Plan, Rates, SETTLE, STARTS};
use crate::random::Random;
use crate::report::{Counts, Invariant, Run, Violation};
use crate::rows::{Answer, Load};
use crate::scenario::{Library, People, Person, people};
use crate::script::{Deed, Done};
use crate::tables::Tables;
use crate::trace::Trace;
use crate::work::Claimed;
use admin::Change;
use call::Call;
use message::Receiver;
use node::Node;
use transact::{Lock, Open, Task};

/// Something that is to happen.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Happening {
    /// A caller sends a request, unless it has its answer.
    Send(u64),
    /// A copy of a request reaches a node.
    Arrive { node: usize, call: u64 },
    /// An answer reaches the caller.
    Answered { call: u64, answer: Answer },
    /// A node begins a transaction.
    Begin(Task),
    /// A transaction is to commit.
    Commit(u64),
    /// A node looks for timers that are due.
    Look { node: usize, life: u32 },
    /// A node looks for messages to send.
    Post { node: usize, life: u32 },
    /// A node sends a message it has claimed.
    Transmit { node: usize, life: u32, claimed: Claimed },
    /// A message reaches its receiver.
    Hear { message: OutboxId, attempt: u32 },
    /// A rep, or who keeps a queue, looks at a handoff.
    Act { rep: RepIndex, handoff: HandoffId },
    /// A node dies.
    Crash(usize),
    /// A node comes up again.
    Restart(usize),
    /// A node hangs.
    Hang(usize),
    /// The clock of a node moves.
    Skew(usize),
    /// Somebody changes something.
    Change(Change),
}

#[derive(Debug, PartialEq, Eq)]
struct Entry {
    at: Timestamp,
    order: u64,
    what: Happening,
}

impl Ord for Entry {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.at, self.order).cmp(&(other.at, other.order))
    }
}

impl PartialOrd for Entry {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// One stream of draws for each purpose, so that a new draw in one place shifts no other.
struct Streams {
    network: Random,
    faults: Random,
    behaviour: Random,
    admin: Random,
    delay: Random,
}

/// Everything there is in a run.
pub(crate) struct World<'l> {
    seed: u64,
    plan: &'l Plan,
    library: &'l Library,
    now: Timestamp,
    /// Faults and arrivals end here.
    until: Timestamp,
    /// Nothing fails any more.
    quiet: bool,
    heap: BinaryHeap<Reverse<Entry>>,
    order: u64,
    pub(crate) tables: Tables,
    pub(crate) live: Arc<Live>,
    staff: People,
    /// The roster as it was put last.
    roster: String,
    /// Reps who have left.
    leavers: BTreeSet<RepIndex>,
    pub(crate) people: Vec<Person>,
    ids: IdGenerator,
    nodes: Vec<Node>,
    open: BTreeMap<u64, Open>,
    begun: u64,
    waiting: VecDeque<Task>,
    locks: BTreeMap<Lock, u64>,
    calls: BTreeMap<u64, Call>,
    receiver: Receiver,
    random: Streams,
    rates: Rates,
    trace: Trace,
    checks: Checks,
    counts: Counts,
    pub(crate) script: Vec<Done>,
    violation: Option<Violation>,
}

/// Nodes of a run, at most.
const NODES_MAX: usize = 3;

impl<'l> World<'l> {
    /// The world of a seed, before anything has happened.
    pub(crate) fn new(library: &'l Library, plan: &'l Plan, seed: u64) -> Result<Self, Violation> {
        let stream = |purpose| Random::stream(seed, purpose);
        let mut setting = stream(1);
        let start = plan.start.or_else(|| setting.pick(&STARTS).and_then(|it| it.parse().ok()));
        let start = start.unwrap_or_default();
        let staff =
            People::new(&mut stream(2), library.reps(), plan.leads / u32::from(library.reps()));
        let text = staff.text();
        let live = Live::new(library, 0, &text, 1).ok_or_else(|| Violation {
            invariant: Invariant::Settles,
            at: start,
            detail: "the roster cannot be read".to_owned(),
            last: Vec::new(),
        })?;
        let nodes = 1 + setting.below(NODES_MAX);
        let mut tables = Tables::default();
        tables.loads.extend(live.reps().map(|it| (it, Load::NONE)));
        let mut world = Self {
            seed,
            plan,
            library,
            now: start,
            until: start.plus(Seconds::from_hours(plan.hours)),
            quiet: false,
            heap: BinaryHeap::new(),
            order: 0,
            tables,
            live: Arc::new(live),
            staff,
            roster: text.clone(),
            leavers: BTreeSet::new(),
            people: people(&mut stream(3), plan.leads),
            ids: IdGenerator::new(0),
            nodes: (0..nodes).map(|_| Node::default()).collect(),
            open: BTreeMap::new(),
            begun: 0,
            waiting: VecDeque::new(),
            locks: BTreeMap::new(),
            calls: BTreeMap::new(),
            receiver: Receiver::default(),
            random: Streams {
                network: stream(4),
                faults: stream(5),
                behaviour: stream(6),
                admin: stream(7),
                delay: stream(8),
            },
            rates: Rates::draw(&mut stream(9)),
            trace: Trace::default(),
            checks: Checks::default(),
            counts: Counts::default(),
            script: Vec::new(),
            violation: None,
        };
        world.did(Deed::Publish { variant: 0 });
        world.did(Deed::Roster { text });
        world.arrivals(&mut stream(10));
        world.troubles();
        for node in 0..nodes {
            world.start_node(node);
        }
        Ok(world)
    }

    /// Runs to the end: what it came to, and the world as it is then.
    pub(crate) fn run(mut self) -> (Run, Self) {
        let end = self.until.plus(SETTLE);
        while self.violation.is_none() {
            let Some(Reverse(entry)) = self.heap.pop().filter(|it| it.0.at <= end) else { break };
            if self.until < entry.at && !self.quiet {
                self.settle();
            }
            self.now = self.now.max(entry.at);
            self.counts.events += 1;
            self.happen(entry.what);
        }
        if self.violation.is_none() {
            self.now = end;
            self.judge();
        }
        let (checks, mut counts) = (self.checks.counts(), self.counts.clone());
        counts.add(&checks);
        let (seed, hash) = (self.seed, self.trace.hash());
        (Run { seed, hash, counts, violation: self.violation.clone() }, self)
    }

    fn happen(&mut self, what: Happening) {
        match what {
            Happening::Send(call) => self.send(call),
            Happening::Arrive { node, call } => self.arrive(node, call),
            Happening::Answered { call, answer } => self.answered(call, answer),
            Happening::Begin(task) => self.begin(task),
            Happening::Commit(tx) => self.commit(tx),
            Happening::Look { node, life } => self.look(node, life),
            Happening::Post { node, life } => self.post(node, life),
            Happening::Transmit { node, life, claimed } => self.transmit(node, life, claimed),
            Happening::Hear { message, attempt } => self.hear(message, attempt),
            Happening::Act { rep, handoff } => self.act(rep, handoff),
            Happening::Crash(node) => self.crash(node),
            Happening::Restart(node) => self.restart(node),
            Happening::Hang(node) => self.hang(node),
            Happening::Skew(node) => self.skew(node),
            Happening::Change(change) => self.change(change),
        }
    }

    fn at(&mut self, at: Timestamp, what: Happening) {
        self.order += 1;
        self.heap.push(Reverse(Entry { at, order: self.order, what }));
    }

    /// In so many milliseconds.
    fn after(&mut self, millis: usize, what: Happening) {
        let micros = i64::try_from(millis).unwrap_or(i64::MAX / 2000) * 1000;
        self.at(Timestamp::from_micros(self.now.as_micros() + micros), what);
    }

    /// Whether a fault strikes now.
    fn would_strike(&mut self, fault: Fault) -> bool {
        let rate = self.rates.of(fault) as usize;
        !self.quiet && self.random.faults.below(1000) < rate
    }

    /// As [`World::would_strike`], and counted.
    fn strikes(&mut self, fault: Fault) -> bool {
        let strikes = self.would_strike(fault);
        if strikes {
            self.met(fault);
        }
        strikes
    }

    fn met(&mut self, fault: Fault) {
        *self.counts.faults.entry(fault).or_default() += 1;
    }

    /// Keeps what was committed, where it can be done again elsewhere.
    fn did(&mut self, what: Deed) {
        if !self.plan.side_by_side {
            self.script.push(Done { now: self.now, what });
        }
    }

    fn note(&mut self, what: std::fmt::Arguments<'_>) {
        self.trace.note(self.now, what);
    }

    fn checked(&mut self, invariant: Invariant) {
        *self.counts.checks.entry(invariant).or_default() += 1;
    }

    fn broken(&mut self, found: Option<(Invariant, String)>) {
        if let (Some((invariant, detail)), None) = (found, &self.violation) {
            let last = self.trace.tail();
            self.violation = Some(Violation { invariant, at: self.now, detail, last });
        }
    }

    /// Nothing fails any more: everybody is up, with the right time.
    fn settle(&mut self) {
        self.quiet = true;
        self.note(format_args!("settle"));
        for node in 0..self.nodes.len() {
            self.mend(node);
        }
    }

    /// The last look at everything.
    fn judge(&mut self) {
        let unanswered = self.calls.iter().find(|(_, it)| it.answer.is_none());
        let unanswered = unanswered.map(|(key, call)| {
            (Invariant::Settles, format!("request {key} has no answer: {:?}", call.what))
        });
        let undelivered = self.receiver.missing(&self.tables, self.now);
        self.checked(Invariant::Settles);
        self.checked(Invariant::Delivered);
        let found = self.checks.all(&self.tables, &self.live, self.now);
        self.broken(found.or(undelivered).or(unanswered));
    }
}
