//! Ids made by the application: 63 bits, ordered by time, with a typed prefix outside.
//!
//! Layout from the high end: 41 bits of milliseconds since 2024-01-01T00:00:00Z, 10 bits of node,
//! 12 bits of sequence. They fit a signed 64-bit column, sort by creation and need no round trip.
//! Text form: prefix, underscore, 13 digits of Crockford base 32 (`lead_01hq3xkd5gzaw`).

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use crate::Timestamp;

/// What an id names; gives its text prefix.
pub trait IdKind: Copy + Ord + fmt::Debug {
    /// Lower-case letters before the underscore, e.g. `lead`.
    const PREFIX: &'static str;
}

/// An id of one kind. The raw number is what the database stores.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Id<K> {
    raw: i64,
    kind: PhantomData<K>,
}

/// Text that is not an id of the wanted kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IdError {
    text: String,
    prefix: &'static str,
}

macro_rules! kinds {
    ($($(#[$doc:meta])* $kind:ident $alias:ident $prefix:literal;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $kind;

        impl IdKind for $kind {
            const PREFIX: &'static str = $prefix;
        }

        $(#[$doc])*
        pub type $alias = Id<$kind>;
    )+};
}

kinds! {
    /// A lead.
    LeadKind LeadId "lead";
    /// A handoff of a lead to sales.
    HandoffKind HandoffId "handoff";
    /// One assignment of a handoff to a rep or queue.
    AssignmentKind AssignmentId "assignment";
    /// Something a lead did.
    ActivityKind ActivityId "activity";
    /// An outreach to a lead.
    TouchKind TouchId "touch";
    /// A meeting, opportunity, win or loss.
    OutcomeKind OutcomeId "outcome";
    /// An armed, fired or cancelled timer.
    TimerKind TimerId "timer";
    /// A message to be delivered outside.
    OutboxKind OutboxId "out";
    /// A submission that failed its data contract.
    QuarantineKind QuarantineId "quarantine";
    /// A person who signs in.
    UserKind UserId "user";
    /// An API key.
    KeyKind KeyId "key";
    /// A run of an import.
    ImportKind ImportId "import";
    /// Somebody outside who is told of events.
    WebhookKind WebhookId "hook";
    /// An event on its way to a webhook.
    WebhookDeliveryKind WebhookDeliveryId "delivery";
    /// A browser that takes pushes.
    PushKind PushId "push";
}

const EPOCH_MILLIS: i64 = 1_704_067_200_000;
const NODE_BITS: u32 = 10;
const SEQUENCE_BITS: u32 = 12;
const MILLIS_MAX: i64 = (1 << 41) - 1;
const DIGITS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
const TEXT_DIGITS: u32 = 13;

impl<K: IdKind> Id<K> {
    /// The id with this raw number, as read back from the database.
    pub const fn from_raw(raw: i64) -> Self {
        Self { raw, kind: PhantomData }
    }

    /// The raw number to store.
    pub const fn raw(self) -> i64 {
        self.raw
    }
}

impl<K: IdKind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(K::PREFIX)?;
        f.write_str("_")?;
        let bits = self.raw as u64;
        let mut text = [b'0'; TEXT_DIGITS as usize];
        for (place, letter) in (0..TEXT_DIGITS).rev().zip(&mut text) {
            let digit = (bits >> (5 * place)) & 31;
            *letter = DIGITS.get(digit as usize).copied().unwrap_or(b'0');
        }
        // The digits are ASCII.
        f.write_str(std::str::from_utf8(&text).unwrap_or_default())
    }
}

impl<K: IdKind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<K: IdKind> FromStr for Id<K> {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let wrong = || IdError { text: text.chars().take(40).collect(), prefix: K::PREFIX };
        let digits = text
            .strip_prefix(K::PREFIX)
            .and_then(|rest| rest.strip_prefix('_'))
            .filter(|digits| digits.len() == TEXT_DIGITS as usize)
            .ok_or_else(wrong)?;
        let mut bits: u64 = 0;
        for letter in digits.bytes() {
            let digit = DIGITS.iter().position(|it| *it == letter).ok_or_else(wrong)?;
            if bits >> 59 != 0 {
                return Err(wrong());
            }
            bits = (bits << 5) | digit as u64;
        }
        Ok(Self::from_raw(bits as i64))
    }
}

