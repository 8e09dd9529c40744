//! Work that a server does again and again beside its answers, each kind on a thread of its own.

use std::sync::Arc;
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use crate::auditor::Auditor;
use crate::drain::Drainer;
use crate::node::{OTHER_ZONES, RENEW_EVERY, TAKEN};
use crate::recalculate::Recalculation;
use crate::sweep::Sweep;
use crate::{Engine, Refusal};

/// Hears what goes wrong without anybody asking.
pub type Tell = Arc<dyn Fn(&str) + Send + Sync>;

/// How long to wait after a failure.
const FAILED_WAIT: Duration = Duration::from_secs(1);

/// A chore that runs until it is dropped; then the turn under way is ended first.
#[derive(Debug)]
pub struct Chore {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// Starts everything a server does by itself: timers, waiting leads, the audit. `lost` is called
/// where this node may not go on beside another one.
///
/// # Errors
/// Where the system has no thread left.
pub fn start(
    engine: &Engine,
    tell: &Tell,
    lost: impl Fn() + Send + 'static,
) -> Result<Vec<Chore>, std::io::Error> {
    let (mut sweep, mut drainer, mut auditor) =
        (Sweep::new(engine.clone()), Drainer::new(engine.clone()), Auditor::new(engine.clone()));
    let mut recalculation = Recalculation::new(engine.clone());
    let lease = engine.lease();
    let (told, heard) = (Arc::clone(tell), Arc::clone(tell));
    let mut chores = vec![
        Chore::start("sweeper", "timers are not fired", tell, move || sweep.turn(&told))?,
        Chore::start("drainer", "waiting leads are not placed", tell, move || drainer.turn())?,
        Chore::start("recalculator", "timers are not computed anew", tell, move || {
            recalculation.turn()
        })?,
        Chore::start("auditor", "the audit failed", tell, move || auditor.turn(&heard))?,
    ];
    if let Some(lease) = lease {
        chores.push(Chore::start("lease", "this node cannot write", tell, move || {
            let renewed = lease.renew();
            if renewed.as_ref().is_err_and(|it| [TAKEN, OTHER_ZONES].contains(&it.code)) {
                lost();
            }
            renewed.map(|()| RENEW_EVERY)
        })?);
    }
    Ok(chores)
}

impl Chore {
    /// Runs `turn` for as long as this lives, each time after the wait that the one before gave. A
    /// failure is told once, as `trouble`, until a turn succeeds.
    ///
    /// # Errors
    /// Where the system has no thread left.
    pub fn start(
        name: &str,
        trouble: &'static str,
        tell: &Tell,
        mut turn: impl FnMut() -> Result<Duration, Refusal> + Send + 'static,
    ) -> Result<Self, std::io::Error> {
        let (stop, stopped) = channel::<()>();
        let tell = Arc::clone(tell);
        let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
            let (mut wait, mut failed) = (Duration::ZERO, false);
            while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
                wait = match turn() {
                    Ok(wait) => {
                        failed = false;
                        wait
                    }
                    Err(refusal) => {
                        // Without a policy there is nothing to do yet, which `serve` has said.
                        if !failed && refusal.code != "A0502" {
                            tell(&format!("{trouble}: {refusal}"));
                        }
                        failed = true;
                        FAILED_WAIT
                    }
                };
            }
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Chore {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has been reported by the panic; nothing is left to end.
            let _ = thread.join();
        }
    }
}
