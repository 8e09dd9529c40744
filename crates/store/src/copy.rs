//! A whole database into another, between engines too.
//!
//! The copy is one snapshot of the source and one transaction in the target, so an interrupted copy
//! leaves the target empty and is simply begun again. Before the commit every table is read back and
//! compared with what was read from the source, row for row, by a digest that knows no order: the
//! engines sort text differently. Leads that reach the source meanwhile are not in the snapshot.

mod digest;

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use crate::sql::{Insert, Row, Statement, Value};
use crate::{EngineError, Snapshot, Store, StoreError, Tx};
use crate::{
    activity, assignment, audit, chain, connection, decision, delivery, event, handoff,
    idempotency, import, lead, life, match_lock, notification, outbox, outcome, policy, pool,
    preference, push, quarantine, rep, roster, template, timer, touch, user, webhook, workspace,
};

pub use digest::Digest;

/// Rows that travel together.
const CHUNK_ROWS: usize = 1_000;

/// Chunks that may wait for the target.
const CHUNKS_MAX: usize = 4;

/// A table of the schema and how to take it along.
struct Table {
    name: &'static str,
    /// Empty where the table is.
    first: &'static Statement,
    send: fn(&mut Snapshot<'_>, &Sender) -> Result<Digest, StoreError>,
    digest: fn(&mut Snapshot<'_>) -> Result<Digest, StoreError>,
}

type Sender = SyncSender<Box<dyn Chunk>>;

/// Rows of one table on their way.
trait Chunk: Send {
    fn put(&self, tx: &mut Tx<'_>) -> Result<(), StoreError>;
}

/// A type of rows that is a table.
trait Copied: Sized + Send + 'static {
    fn all() -> &'static Statement;
    fn insert(tx: &mut Tx<'_>, rows: &[Self]) -> Result<u64, StoreError>;
    fn read(row: &Row<'_>) -> Result<Self, StoreError>;
    fn with_values<T>(&self, take: impl FnOnce(&[Value<'_>]) -> T) -> T;
}

macro_rules! tables {
    ($($name:literal: $row:ty;)+) => {
        $(impl Copied for $row {
            fn all() -> &'static Statement {
                static ALL: Statement = Statement::select(
                    concat!("store::copy::", $name), <$row>::COLUMNS,
                    concat!("select {columns} from ", $name),
                );
                &ALL
            }

            fn insert(tx: &mut Tx<'_>, rows: &[Self]) -> Result<u64, StoreError> {
                static PUT: Insert = Insert::new(
                    concat!("store::copy::put_", $name), <$row>::TABLE, <$row>::COLUMNS, "",
                );
                tx.insert_many(&PUT, rows, <$row>::values)
            }

            fn read(row: &Row<'_>) -> Result<Self, StoreError> {
                <$row>::read(row)
            }

            fn with_values<T>(&self, take: impl FnOnce(&[Value<'_>]) -> T) -> T {
                take(&self.values())
            }
        })+

        static TABLES: &[Table] = &[$(Table {
            name: $name,
            first: {
                static FIRST: Statement = Statement::new(
                    concat!("store::copy::first_", $name), concat!("select 1 from ", $name, " limit 1"),
                );
                &FIRST
            },
            send: send::<$row>,
            digest: digest_of::<$row>,
        }),+];
    };
}

// The clock of a SQLite file, the marks of migrations and the nodes that run belong to their database.
tables! {
    "workspace": workspace::Workspace;
    "roster": roster::Roster;
    "rep_load": rep::RepLoad;
    "pool_state": pool::PoolState;
    "policy": policy::Policy;
    "policy_live": policy::PolicyLive;
    "lead": lead::Lead;
    "lead_version": lead::LeadVersion;
    "lead_key": lead::LeadKey;
    "activity": activity::Activity;
    "decision": decision::Decision;
    "handoff": handoff::Handoff;
    "handoff_life": life::Life;
    "match_lock": match_lock::MatchLock;
    "assignment": assignment::Assignment;
    "timer": timer::Timer;
    "outbox": outbox::Outbox;
    "event": event::Event;
    "audit": audit::Audit;
    "chain_head": chain::ChainHead;
    "touch": touch::Touch;
    "outcome": outcome::Outcome;
    "quarantine": quarantine::Quarantine;
    "idempotency": idempotency::Idempotency;
    "import_run": import::ImportRun;
    "app_user": user::User;
    "api_key": user::ApiKey;
    "login_session": user::LoginSession;
    "connection": connection::Connection;
    "delivery": delivery::Delivery;
    "notification": notification::Notification;
    "preference": preference::Preference;
    "push_subscription": push::PushSubscription;
    "template": template::Template;
    "webhook": webhook::Webhook;
    "webhook_delivery": webhook::WebhookDelivery;
}

/// Names of the tables that are copied.
pub fn tables() -> impl Iterator<Item = &'static str> {
    TABLES.iter().map(|it| it.name)
}

/// Copies everything in `from` into `to`, whose tables must be empty; rows and digest of each table.
///
/// # Errors
/// `NotEmpty` where the target holds something, `CopyDiffers` where a table came out otherwise than
/// it went in. The target is then as it was.
pub fn copy(from: &Store, to: &Store) -> Result<Vec<(&'static str, Digest)>, StoreError> {
    let from = from.clone();
    let copied = to.write(move |tx| {
        for table in TABLES {
            if tx.query_opt(table.first, &[], |_| Ok(()))?.is_some() {
                return Err(StoreError::NotEmpty { table: table.name.to_owned() });
            }
        }
        let (sender, chunks) = sync_channel(CHUNKS_MAX);
        let mut once = Some(sender);
        let reading = from.read(move |db| send_all(db, once.take()));
        receive_all(tx, &chunks)?;
        let sent = reading.wait()?;
        for (table, (_, digest)) in TABLES.iter().zip(&sent) {
            if (table.digest)(tx)? != *digest {
                return Err(StoreError::CopyDiffers { table: table.name.to_owned() });
            }
        }
        Ok(sent)
    });
    copied.wait()
}

/// Sends all tables. Without a sender this is a second run after a lost connection: part of the rows
/// is with the target already.
fn send_all(
    db: &mut Snapshot<'_>,
    sender: Option<Sender>,
) -> Result<Vec<(&'static str, Digest)>, StoreError> {
    let Some(sender) = sender else {
        let source = EngineError::new("the connection to the source was lost; copy again");
        return Err(StoreError::Statement { statement: "store::copy".to_owned(), source });
    };
    TABLES.iter().map(|table| Ok((table.name, (table.send)(db, &sender)?))).collect()
}

fn receive_all(tx: &mut Tx<'_>, chunks: &Receiver<Box<dyn Chunk>>) -> Result<(), StoreError> {
    // Ends when the source has sent everything, or has failed.
    chunks.iter().try_for_each(|chunk| chunk.put(tx))
}

impl<R: Copied> Chunk for Vec<R> {
    fn put(&self, tx: &mut Tx<'_>) -> Result<(), StoreError> {
        R::insert(tx, self).map(|_| ())
    }
}

fn send<R: Copied>(db: &mut Snapshot<'_>, sender: &Sender) -> Result<Digest, StoreError> {
    let mut digest = Digest::default();
    let mut rows: Vec<R> = Vec::new();
    let give = |rows: Vec<R>| sender.send(Box::new(rows)).map_err(|_| StoreError::Closed);
    db.for_each(R::all(), &[], |row| {
        let row = R::read(row)?;
        row.with_values(|it| digest.add(it));
        rows.push(row);
        if rows.len() < CHUNK_ROWS {
            return Ok(());
        }
        give(std::mem::take(&mut rows))
    })?;
    give(rows)?;
    Ok(digest)
}

fn digest_of<R: Copied>(db: &mut Snapshot<'_>) -> Result<Digest, StoreError> {
    let mut digest = Digest::default();
    db.for_each(R::all(), &[], |row| {
        R::read(row)?.with_values(|it| digest.add(it));
        Ok(())
    })?;
    Ok(digest)
}
