//! The log of a node: each event carries the hash of the one before.

use sha2::{Digest, Sha256};

use crate::rows::{Event, NewEvent};

/// The events of one node, and where its chain ends.
#[derive(Clone, Debug, Default)]
pub(crate) struct Chain {
    pub(crate) events: Vec<Event>,
    pub(crate) head: (u64, [u8; 32]),
}

impl Chain {
    /// Appends an event; its number.
    pub(crate) fn append(&mut self, stream: u16, what: NewEvent) -> u64 {
        let (last, previous) = self.head;
        let seq = last + 1;
        let hash = hash(stream, seq, &previous, &what);
        self.head = (seq, hash);
        self.events.push(Event { seq, what, previous, hash });
        seq
    }

    /// What is wrong with the rows from place `from` on; `None` where all is well.
    pub(crate) fn fault(&self, stream: u16, from: usize) -> Option<String> {
        let before = from.checked_sub(1).and_then(|it| self.events.get(it));
        let mut last = before.map_or((0, [0; 32]), |it| (it.seq, it.hash));
        for event in self.events.iter().skip(from) {
            if event.seq != last.0 + 1 {
                return Some(format!("event {} of stream {stream} follows {}", event.seq, last.0));
            }
            if event.previous != last.1 {
                return Some(format!("event {} of stream {stream} is not linked", event.seq));
            }
            if event.hash != hash(stream, event.seq, &event.previous, &event.what) {
                return Some(format!("event {} of stream {stream} was altered", event.seq));
            }
            last = (event.seq, event.hash);
        }
        (last != self.head).then(|| format!("stream {stream} ends elsewhere than its head says"))
    }
}

fn hash(stream: u16, seq: u64, previous: &[u8; 32], what: &NewEvent) -> [u8; 32] {
    let mut sum = Sha256::new();
    sum.update(previous);
    sum.update(stream.to_be_bytes());
    sum.update(seq.to_be_bytes());
    sum.update(what.at.as_micros().to_be_bytes());
    sum.update((what.kind.len() as u64).to_be_bytes());
    sum.update(what.kind);
    sum.update(what.lead.raw().to_be_bytes());
    sum.update(what.handoff.map_or(0, |it| it.raw()).to_be_bytes());
    sum.update(what.version.to_be_bytes());
    sum.finalize().into()
}
