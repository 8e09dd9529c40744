//! Logs chained by hashes: events and audit.
//!
//! Each row's hash covers its content and the hash of the row before, so a change, a removal or a
//! reordering shows at the first row it touches; the head shows rows cut off at the end. Whoever
//! can write the whole database can forge a whole chain: export heads to another place.
//!
//! A hash is SHA-256 over these fields in order. Text and bytes are their length as 8 bytes,
//! big-endian, then the bytes; numbers are 8 bytes, big-endian; an optional number is one byte,
//! 0 or 1, then the number if 1. Event: text `baton.event.v1`, previous hash, workspace, stream,
//! seq, at, kind, lead (optional), handoff (optional), actor, body. Audit: text `baton.audit.v1`,
//! previous hash, workspace, stream, seq, at, actor, action, subject, body. The hash before the
//! first row is 32 zero bytes.

use sha2::{Digest, Sha256};

use crate::audit::Audit;
use crate::event::Event;
use crate::sql::rows;
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// Where a chain of hashes ends.
    pub struct ChainHead in "chain_head" {
        /// Workspace.
        workspace_id: i64,
        /// `event` or `audit`.
        log: String,
        /// The stream.
        stream: i64,
        /// Number of its last row.
        seq: i64,
        /// Hash of its last row.
        hash: Vec<u8>,
    }
}

/// An event to append; its number and hashes are given by the chain.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    /// When.
    pub at: i64,
    /// What, e.g. `handoff.accepted`.
    pub kind: String,
    /// The lead.
    pub lead_id: Option<i64>,
    /// The handoff.
    pub handoff_id: Option<i64>,
    /// Who did it.
    pub actor: String,
    /// Details as versioned JSON, ids only.
    pub body: String,
}

/// An audit row to append; its number and hashes are given by the chain.
#[derive(Clone, Debug, PartialEq)]
pub struct NewAudit {
    /// When.
    pub at: i64,
    /// Who did it.
    pub actor: String,
    /// What, e.g. `policy.publish`.
    pub action: String,
    /// To what.
    pub subject: String,
    /// Details as versioned JSON.
    pub body: String,
}

/// Which log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Log {
    /// What happened to leads.
    Event,
    /// What was done to the system.
    Audit,
}

/// What is wrong with a chain, at the first row that shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The number does not follow the one before: rows were removed or moved.
    Gap,
    /// The row does not name the hash of the row before.
    Unlinked,
    /// The content does not fit the hash.
    Altered,
    /// The chain ends elsewhere than its head says: rows were cut off or added.
    Head,
}

/// The result of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Rows found in order, up to the first fault.
    pub rows: i64,
    /// Number of the first bad row with its fault; none if all is well.
    pub fault: Option<(i64, Fault)>,
}

crate::statements! {
    Insert INSERT_EVENT = Event::TABLE, Event::COLUMNS, "";
    Insert INSERT_AUDIT = Audit::TABLE, Audit::COLUMNS, "";
    Insert START = ChainHead::TABLE, ChainHead::COLUMNS, "on conflict do nothing";
    Select LOCK = ChainHead::COLUMNS, "select {columns} from chain_head
        where workspace_id = ?1 and log = ?2 and stream = ?3 {for_update}";
    Select HEAD = ChainHead::COLUMNS, "select {columns} from chain_head
        where workspace_id = ?1 and log = ?2 and stream = ?3";
    Select HEADS = ChainHead::COLUMNS, "select {columns} from chain_head
        where workspace_id = ?1 order by log, stream";
    Statement EVENT_STREAMS = "select stream from chain_head where workspace_id = ?1
        and log = 'event' union select stream from event where workspace_id = ?1 order by stream";
    Statement AUDIT_STREAMS = "select stream from chain_head where workspace_id = ?1
        and log = 'audit' union select stream from audit where workspace_id = ?1 order by stream";
    Statement MOVE = "update chain_head set seq = ?4, hash = ?5
        where workspace_id = ?1 and log = ?2 and stream = ?3";
    Select EVENTS = Event::COLUMNS, "select {columns} from event
        where workspace_id = ?1 and stream = ?2 order by seq";
    Select AUDITS = Audit::COLUMNS, "select {columns} from audit
        where workspace_id = ?1 and stream = ?2 order by seq";
}

