//! The sender: takes messages out of the outbox and lets them leave, each on its own.
//!
//! What holds:
//! - A message is claimed for [`LEASE`] and fenced by its attempt: of two senders one ends it.
//! - Each (event, reader, channel) is one message with one key, the same at every try.
//! - A channel or target that hangs, fails or rests holds up itself and nothing else.
//! - While leads come by the dozen at each look, messages take turns: who waits for an
//!   answer goes first, and what is left over is sent as soon as it is quieter.
//! - What has been overtaken is cancelled, not sent; what cannot be sent ends once, with a code,
//!   and takes the next way the policy allows.
//!
//! How the outside is reached is [`Outside`]; who is reached where is [`reader`].

pub mod channels;
mod digest;
pub mod hooks;
pub mod outside;
mod plan;
pub mod reader;
mod reports;
mod settle;
mod unseen;
mod words;

use std::sync::Arc;
use std::time::Duration;

use model::Seconds;
use store::outbox::Outbox;
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::Refusal;
use crate::engine::Engine;
use crate::links::Links;
pub use outside::{End, Outside, Parcel};
use plan::Plan;
pub(crate) use plan::UNSUBSCRIBED;
pub(crate) use reports::take_next_way;
pub use reports::unsigned;
pub(crate) use words::{preview, rendered};

/// How long a claimed message is ours.
pub const LEASE: Seconds = Seconds::new(60);

/// The longest a try may take: well within the lease.
const TRY_TIME_MAX: Duration = Duration::from_secs(40);

/// How often the outbox is looked at.
const POLL: Duration = Duration::from_millis(250);

/// What is older was not sent when it would have been of use, and is not sent any more.
const AGE_MAX: Seconds = Seconds::from_hours(7 * 24);

/// How long messages under way may take when the sender is stopped.
const STOP_TIME_MAX: Duration = Duration::from_secs(10);

/// Messages of one channel that are under way at once.
const LANE_MAX: usize = 32;

/// Leads between two looks, and messages of a channel, from which on messages take turns: no more
/// are then taken up until the next look.
const TURN_MAX: usize = 16;

/// Every channel, as the outbox names them.
pub const CHANNELS: [&str; 8] =
    ["in_app", "email", "slack", "teams", "web_push", "sms", "webhook", "crm_task"];

/// Sends messages until it is told to stop. Clones share nothing but what they were made of.
#[derive(Clone)]
pub struct Sender {
    pub(crate) engine: Engine,
    pub(crate) outside: Arc<dyn Outside>,
    pub(crate) links: Option<Arc<Links>>,
}

impl std::fmt::Debug for Sender {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Sender").finish_non_exhaustive()
    }
}

/// What is under way on one channel.
struct Lane {
    channel: &'static str,
    running: usize,
    /// Whether more may be due.
    hungry: bool,
    /// How many more may be taken up until the next look.
    left: usize,
}

/// How many messages of a channel are taken up until the next look, after one with so many leads.
fn turn(leads: u64) -> usize {
    if leads <= TURN_MAX as u64 { usize::MAX } else { TURN_MAX }
}

impl Lane {
    fn all() -> [Self; CHANNELS.len()] {
        CHANNELS.map(|channel| Self { channel, running: 0, hungry: true, left: usize::MAX })
    }

    /// How many messages it takes now. Half a lane at a time: each look at the outbox is a
    /// transaction.
    fn room(&self) -> usize {
        match self.hungry && self.running <= LANE_MAX / 2 {
            true => self.left.min(LANE_MAX - self.running),
            false => 0,
        }
    }
}

impl Sender {
    /// A sender of the messages of `engine` by `outside`. Without `links` messages name no
    /// addresses of this server.
    pub fn new(engine: Engine, outside: Arc<dyn Outside>, links: Option<Arc<Links>>) -> Self {
        Self { engine, outside, links }
    }

