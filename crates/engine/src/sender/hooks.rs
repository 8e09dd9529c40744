//! Webhooks out: reads the event log for each of them and delivers what they asked for.
//!
//! What holds: each event is queued once for each webhook, whichever node gets to it; one webhook
//! that hangs or fails holds up itself alone; retries have the same key; an endpoint that says it
//! is gone, or takes nothing for five days, is disabled.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use connect::Delivery;
use connect::retry::Schedule;
use connect::webhook::{Endpoint, Event, Webhooks};
use model::id::{HandoffId, LeadId, WebhookDeliveryId};
use model::{Seconds, Timestamp};
use serde_json::{Value, json};
use store::webhook::{Webhook, WebhookDelivery};
use store::{Snapshot, StoreError, Tx};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::outside::End;
use super::{LEASE, POLL, STOP_TIME_MAX, TRY_TIME_MAX};
use crate::engine::{Answer, Engine, WORKSPACE};
use crate::view::HandoffView;
use crate::webhooks::{Secrets, event_key, wants};
use crate::{Actor, Refusal, audit};

/// Delivers one event to one endpoint.
pub trait Target: Send + Sync {
    /// Tries once.
    fn deliver<'a>(
        &'a self,
        endpoint: &'a Endpoint,
        event: &'a Event,
    ) -> Pin<Box<dyn Future<Output = Delivery> + Send + 'a>>;
}

impl Target for Webhooks {
    fn deliver<'a>(
        &'a self,
        endpoint: &'a Endpoint,
        event: &'a Event,
    ) -> Pin<Box<dyn Future<Output = Delivery> + Send + 'a>> {
        Box::pin(Self::deliver(self, endpoint, event))
    }
}

/// Delivers events to webhooks until it is told to stop.
#[derive(Clone)]
pub struct Hooks {
    engine: Engine,
    target: Arc<dyn Target>,
    /// Names this installation in CloudEvents.
    source: String,
}

/// Deliveries of one webhook that are under way at once.
const AT_ONCE: usize = 8;
/// Events that one webhook reads at a time.
const READ_MAX: i64 = 500;
/// An endpoint that took nothing for so long is disabled.
const FAILING_MAX: Seconds = Seconds::from_hours(5 * 24);

impl std::fmt::Debug for Hooks {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hooks").finish_non_exhaustive()
    }
}

impl Hooks {
    /// Delivers the events of `engine` by `target`.
    pub fn new(engine: Engine, target: Arc<dyn Target>, source: String) -> Self {
        Self { engine, target, source }
    }

    /// Delivers until `stop` says so, then waits for what is under way.
    pub async fn run(self, mut stop: watch::Receiver<bool>) {
        let mut running: BTreeMap<i64, usize> = BTreeMap::new();
        let mut under_way: JoinSet<i64> = JoinSet::new();
        let mut tick = tokio::time::interval(POLL);
        tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        while !*stop.borrow() {
            tokio::select! {
                changed = stop.changed() => if changed.is_err() { break },
                _ = tick.tick() => {}
                Some(ended) = under_way.join_next(), if !under_way.is_empty() => {
                    left(&mut running, ended.unwrap_or_default());
                    while let Some(ended) = under_way.try_join_next() {
                        left(&mut running, ended.unwrap_or_default());
                    }
                }
            }
            if let Err(refusal) = self.step(&mut running, &mut under_way).await {
                tracing::warn!(code = refusal.code, "webhooks were not served: {refusal}");
            }
        }
        let ended = async { while under_way.join_next().await.is_some() {} };
        // What does not end in time is taken up again by whoever sends next.
        let _ = tokio::time::timeout(STOP_TIME_MAX, ended).await;
    }

    /// Delivers all that is due now, once; how many deliveries were taken up. For tests.
    ///
    /// # Errors
    /// Failures of the store.
    pub async fn deliver_due(&self) -> Result<usize, Refusal> {
        let mut taken = 0;
        loop {
            let (mut running, mut under_way) = (BTreeMap::new(), JoinSet::new());
            self.step(&mut running, &mut under_way).await?;
            let n = under_way.len();
            while under_way.join_next().await.is_some() {}
            taken += n;
            if n == 0 {
                return Ok(taken);
            }
        }
    }