const FIRST_HASH: [u8; 32] = [0; 32];

/// Appends events to a stream; the number of the first. The stream stays locked until the commit.
pub fn append_events(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    stream: i64,
    news: &[NewEvent],
) -> Result<i64, StoreError> {
    let mut head = lock(tx, workspace_id, Log::Event, stream)?;
    let first = head.seq + 1;
    let mut rows = Vec::with_capacity(news.len());
    for new in news {
        let mut row = Event {
            workspace_id,
            stream,
            seq: head.seq + 1,
            at: new.at,
            kind: new.kind.clone(),
            lead_id: new.lead_id,
            handoff_id: new.handoff_id,
            actor: new.actor.clone(),
            body: new.body.clone(),
            prev_hash: std::mem::take(&mut head.hash),
            hash: Vec::new(),
        };
        row.hash = hash_event(&row);
        head.seq = row.seq;
        head.hash.clone_from(&row.hash);
        rows.push(row);
    }
    tx.insert_many(&INSERT_EVENT, &rows, Event::values)?;
    move_head(tx, &head)?;
    Ok(first)
}

/// Appends audit rows to a stream; the number of the first. The stream stays locked until the
/// commit.
pub fn append_audit(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    stream: i64,
    news: &[NewAudit],
) -> Result<i64, StoreError> {
    let mut head = lock(tx, workspace_id, Log::Audit, stream)?;
    let first = head.seq + 1;
    let mut rows = Vec::with_capacity(news.len());
    for new in news {
        let mut row = Audit {
            workspace_id,
            stream,
            seq: head.seq + 1,
            at: new.at,
            actor: new.actor.clone(),
            action: new.action.clone(),
            subject: new.subject.clone(),
            body: new.body.clone(),
            prev_hash: std::mem::take(&mut head.hash),
            hash: Vec::new(),
        };
        row.hash = hash_audit(&row);
        head.seq = row.seq;
        head.hash.clone_from(&row.hash);
        rows.push(row);
    }
    tx.insert_many(&INSERT_AUDIT, &rows, Audit::values)?;
    move_head(tx, &head)?;
    Ok(first)
}

/// The ends of all chains of a workspace, to be exported and compared.
pub fn heads(db: &mut Snapshot<'_>, workspace_id: i64) -> Result<Vec<ChainHead>, StoreError> {
    db.query(&HEADS, &[workspace_id.into()], ChainHead::read)
}

/// The streams of a log that have a head or rows, by number: a head that was removed hides none.
pub fn streams(db: &mut Snapshot<'_>, workspace_id: i64, log: Log) -> Result<Vec<i64>, StoreError> {
    let statement = match log {
        Log::Event => &EVENT_STREAMS,
        Log::Audit => &AUDIT_STREAMS,
    };
    db.query(statement, &[workspace_id.into()], |row| row.get(0))
}

/// Checks one stream of a log from its first row to its head.
pub fn verify(
    db: &mut Snapshot<'_>,
    workspace_id: i64,
    log: Log,
    stream: i64,
) -> Result<Verdict, StoreError> {
    let params = [workspace_id.into(), log.name().into(), stream.into()];
    let head = db.query_opt(&HEAD, &params, ChainHead::read)?;
    let mut check = Check { seq: 0, hash: FIRST_HASH.to_vec(), fault: None };
    let params = [workspace_id.into(), stream.into()];
    match log {
        Log::Event => db.for_each(&EVENTS, &params, |row| {
            let row = Event::read(row)?;
            check.step(row.seq, &row.prev_hash, &row.hash, || hash_event(&row));
            Ok(())
        })?,
        Log::Audit => db.for_each(&AUDITS, &params, |row| {
            let row = Audit::read(row)?;
            check.step(row.seq, &row.prev_hash, &row.hash, || hash_audit(&row));
            Ok(())
        })?,
    }
    let (seq, hash) = head.map_or((0, FIRST_HASH.to_vec()), |it| (it.seq, it.hash));
    if check.fault.is_none() && (check.seq != seq || check.hash != hash) {
        check.fault = Some((check.seq.min(seq) + 1, Fault::Head));
    }
    Ok(Verdict { rows: check.seq, fault: check.fault })
}

