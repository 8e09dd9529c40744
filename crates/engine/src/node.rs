//! A node among others on one database: its number, held by a lease.
//!
//! Numbers keep ids and logs of nodes apart, so no two nodes may have one at the same time. A node
//! renews its lease long before it ends. One that was stopped for longer than the lease lasts knows by its
//! own steady clock that it may have lost its number, and writes nothing until it has the number
//! again or another one has not.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant};

use model::Seconds;
use store::node::Node;
use store::{Store, StoreError, Tx};

use crate::engine::of_store;
use crate::secret::random_text;
use crate::{Refusal, RefusalKind};

/// How long a lease lasts.
pub const LEASE: Seconds = Seconds::new(10);

/// How often it is renewed.
pub const RENEW_EVERY: Duration = Duration::from_secs(3);

/// Code of a number that another node has.
pub const TAKEN: &str = "A0630";

/// Code of time-zone data that another node has otherwise.
pub const OTHER_ZONES: &str = "A0631";

/// How often a number that somebody has is asked for again.
const ASK_EVERY: Duration = Duration::from_millis(250);

/// Numbers a server may have; the last one is for commands.
const NUMBERS: std::ops::Range<u16> = 1..1000;

/// A number of this node. Dropping it gives the number back.
#[derive(Debug)]
pub struct Lease {
    store: Store,
    number: u16,
    holder: String,
    start: Instant,
    /// When the lease ends by the steady clock, in microseconds after `start`.
    ends: AtomicI64,
}

impl Lease {
    /// Takes the number `wanted`, or else the first that is free. A number that a node had which
    /// died becomes free when its lease ends; it is waited for.
    ///
    /// # Errors
    /// `A0630` where another node has the number, `A0631` where other nodes have other time-zone
    /// data. Failures of the store.
    pub fn take(store: &Store, wanted: Option<u16>) -> Result<Arc<Self>, Refusal> {
        let holder = random_text().map_err(|error| {
            Refusal::new(RefusalKind::Internal, "A0500", format!("no random numbers: {error}"))
        })?;
        let start = Instant::now();
        let patience = Duration::from_secs(u64::from(LEASE.get()) + 1);
        loop {
            let asked = start.elapsed();
            let taken = store.write({
                let holder = holder.clone();
                move |tx| take(tx, &holder, wanted)
            });
            match taken.wait().map_err(|it| of_store(&it))? {
                Ok(number) => {
                    let ends = AtomicI64::new(micros(asked) + lease_micros());
                    let store = store.clone();
                    return Ok(Arc::new(Self { store, number, holder, start, ends }));
                }
                Err(refusal) if refusal.code == TAKEN && start.elapsed() < patience => {
                    std::thread::sleep(ASK_EVERY);
                }
                Err(refusal) => return Err(refusal),
            }
        }
    }

    /// The number.
    pub fn number(&self) -> u16 {
        self.number
    }

    /// Whether the number is this node's for certain.
    pub fn holds(&self) -> bool {
        micros(self.start.elapsed()) < self.ends.load(Ordering::SeqCst)
    }

    /// Renews the lease. One that ended is taken again where nobody else has taken the number.
    ///
    /// # Errors
    /// `A0630` where another node has the number now, and `A0631` where a node of a lower number has
    /// other time-zone data, because both started at once or this one hung: this one must end.
    /// Failures of the store.
    pub fn renew(&self) -> Result<(), Refusal> {
        let asked = self.start.elapsed();
        let (number, holder) = (i64::from(self.number), self.holder.clone());
        let renewed = self.store.write(move |tx| {
            let until = until(tx)?;
            if !store::node::renew(tx, number, &holder, until)? {
                return Ok(Err(taken_number(number)));
            }
            let now = tx.now()?.as_micros();
            let nodes = store::node::list(tx)?;
            let mut before = nodes.iter().filter(|it| it.number < number && now < it.until_at);
            Ok(before.find_map(other_zones).map_or(Ok(()), Err))
        });
        renewed.wait().map_err(|it| of_store(&it))??;
        self.ends.store(micros(asked) + lease_micros(), Ordering::SeqCst);
        Ok(())
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let (number, holder) = (i64::from(self.number), self.holder.clone());
        // Not waited for: the last handle may be dropped on a thread of the store itself. Without it
        // the lease ends by itself.
        drop(self.store.write(move |tx| store::node::leave(tx, number, &holder)));
    }
}

fn take(
    tx: &mut Tx<'_>,
    holder: &str,
    wanted: Option<u16>,
) -> Result<Result<u16, Refusal>, StoreError> {
    let now = tx.now()?.as_micros();
    let zone_data = calendar::tz_data_version();
    let nodes = store::node::list(tx)?;
    let mut alive = nodes.iter().filter(|it| now < it.until_at);
    if let Some(refusal) = alive.find_map(other_zones) {
        return Ok(Err(refusal));
    }
    let numbers = wanted.map_or(NUMBERS, |it| it..it + 1);
    let until_at = until(tx)?;
    for number in numbers {
        let node = Node {
            number: i64::from(number),
            holder: holder.to_owned(),
            zone_data: zone_data.to_owned(),
            until_at,
        };
        let had = nodes.iter().any(|it| it.number == node.number && now < it.until_at);
        if !had && store::node::take(tx, &node, now)? {
            return Ok(Ok(number));
        }
    }
    Ok(Err(taken_number(i64::from(wanted.unwrap_or(NUMBERS.start)))))
}

/// Why a node whose time-zone data are not ours does not go together with this one.
fn other_zones(other: &Node) -> Option<Refusal> {
    let zone_data = calendar::tz_data_version();
    let message = format!(
        "node {} has the time-zone data {}, this one {zone_data}: deadlines would differ",
        other.number, other.zone_data
    );
    let refusal = Refusal::new(RefusalKind::Conflict, OTHER_ZONES, message);
    (other.zone_data != zone_data).then_some(refusal)
}

fn until(tx: &mut Tx<'_>) -> Result<i64, StoreError> {
    Ok(tx.now()?.plus(LEASE).as_micros())
}

fn taken_number(number: i64) -> Refusal {
    let message = format!("another node has the number {number}");
    Refusal::new(RefusalKind::Conflict, TAKEN, message)
}

fn lease_micros() -> i64 {
    i64::from(LEASE.get()) * 1_000_000
}

fn micros(duration: Duration) -> i64 {
    i64::try_from(duration.as_micros()).unwrap_or(i64::MAX)
}
