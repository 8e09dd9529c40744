//! The gentle stream of new leads while the demo runs, outside the month of the report.

use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use engine::capture::{capture, prepare};
use engine::{Actor, Engine, Refusal};

use super::form::request;
use super::plan::newcomer;
use simulate::Random;

/// Numbers of newcomers start here, far above those of the month.
const FIRST_NUMBER: u32 = 1_000_000;

/// Time between two arrivals, in seconds.
const PAUSE_SECONDS: (usize, usize) = (15, 60);

/// A running stream; it ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Stream {
    stop: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Stream {
    /// Starts a stream into `engine`.
    pub(crate) fn start(engine: Engine, seed: u64) -> Self {
        let (stop, stopped) = channel();
        let thread = thread::spawn(move || arrive(&engine, seed, &stopped));
        Self { stop: Some(stop), thread: Some(thread) }
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // A stream that failed has said so; there is nothing left to end.
            let _ = thread.join();
        }
    }
}

fn arrive(engine: &Engine, seed: u64, stopped: &Receiver<()>) {
    let mut random = Random::stream(seed, 4);
    let (least, most) = PAUSE_SECONDS;
    for number in FIRST_NUMBER.. {
        let pause = Duration::from_secs((least + random.below(most - least)) as u64);
        if stopped.recv_timeout(pause) != Err(RecvTimeoutError::Timeout) {
            return;
        }
        if let Err(refusal) = one(engine, &mut random, number) {
            eprintln!("the stream of demo leads ended: {refusal}");
            return;
        }
    }
}

fn one(engine: &Engine, random: &mut Random, number: u32) -> Result<(), Refusal> {
    let Some(planned) = newcomer(random, number) else { return Ok(()) };
    let inner = engine.clone();
    engine.write_blocking(move |tx, now| {
        let live = match inner.live(tx, now)? {
            Ok(live) => live,
            Err(refusal) => return Ok(Err(refusal)),
        };
        let prepared = prepare(&live, Actor::System, request(&planned, now));
        capture(&inner, tx, &live, &[&prepared], now)?;
        Ok(Ok(()))
    })
}
