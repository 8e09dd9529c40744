//! Messages on their way out, and those who get them.

use std::collections::{BTreeMap, BTreeSet};

use model::id::OutboxId;
use model::{Seconds, Timestamp};

use super::transact::{Job, Task};
use super::{Happening, World};
use crate::plan::{Fault, SETTLE, Sabotage};
use crate::report::Invariant;
use crate::tables::Tables;
use crate::work::{ClaimEnd, Claimed};

/// What makes a message this message: its event, recipient and channel.
type Identity = ((u16, u64), String, &'static str);

/// Everybody who gets messages: the effects they have had, by key.
#[derive(Debug, Default)]
pub(super) struct Receiver {
    heard: BTreeSet<OutboxId>,
    /// Keys under which a message had its effect; a repeat under one key has none.
    effects: BTreeMap<Identity, BTreeSet<(OutboxId, u32)>>,
}

/// How often a sender tries before it waits longest, in seconds.
const BACKOFF_MAX: u32 = 120;

impl World<'_> {
    /// Sends what was claimed.
    pub(super) fn transmit_all(&mut self, task: &Task, claimed: &[Claimed]) {
        for one in claimed {
            match self.plan.sabotage {
                Some(Sabotage::SendBlindly) => {
                    let job = Job::End(*one, ClaimEnd::Sent);
                    self.after(1, Happening::Begin(Task { job, ..task.clone() }));
                }
                _ => {
                    let (node, life, claimed) = (task.node, task.life, *one);
                    let millis = self.random.delay.below(100);
                    self.after(millis, Happening::Transmit { node, life, claimed });
                }
            }
        }
    }

    /// A node sends a message. What comes back, if anything, says how the try ended.
    pub(super) fn transmit(&mut self, node: usize, life: u32, claimed: Claimed) {
        if !self.is_alive(node, life) {
            return;
        }
        if let Some(until) = self.hung_until(node) {
            return self.at(until, Happening::Transmit { node, life, claimed });
        }
        let Claimed { id: message, attempt } = claimed;
        let backoff = Seconds::new((5 << attempt.min(8)).min(BACKOFF_MAX));
        let hear = Happening::Hear { message, attempt };
        let lost = self.strikes(Fault::Lost);
        let reaches = !lost || self.random.network.percent(50);
        if reaches {
            if self.strikes(Fault::Duplicated) {
                let millis = self.random.network.below(120_000);
                self.after(millis, hear.clone());
            }
            let late = self.strikes(Fault::Late);
            let millis = 1 + self.random.network.below(if late { 200_000 } else { 300 });
            self.after(millis, hear);
        }
        let end = if lost { ClaimEnd::Retry(backoff) } else { ClaimEnd::Sent };
        let millis = if lost { 10_000 } else { 400 };
        let job = Job::End(claimed, end);
        self.after(millis, Happening::Begin(Task { node, life, job }));
    }

    /// A message reaches its receiver, who knows a repeat by its key.
    pub(super) fn hear(&mut self, message: OutboxId, attempt: u32) {
        let Some(row) = self.tables.messages.get(&message) else { return };
        let own_key = self.plan.sabotage == Some(Sabotage::NewKeyEachTry);
        let key = (message, if own_key { attempt } else { 0 });
        let identity = (row.event, row.recipient.clone(), row.channel);
        let keys = self.receiver.effects.entry(identity).or_default();
        let is_new = keys.insert(key);
        let count = keys.len();
        self.receiver.heard.insert(message);
        self.checked(Invariant::EffectOnce);
        self.note(format_args!("heard {} {is_new}", message.raw()));
        if 1 < count {
            let detail = format!("message {message} has had its effect {count} times");
            return self.broken(Some((Invariant::EffectOnce, detail)));
        }
        if is_new {
            self.counts.delivered += 1;
            self.react(message);
        }
    }
}

impl Receiver {
    /// A message that should have arrived long ago.
    pub(super) fn missing(&self, tables: &Tables, now: Timestamp) -> Option<(Invariant, String)> {
        let before = now.minus(Seconds::new(SETTLE.get() / 2));
        let late = tables.messages.values().filter(|it| it.created_at <= before);
        let missing = |id| !self.heard.contains(&id);
        let found = late.clone().find(|it| missing(it.id));
        let found = found.map(|it| (Invariant::Delivered, format!("message {} never came", it.id)));
        let unsent = late.clone().find(|it| !it.sent);
        found.or_else(|| {
            unsent.map(|it| (Invariant::Settles, format!("message {} is still queued", it.id)))
        })
    }
}
