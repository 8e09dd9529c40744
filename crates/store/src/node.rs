//! Which running node has which number. A number is held by a lease that its holder renews: a node that
//! dies or hangs loses it, and no two nodes have one at the same time.

use crate::sql::rows;
use crate::{Snapshot, StoreError, Tx};

rows! {
    /// A node that runs, or ran.
    pub struct Node in "node" {
        /// Its number.
        number: i64,
        /// Who has it: made anew with each start.
        holder: String,
        /// Version of the holder's time-zone data.
        zone_data: String,
        /// When the lease ends unless it is renewed.
        until_at: i64,
    }
}

crate::statements! {
    Select ALL = Node::COLUMNS, "select {columns} from node order by number";
    Insert ADD = Node::TABLE, Node::COLUMNS, "on conflict do nothing";
    Statement TAKE_OVER = "update node set holder = ?2, zone_data = ?3, until_at = ?4
        where number = ?1 and until_at <= ?5";
    Statement RENEW = "update node set until_at = ?3 where number = ?1 and holder = ?2";
    Statement LEAVE = "delete from node where number = ?1 and holder = ?2";
}

/// All nodes, by number, those whose lease has ended too.
pub fn list(db: &mut Snapshot<'_>) -> Result<Vec<Node>, StoreError> {
    db.query(&ALL, &[], Node::read)
}

/// Takes a number that nobody has at `now`; false where somebody has.
pub fn take(tx: &mut Tx<'_>, node: &Node, now: i64) -> Result<bool, StoreError> {
    if tx.insert_many(&ADD, std::slice::from_ref(node), Node::values)? == 1 {
        return Ok(true);
    }
    let Node { number, holder, zone_data, until_at } = node;
    let params =
        [(*number).into(), holder.into(), zone_data.into(), (*until_at).into(), now.into()];
    Ok(tx.execute(&TAKE_OVER, &params)? == 1)
}

/// Renews a lease; false where another has taken the number.
pub fn renew(
    tx: &mut Tx<'_>,
    number: i64,
    holder: &str,
    until_at: i64,
) -> Result<bool, StoreError> {
    Ok(tx.execute(&RENEW, &[number.into(), holder.into(), until_at.into()])? == 1)
}

/// Gives a number back.
pub fn leave(tx: &mut Tx<'_>, number: i64, holder: &str) -> Result<(), StoreError> {
    tx.execute(&LEAVE, &[number.into(), holder.into()]).map(|_| ())
}