    /// Queues what is new and takes up what is due.
    async fn step(
        &self,
        running: &mut BTreeMap<i64, usize>,
        under_way: &mut JoinSet<i64>,
    ) -> Result<(), Refusal> {
        let Some(vault) = self.engine.vault() else { return Ok(()) };
        let hooks = self.engine.read(|db| Ok(Ok(look(db)?))).await?;
        for (hook, behind) in hooks {
            if behind {
                self.queue(hook.id).await?;
            }
            let busy = running.get(&hook.id).copied().unwrap_or(0);
            if AT_ONCE / 2 < busy {
                continue;
            }
            let most = i64::try_from(AT_ONCE - busy).unwrap_or(0);
            for row in self.claim(hook.id, most).await? {
                *running.entry(hook.id).or_default() += 1;
                let (hooks, hook, vault) = (self.clone(), hook.clone(), Arc::clone(&vault));
                under_way.spawn(async move {
                    if let Err(refusal) = hooks.handle(&vault, &hook, row).await {
                        tracing::warn!(code = refusal.code, "a webhook's delivery: {refusal}");
                    }
                    hook.id
                });
            }
        }
        Ok(())
    }

    /// Queues what happened since the webhook's cursor.
    async fn queue(&self, id: i64) -> Result<(), Refusal> {
        let engine = self.engine.clone();
        self.engine.write(move |tx, now| queue(&engine, tx, id, now)).await
    }

    async fn claim(&self, id: i64, most: i64) -> Result<Vec<WebhookDelivery>, Refusal> {
        let due = self
            .engine
            .read(move |db| {
                let now = db.now()?.as_micros();
                let next = store::webhook::next_due(db, WORKSPACE, id)?;
                Ok(Ok(next.is_some_and(|it| it <= now)))
            })
            .await?;
        if !due {
            return Ok(Vec::new());
        }
        self.engine
            .write(move |tx, now| {
                let (now, until) = (now.as_micros(), now.plus(LEASE).as_micros());
                Ok(Ok(store::webhook::claim(tx, WORKSPACE, id, now, until, most)?))
            })
            .await
    }

    async fn handle(
        &self,
        vault: &crate::vault::Vault,
        hook: &Webhook,
        row: WebhookDelivery,
    ) -> Result<(), Refusal> {
        let engine = self.engine.clone();
        let wanted = row.clone();
        let (event, now) = self
            .engine
            .read(move |db| {
                let now = db.now()?;
                Ok(event_of(&engine, db, &wanted, now)?.map(|it| (it, now)))
            })
            .await?;
        let secrets = Secrets::open(vault, hook)?;
        let endpoint = secrets.endpoint(hook, &self.source, now);
        let tried = tokio::time::timeout(TRY_TIME_MAX, self.target.deliver(&endpoint, &event));
        let end = tried.await.map_or_else(|_| End::no_answer(), End::from);
        let engine = self.engine.clone();
        self.engine.write(move |tx, now| Ok(Ok(settle(&engine, tx, &row, &end, now)?))).await
    }
}

fn left(running: &mut BTreeMap<i64, usize>, id: i64) {
    if let Some(n) = running.get_mut(&id) {
        *n = n.saturating_sub(1);
    }
}

/// The enabled webhooks, and whether there are events that each has not read.
fn look(db: &mut Snapshot<'_>) -> Result<Vec<(Webhook, bool)>, StoreError> {
    let hooks = store::webhook::list(db, WORKSPACE)?;
    let hooks: Vec<_> = hooks.into_iter().filter(|it| it.state == "enabled").collect();
    if hooks.is_empty() {
        return Ok(Vec::new());
    }
    let heads = store::chain::heads(db, WORKSPACE)?;
    let behind = |hook: &Webhook| {
        let cursor = cursor(hook);
        heads.iter().any(|it| it.log == "event" && cursor.get(&it.stream) < Some(&it.seq))
    };
    Ok(hooks.into_iter().map(|it| (behind(&it), it)).map(|(is, it)| (it, is)).collect())
}

fn cursor(hook: &Webhook) -> BTreeMap<i64, i64> {
    serde_json::from_str(&hook.cursor).unwrap_or_default()
}

fn queue(engine: &Engine, tx: &mut Tx<'_>, id: i64, now: Timestamp) -> Answer<()> {
    let Some(mut hook) = store::webhook::lock(tx, WORKSPACE, id)? else { return Ok(Ok(())) };
    let events: Vec<String> = serde_json::from_str(&hook.events).unwrap_or_default();
    let mut cursor = cursor(&hook);
    let mut rows = Vec::new();
    for head in store::chain::heads(tx, WORKSPACE)? {
        let from = cursor.get(&head.stream).copied().unwrap_or(0);
        if head.log != "event" || head.seq <= from {
            continue;
        }
        for event in store::event::after(tx, WORKSPACE, head.stream, from, READ_MAX)? {
            cursor.insert(head.stream, event.seq);
            if !wants(&events, &event.kind) {
                continue;
            }
            let delivery: WebhookDeliveryId = engine.next_id(now);
            rows.push(WebhookDelivery {
                workspace_id: WORKSPACE,
                id: delivery.raw(),
                webhook_id: id,
                event_stream: head.stream,
                event_seq: event.seq,
                kind: event.kind,
                state: "queued".to_owned(),
                attempt: 0,
                tries: 0,
                next_at: now.as_micros(),
                code: None,
                detail: None,
                created_at: now.as_micros(),
                done_at: None,
            });
        }
    }
    store::webhook::queue(tx, &rows)?;
    hook.cursor = json!(cursor).to_string();
    store::webhook::update(tx, &hook)?;
    Ok(Ok(()))
}

