//! What all signatures share: HMAC-SHA256 and timestamps that must be fresh.

use hmac::{Hmac, KeyInit, Mac};
use model::Seconds;
use sha2::Sha256;

/// How far the timestamp of a signed request may be from now.
pub const TOLERANCE: Seconds = Seconds::from_minutes(5);

/// Why a signed request is not believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum SignatureError {
    /// The timestamp is no number or too far from now.
    #[error("the timestamp is missing, or more than five minutes off")]
    Stale,
    /// No signature fits.
    #[error("no signature fits")]
    Wrong,
}

/// Whether `timestamp`, in seconds of the Unix epoch, is near enough to `now`.
pub(crate) fn fresh(timestamp: &str, now: i64) -> Result<(), SignatureError> {
    let at: i64 = timestamp.parse().map_err(|_| SignatureError::Stale)?;
    match now.abs_diff(at) <= u64::from(TOLERANCE.get()) {
        true => Ok(()),
        false => Err(SignatureError::Stale),
    }
}

/// HMAC-SHA256 over `parts` in a row.
pub(crate) fn hmac_sha256(key: &[u8], parts: &[&[u8]]) -> [u8; 32] {
    // Every length is a key of HMAC, so the error does not happen; zeroes would fit no signature.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_timestamp_may_be_five_minutes_off_and_no_more() {
        assert_eq!(fresh("1000", 1300), Ok(()));
        assert_eq!(fresh("1300", 1000), Ok(()));
        for stale in ["1000", "1602", "", "x", "-9223372036854775808"] {
            assert_eq!(fresh(stale, 1301), Err(SignatureError::Stale), "{stale}");
        }
    }

    #[test]
    fn the_second_example_of_rfc_4231_comes_out() {
        let mac = hmac_sha256(b"Jefe", &[b"what do ya want ", b"for nothing?"]);
        assert_eq!(mac[..4], [0x5b, 0xdc, 0xc1, 0x46]);
        assert_eq!(mac[28..], [0x64, 0xec, 0x38, 0x43]);
    }
}
