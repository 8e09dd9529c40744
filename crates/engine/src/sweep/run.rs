//! The sweeper as a thread of a server.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use model::Timestamp;

use super::Sweep;
use crate::{Engine, Refusal};

/// The longest time between two looks at the timers: others may have armed one.
const LOOK_EVERY: Duration = Duration::from_millis(250);

/// How long to wait after a failure.
const FAILED_WAIT: Duration = Duration::from_secs(1);

/// A running sweeper. Dropping it ends it after the batch under way.
#[derive(Debug)]
pub struct Sweeper {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Sweeper {
    /// Starts a sweeper of `engine`'s timers; `tell` hears what is wrong.
    ///
    /// # Errors
    /// Where the system has no thread left.
    pub fn start(
        engine: Engine,
        tell: impl Fn(&str) + Send + 'static,
    ) -> Result<Self, std::io::Error> {
        let (stop, stopped) = channel();
        let thread = thread::Builder::new()
            .name("sweeper".to_owned())
            .spawn(move || run(Sweep::new(engine), &stopped, &tell))?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Sweeper {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A thread that panicked has been reported by the panic; nothing is left to end.
            let _ = thread.join();
        }
    }
}

fn run(mut sweep: Sweep, stopped: &Receiver<()>, tell: &dyn Fn(&str)) {
    let mut last_failure = String::new();
    let mut wait = Duration::ZERO;
    while stopped.recv_timeout(wait) == Err(RecvTimeoutError::Timeout) {
        wait = match look(&mut sweep, tell) {
            Ok(wait) => {
                last_failure.clear();
                wait
            }
            Err(refusal) => {
                // Said once, not with every try.
                if refusal.message != last_failure && refusal.code != "A0502" {
                    tell(&format!("timers are not swept: {refusal}"));
                    last_failure.clone_from(&refusal.message);
                }
                FAILED_WAIT
            }
        };
    }
}

/// Fires what is due; how long until the next look.
fn look(sweep: &mut Sweep, tell: &dyn Fn(&str)) -> Result<Duration, Refusal> {
    let (next, now) = sweep.next_due()?;
    let Some(next) = next else { return Ok(LOOK_EVERY) };
    if now < next {
        return Ok(between(now, next).min(LOOK_EVERY));
    }
    let swept = sweep.round()?;
    for stuck in &swept.stuck {
        tell(&format!(
            "timer {} of handoff {} was not fired and is tried again: {}",
            stuck.timer, stuck.handoff, stuck.refusal
        ));
    }
    Ok(if swept.more { Duration::ZERO } else { LOOK_EVERY })
}

fn between(from: Timestamp, to: Timestamp) -> Duration {
    Duration::from_micros(u64::try_from(to.as_micros() - from.as_micros()).unwrap_or(0))
}
