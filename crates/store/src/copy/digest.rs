//! What a table holds, in a few bytes, whatever the order of its rows.

use std::fmt;

use sha2::Sha256;

use crate::sql::Value;

/// Number of rows, and the sum of their SHA-256 in four lanes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Digest {
    rows: u64,
    lanes: [u64; 4],
}

impl Digest {
    /// How many rows.
    pub const fn rows(&self) -> u64 {
        self.rows
    }

    /// Adds a row.
    pub(super) fn add(&mut self, row: &[Value<'_>]) {
        use sha2::Digest as _;
        let mut hash = Sha256::new();
        let mut field = |kind: u8, bytes: &[u8]| {
            hash.update([kind]);
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        };
        for value in row {
            match *value {
                Value::Null => field(0, &[]),
                Value::Int(it) => field(1, &it.to_be_bytes()),
                Value::Real(it) => field(2, &it.to_bits().to_be_bytes()),
                Value::Text(it) => field(3, it.as_bytes()),
                Value::Bytes(it) => field(4, it),
            }
        }
        self.rows += 1;
        let hash = hash.finalize();
        for (lane, bytes) in self.lanes.iter_mut().zip(hash.chunks_exact(8)) {
            let number = bytes.iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
            *lane = lane.wrapping_add(number);
        }
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.lanes.iter().try_for_each(|it| write!(f, "{it:016x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn digest(rows: &[&[Value<'_>]]) -> Digest {
        let mut digest = Digest::default();
        rows.iter().for_each(|it| digest.add(it));
        digest
    }

    #[test]
    fn the_order_of_rows_does_not_count_but_every_value_does() {
        let (a, b): (&[_], &[_]) =
            (&[Value::Int(1), Value::Text("x")], &[Value::Int(2), Value::Null]);
        assert_eq!(digest(&[a, b]), digest(&[b, a]));
        assert_ne!(digest(&[a, b]), digest(&[a, a]));
        assert_ne!(digest(&[a, a, b]), digest(&[a, b]));
        // Neither the type nor the border between two values can be moved.
        assert_ne!(digest(&[&[Value::Text("1")]]), digest(&[&[Value::Bytes(b"1")]]));
        let parts = |one, two| digest(&[&[Value::Text(one), Value::Text(two)]]);
        assert_ne!(parts("ab", "c"), parts("a", "bc"));
        assert_ne!(digest(&[&[Value::Null]]), digest(&[&[Value::Text("")]]));
    }
}