impl<K: IdKind> serde::Serialize for Id<K> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, K: IdKind> serde::Deserialize<'de> for Id<K> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        text.parse().map_err(serde::de::Error::custom)
    }
}

impl fmt::Display for IdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is not an id like `{}_0123456789abc`", self.text, self.prefix)
    }
}

impl std::error::Error for IdError {}

/// Makes ids of one node. The caller says what time it is; ids never go backwards even if time does.
#[derive(Clone, Debug)]
pub struct IdGenerator {
    node: i64,
    millis: i64,
    sequence: i64,
}

impl IdGenerator {
    /// A generator for `node` (its low 10 bits), to be used by one owner at a time.
    pub fn new(node: u16) -> Self {
        Self { node: i64::from(node) & ((1 << NODE_BITS) - 1), millis: 0, sequence: 0 }
    }

    /// The next id: larger than every id this generator made before.
    pub fn next<K: IdKind>(&mut self, now: Timestamp) -> Id<K> {
        let millis = (now.as_micros() / 1000 - EPOCH_MILLIS).clamp(0, MILLIS_MAX);
        if self.millis < millis {
            self.millis = millis;
            self.sequence = 0;
        } else {
            self.sequence += 1;
            if self.sequence >> SEQUENCE_BITS != 0 {
                // More than 4,096 ids in this millisecond: borrow from the next one.
                self.millis += 1;
                self.sequence = 0;
            }
        }
        let high = self.millis << (NODE_BITS + SEQUENCE_BITS);
        Id::from_raw(high | (self.node << SEQUENCE_BITS) | self.sequence)
    }

    /// From now on ids are larger than `raw`, which another node may have made in this millisecond.
    pub fn pass(&mut self, raw: i64) {
        let millis = raw >> (NODE_BITS + SEQUENCE_BITS);
        if self.millis <= millis {
            self.millis = millis + 1;
            self.sequence = 0;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_grow_even_when_time_goes_back() {
        let mut ids = IdGenerator::new(7);
        let later = "2026-11-20T15:00:00Z".parse().unwrap();
        let earlier = "2026-11-20T14:00:00Z".parse().unwrap();
        let mut last: LeadId = ids.next(later);
        for _ in 0..10_000 {
            let id: LeadId = ids.next(earlier);
            assert!(last < id);
            last = id;
        }
    }

    #[test]
    fn an_id_of_another_node_is_passed() {
        let now = "2026-11-20T15:00:00Z".parse().unwrap();
        let theirs: LeadId = IdGenerator::new(1_023).next(now);
        let mut ids = IdGenerator::new(1);
        assert!(ids.clone().next::<LeadKind>(now) < theirs);
        ids.pass(theirs.raw());
        assert!(theirs < ids.next(now));
    }

    #[test]
    fn text_of_an_id_round_trips_and_sorts_like_the_id() {
        let mut ids = IdGenerator::new(1023);
        let a: LeadId = ids.next("2026-11-20T15:00:00Z".parse().unwrap());
        let b: LeadId = ids.next("2026-11-20T15:00:01Z".parse().unwrap());
        assert_eq!(a.to_string().parse::<LeadId>().unwrap(), a);
        assert!(a.to_string() < b.to_string());
    }

    #[test]
    fn an_id_of_another_kind_is_refused() {
        let id: LeadId = IdGenerator::new(1).next("2026-11-20T15:00:00Z".parse().unwrap());
        assert!(id.to_string().parse::<HandoffId>().is_err());
        assert!("lead_zzzzzzzzzzzzz".parse::<LeadId>().is_err());
        assert!("lead_0123".parse::<LeadId>().is_err());
    }
}