/// What the receiver is told: ids and the handoff as it is now, nothing of the person.
fn event_of(
    engine: &Engine,
    db: &mut Snapshot<'_>,
    row: &WebhookDelivery,
    now: Timestamp,
) -> Answer<Event> {
    let after = row.event_seq - 1;
    let rows = store::event::after(db, WORKSPACE, row.event_stream, after, 1)?;
    let Some(event) = rows.into_iter().find(|it| it.seq == row.event_seq) else {
        return Ok(Err(Refusal::not_found("event", event_key(row))));
    };
    let handoff = match event.handoff_id {
        Some(id) => store::handoff::get(db, WORKSPACE, id)?,
        None => None,
    };
    let handoff = match (handoff, engine.live(db, now)?) {
        (Some(row), Ok(live)) => json!(HandoffView::of_row(&live, &row)),
        _ => Value::Null,
    };
    let data = json!({
        "lead": event.lead_id.map(LeadId::from_raw),
        "handoff": event.handoff_id.map(HandoffId::from_raw),
        "actor": event.actor,
        "details": serde_json::from_str::<Value>(&event.body).unwrap_or_default(),
        "handoff_now": handoff,
    });
    let Ok(id) = event_key(row).parse() else {
        return Ok(Err(Refusal::not_found("event", event_key(row))));
    };
    Ok(Ok(Event { id, kind: event.kind, at: Timestamp::from_micros(event.at), data }))
}

fn settle(
    engine: &Engine,
    tx: &mut Tx<'_>,
    row: &WebhookDelivery,
    end: &End,
    now: Timestamp,
) -> Result<(), StoreError> {
    let mut next = row.clone();
    let at = now.as_micros();
    (next.code, next.detail) = (None, None);
    match end {
        End::Sent(_) => {
            next.tries += 1;
            "sent".clone_into(&mut next.state);
        }
        End::Refused { code, detail } => {
            next.tries += 1;
            "failed".clone_into(&mut next.state);
            (next.code, next.detail) = (Some(code.clone()), Some(detail.clone()));
        }
        End::Later { code, detail, after, counts } => {
            next.tries += i64::from(*counts);
            (next.code, next.detail) = (Some(code.clone()), Some(detail.clone()));
            let tries = u32::try_from(next.tries.max(1)).unwrap_or(u32::MAX);
            let wait = event_key(row).parse().ok();
            let wait = wait.and_then(|key| Schedule::WEBHOOK.wait(tries, &key, *after));
            match wait {
                // Nothing was sent to one that rests: it is asked again when it has.
                _ if !counts => {
                    next.next_at = now.plus(after.unwrap_or(Seconds::new(5))).as_micros();
                }
                Some(wait) => next.next_at = now.plus(wait).as_micros(),
                None => "dead".clone_into(&mut next.state),
            }
        }
    }
    if next.state != "queued" {
        next.done_at = Some(at);
    }
    if store::webhook::finish(tx, &next)? {
        judge(engine, tx, row.webhook_id, end, now)?;
    }
    Ok(())
}

/// Notes since when a webhook fails, and disables it where it has for too long or is gone.
fn judge(
    engine: &Engine,
    tx: &mut Tx<'_>,
    id: i64,
    end: &End,
    now: Timestamp,
) -> Result<(), StoreError> {
    let Some(mut hook) = store::webhook::lock(tx, WORKSPACE, id)? else { return Ok(()) };
    let gone =
        matches!(end, End::Refused { code, .. } if code == connect::Code::EndpointGone.as_str());
    let since = hook.failing_since.map_or(now, Timestamp::from_micros);
    let why = match end {
        End::Sent(_) if hook.failing_since.is_none() => return Ok(()),
        End::Sent(_) => {
            hook.failing_since = None;
            None
        }
        _ => {
            hook.failing_since = Some(since.as_micros());
            let long = since.plus(FAILING_MAX) <= now;
            gone.then_some("gone").or(long.then_some("failing"))
        }
    };
    if let Some(why) = why.filter(|_| hook.state == "enabled") {
        "disabled".clone_into(&mut hook.state);
        hook.disabled_why = Some(why.to_owned());
        let subject = model::id::WebhookId::from_raw(id).to_string();
        let body = json!({ "v": 1, "why": why });
        audit::note(tx, engine, now, &Actor::System, "webhook.disable", &subject, &body)?;
    }
    store::webhook::update(tx, &hook)?;
    Ok(())
}