    /// Sends until `stop` says so, then waits for what is under way.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut lanes = Lane::all();
        let mut under_way: JoinSet<&'static str> = JoinSet::new();
        let mut captured = 0;
        if let Err(refusal) = self.drop_old().await {
            tracing::warn!(code = refusal.code, "old messages were not dropped: {refusal}");
        }
        let mut tick = tokio::time::interval(POLL);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while !*stop.borrow() {
            tokio::select! {
                // Whoever could stop it is gone: then it is over too.
                changed = stop.changed() => if changed.is_err() { break },
                _ = tick.tick() => {
                    let before = std::mem::replace(&mut captured, self.engine.captured());
                    let turn = turn(captured.saturating_sub(before));
                    for lane in &mut lanes {
                        (lane.hungry, lane.left) = (true, turn);
                    }
                    if let Err(refusal) = self.note_unseen().await {
                        tracing::warn!(code = refusal.code, "unseen messages were not noted");
                    }
                }
                Some(ended) = under_way.join_next(), if !under_way.is_empty() => {
                    leave(&mut lanes, ended.unwrap_or_default());
                    while let Some(ended) = under_way.try_join_next() {
                        leave(&mut lanes, ended.unwrap_or_default());
                    }
                }
            }
            if let Err(refusal) = self.start_due(&mut lanes, &mut under_way).await {
                tracing::warn!(code = refusal.code, "messages were not taken up: {refusal}");
            }
        }
        let ended = async { while under_way.join_next().await.is_some() {} };
        // What does not end in time is taken up again by whoever sends next.
        let _ = tokio::time::timeout(STOP_TIME_MAX, ended).await;
    }

    /// Sends all that is due now, once; how many messages were taken up. For tests and one-off
    /// runs.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn send_due(&self) -> Result<usize, Refusal> {
        let mut lanes = Lane::all();
        let mut under_way = JoinSet::new();
        let mut taken = 0;
        while lanes.iter().any(|it| it.hungry) {
            taken += self.start_due(&mut lanes, &mut under_way).await?;
            while let Some(ended) = under_way.join_next().await {
                leave(&mut lanes, ended.unwrap_or_default());
            }
        }
        Ok(taken)
    }

    /// Takes up what is due on the lanes that have room; how many messages.
    async fn start_due(
        &self,
        lanes: &mut [Lane; CHANNELS.len()],
        under_way: &mut JoinSet<&'static str>,
    ) -> Result<usize, Refusal> {
        let room = |it: &&Lane| it.room() != 0;
        let hungry: Vec<_> = lanes.iter().filter(room).map(|it| it.channel).collect();
        if hungry.is_empty() {
            return Ok(0);
        }
        let due = self.due(hungry.clone()).await?;
        for lane in lanes.iter_mut().filter(|it| hungry.contains(&it.channel)) {
            lane.hungry = due.contains(&lane.channel);
        }
        if due.is_empty() {
            return Ok(0);
        }
        let wanted = lanes.iter().filter(|it| due.contains(&it.channel));
        let wanted: Vec<_> = wanted.map(|it| (it.channel, it.room())).collect();
        let rows = self.claim(wanted.clone()).await?;
        let taken = rows.len();
        for (channel, most) in wanted {
            let Some(lane) = lanes.iter_mut().find(|it| it.channel == channel) else { continue };
            let got = rows.iter().filter(|it| it.channel == channel).count();
            lane.hungry = got == most;
            lane.running += got;
            lane.left = lane.left.saturating_sub(got);
        }
        for row in rows {
            let Some(channel) = CHANNELS.into_iter().find(|it| *it == row.channel) else {
                continue;
            };
            let sender = self.clone();
            under_way.spawn(async move {
                sender.handle(row).await;
                channel
            });
        }
        Ok(taken)
    }

    /// Gives up messages that nobody sent for a week; how many.
    async fn drop_old(&self) -> Result<u64, Refusal> {
        self.engine
            .write(|tx, now| {
                let before = now.minus(AGE_MAX).as_micros();
                Ok(Ok(store::outbox::drop_old(tx, before, now.as_micros())?))
            })
            .await
    }

    /// Those of `channels` on which something is due.
    async fn due(&self, channels: Vec<&'static str>) -> Result<Vec<&'static str>, Refusal> {
        self.engine
            .read(move |db| {
                let now = db.now()?.as_micros();
                let mut due = Vec::new();
                for channel in &channels {
                    if store::outbox::next_due(db, channel)?.is_some_and(|it| it <= now) {
                        due.push(*channel);
                    }
                }
                Ok(Ok(due))
            })
            .await
    }

    async fn claim(&self, wanted: Vec<(&'static str, usize)>) -> Result<Vec<Outbox>, Refusal> {
        self.engine
            .write(move |tx, now| {
                let until = now.plus(LEASE).as_micros();
                let mut rows = Vec::new();
                for (channel, most) in &wanted {
                    let most = i64::try_from(*most).unwrap_or(0);
                    let now = now.as_micros();
                    rows.extend(store::outbox::claim_on(tx, channel, now, until, most)?);
                }
                Ok(Ok(rows))
            })
            .await
    }

    /// Sees one message through. Whatever fails here leaves it claimed: it is taken up again when
    /// the lease is over.
    async fn handle(&self, row: Outbox) {
        let planned = self.plan(row.clone()).await;
        let mut others = Vec::new();
        let end = match planned {
            Ok(Plan::Send(parcel)) => self.try_once(&parcel).await,
            Ok(Plan::Digest { parcel, others: gathered }) => {
                others = gathered;
                self.try_once(&parcel).await
            }
            Ok(Plan::Inbox(body)) => settle::Ending::Inbox(body),
            Ok(Plan::Task(body)) => settle::Ending::Task(body),
            Ok(Plan::Hold { until, code }) => settle::Ending::Hold { until, code },
            Ok(Plan::Cancel { code, detail }) => settle::Ending::Cancelled { code, detail },
            Ok(Plan::Fail { code, detail }) => {
                settle::Ending::Tried(End::Refused { code: code.to_owned(), detail })
            }
            Err(refusal) => {
                tracing::warn!(code = refusal.code, "a message was not prepared: {refusal}");
                return;
            }
        };
        if let Err(refusal) = self.settle(row, end, others).await {
            tracing::warn!(code = refusal.code, "the end of a message was not written: {refusal}");
        }
    }

    async fn try_once(&self, parcel: &Parcel) -> settle::Ending {
        let tried = tokio::time::timeout(TRY_TIME_MAX, self.outside.deliver(parcel)).await;
        settle::Ending::Tried(tried.unwrap_or_else(|_| End::no_answer()))
    }
}

fn leave(lanes: &mut [Lane; CHANNELS.len()], channel: &str) {
    if let Some(lane) = lanes.iter_mut().find(|it| it.channel == channel) {
        lane.running = lane.running.saturating_sub(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_take_turns_while_leads_come_by_the_dozen() {
        let lane = |left, running| Lane { channel: "email", running, hungry: true, left };
        assert_eq!(lane(turn(TURN_MAX as u64), 0).room(), LANE_MAX);
        assert_eq!(lane(turn(TURN_MAX as u64 + 1), 0).room(), TURN_MAX);
        assert_eq!(lane(3, 0).room(), 3);
        assert_eq!(lane(0, 0).room(), 0, "its turn is over");
        assert_eq!(lane(turn(0), LANE_MAX / 2).room(), LANE_MAX / 2);
        assert_eq!(lane(turn(0), LANE_MAX / 2 + 1).room(), 0, "not for a few at a time");
    }
}
