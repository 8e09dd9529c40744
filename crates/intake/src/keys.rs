//! Match keys: values that two submissions of one person share exactly.
//!
//! The hash is SHA-256 over the kind and the value, cut to 128 bits. It is part of what is stored,
//! so its definition never changes; a test holds its values.

use sha2::{Digest, Sha256};

use crate::normalise::email::Email;
use crate::normalise::phone::Phone;

/// Longest external id that makes a key, in bytes.
const EXTERNAL_ID_BYTES_MAX: usize = 200;

/// What a key is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum MatchKeyKind {
    /// The folded e-mail address.
    Email,
    /// The phone number in E.164.
    Phone,
    /// The id in an outside system, together with that system's name.
    ExternalId,
}

/// One value to match on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct MatchKey {
    kind: MatchKeyKind,
    value: String,
}

impl MatchKeyKind {
    /// The stable name: `email`, `phone`, `external_id`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Phone => "phone",
            Self::ExternalId => "external_id",
        }
    }
}

impl MatchKey {
    /// The key of an e-mail address.
    pub fn email(email: &Email) -> Self {
        Self { kind: MatchKeyKind::Email, value: email.match_key.clone() }
    }

    /// The key of a phone number.
    pub fn phone(phone: &Phone) -> Self {
        Self { kind: MatchKeyKind::Phone, value: phone.e164.clone() }
    }

    /// The key of an id that is unique within `source`; `None` for an empty or overlong one.
    ///
    /// The id is compared as it is, letter case included: Salesforce ids differ by case alone.
    pub fn external_id(source: &str, id: &str) -> Option<Self> {
        let (source, id) = (source.trim(), id.trim());
        if source.is_empty() || id.is_empty() || EXTERNAL_ID_BYTES_MAX < source.len() + id.len() {
            return None;
        }
        // The length keeps `a` + `b:c` apart from `a:b` + `c`.
        let value = format!("{}:{source}:{id}", source.len());
        Some(Self { kind: MatchKeyKind::ExternalId, value })
    }

    /// A key read back from where it was stored; `None` for a kind of another name.
    pub fn from_parts(kind: &str, value: &str) -> Option<Self> {
        let kinds = [MatchKeyKind::Email, MatchKeyKind::Phone, MatchKeyKind::ExternalId];
        let kind = kinds.into_iter().find(|it| it.as_str() == kind)?;
        Some(Self { kind, value: value.to_owned() })
    }

    /// What the key is made of.
    pub fn kind(&self) -> MatchKeyKind {
        self.kind
    }

    /// The value, to verify a match that the hash found.
    pub fn value(&self) -> &str {
        &self.value
    }

    /// The first 128 bits, big-endian, of SHA-256 over the kind's name, a zero byte, and the value.
    pub fn hash(&self) -> u128 {
        let digest = Sha256::new()
            .chain_update(self.kind.as_str())
            .chain_update([0])
            .chain_update(&self.value)
            .finalize();
        digest.iter().take(16).fold(0, |hash, byte| hash << 8 | u128::from(*byte))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::normalise::{email, phone};

    #[test]
    fn two_spellings_of_one_person_share_their_keys() {
        let key = |text| MatchKey::email(&email::normalise(text).unwrap().value);
        assert_eq!(key("A.na+x@gmail.com"), key("ana@googlemail.com"));
        assert_eq!(key("ana@acme.com").value(), "ana@acme.com");
        let number = phone::normalise("+1 (415) 555-2671", None).unwrap().value;
        assert_eq!(MatchKey::phone(&number).value(), "+14155552671");
    }

    #[test]
    fn ids_are_scoped_by_their_source() {
        let key = |source, id| MatchKey::external_id(source, id).unwrap();
        assert_ne!(key("hubspot", "7"), key("salesforce", "7"));
        assert_ne!(key("a", "b:c").value(), key("a:b", "c").value());
        assert_ne!(key("crm", "001A"), key("crm", "001a"));
        assert_eq!(MatchKey::external_id("crm", " "), None);
    }

    #[test]
    fn the_stored_hash_never_changes() {
        let key = MatchKey { kind: MatchKeyKind::Email, value: "ana@acme.com".to_owned() };
        assert_eq!(format!("{:032x}", key.hash()), "ae652c1c41729c578f5c159be266e422");
    }
}