struct Check {
    seq: i64,
    hash: Vec<u8>,
    fault: Option<(i64, Fault)>,
}

impl Check {
    fn step(&mut self, seq: i64, prev: &[u8], hash: &[u8], computed: impl FnOnce() -> Vec<u8>) {
        if self.fault.is_some() {
            return;
        }
        let fault = if seq != self.seq + 1 {
            Fault::Gap
        } else if prev != self.hash {
            Fault::Unlinked
        } else if computed() != hash {
            Fault::Altered
        } else {
            self.seq = seq;
            self.hash = hash.to_vec();
            return;
        };
        self.fault = Some((self.seq + 1, fault));
    }
}

impl Log {
    /// Its name, as stored with heads.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Event => "event",
            Self::Audit => "audit",
        }
    }
}

fn lock(
    tx: &mut Tx<'_>,
    workspace_id: i64,
    log: Log,
    stream: i64,
) -> Result<ChainHead, StoreError> {
    let log = log.name();
    let params = [workspace_id.into(), log.into(), stream.into()];
    if let Some(head) = tx.query_opt(&LOCK, &params, ChainHead::read)? {
        return Ok(head);
    }
    let hash = FIRST_HASH.to_vec();
    let start = ChainHead { workspace_id, log: log.to_owned(), stream, seq: 0, hash };
    tx.insert_many(&START, &[start], ChainHead::values)?;
    tx.query_one(&LOCK, &params, ChainHead::read)
}

fn move_head(tx: &mut Tx<'_>, head: &ChainHead) -> Result<(), StoreError> {
    let ChainHead { workspace_id, log, stream, seq, hash } = head;
    let params = [(*workspace_id).into(), log.into(), (*stream).into(), (*seq).into(), hash.into()];
    tx.execute(&MOVE, &params).map(|_| ())
}

fn hash_event(row: &Event) -> Vec<u8> {
    let mut hash = Fields::new("baton.event.v1");
    hash.bytes(&row.prev_hash);
    for number in [row.workspace_id, row.stream, row.seq, row.at] {
        hash.number(number);
    }
    hash.bytes(row.kind.as_bytes());
    hash.optional(row.lead_id);
    hash.optional(row.handoff_id);
    hash.bytes(row.actor.as_bytes());
    hash.bytes(row.body.as_bytes());
    hash.done()
}

fn hash_audit(row: &Audit) -> Vec<u8> {
    let mut hash = Fields::new("baton.audit.v1");
    hash.bytes(&row.prev_hash);
    for number in [row.workspace_id, row.stream, row.seq, row.at] {
        hash.number(number);
    }
    for text in [&row.actor, &row.action, &row.subject, &row.body] {
        hash.bytes(text.as_bytes());
    }
    hash.done()
}

struct Fields(Sha256);

impl Fields {
    fn new(format: &str) -> Self {
        let mut fields = Self(Sha256::new());
        fields.bytes(format.as_bytes());
        fields
    }

    fn bytes(&mut self, bytes: &[u8]) {
        self.0.update((bytes.len() as u64).to_be_bytes());
        self.0.update(bytes);
    }

    fn number(&mut self, number: i64) {
        self.0.update(number.to_be_bytes());
    }

    fn optional(&mut self, number: Option<i64>) {
        self.0.update([u8::from(number.is_some())]);
        if let Some(number) = number {
            self.number(number);
        }
    }

    fn done(self) -> Vec<u8> {
        self.0.finalize().to_vec()
    }
}
