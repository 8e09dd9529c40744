//! Reports on what became of a text: signed by the provider, read as a form.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use url::form_urlencoded;

use crate::secret::{self, Secret};

/// What became of one text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The text, as the receipt of its delivery called it.
    pub sid: String,
    /// How far it came.
    pub state: State,
    /// The provider's number for what went wrong.
    pub error: Option<u32>,
}

/// How far a text came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// On its way.
    UnderWay,
    /// On the phone.
    Delivered,
    /// Seen by the reader.
    Read,
    /// Nowhere.
    Failed,
}

/// A report that is not believed or not understood.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum StatusError {
    /// The signature does not fit.
    #[error("the signature does not fit")]
    Signature,
    /// It names no text, or a state nobody knows.
    #[error("the report names no text or no known state")]
    Form,
}

/// What the provider puts into the header `X-Twilio-Signature` of a report.
pub fn sign(token: &Secret, url: &str, body: &[u8]) -> String {
    STANDARD.encode(signature(token, url, &fields(body)))
}

fn fields(body: &[u8]) -> Vec<(String, String)> {
    let mut fields: Vec<(String, String)> = form_urlencoded::parse(body).into_owned().collect();
    // The scheme signs each name with its values in order, and a repeated pair once.
    fields.sort();
    fields.dedup();
    fields
}

fn signature(token: &Secret, url: &str, fields: &[(String, String)]) -> Vec<u8> {
    // HMAC takes keys of every length.
    let Ok(mac) = Hmac::<Sha1>::new_from_slice(token.expose().as_bytes()) else {
        return Vec::new();
    };
    let mut mac = mac.chain_update(url);
    for (name, value) in fields {
        mac = mac.chain_update(name).chain_update(value);
    }
    mac.finalize().into_bytes().to_vec()
}

/// Reads the report in `body`, if `signature` (the header `X-Twilio-Signature`) fits it and the
/// `url` the provider was told, as it is seen from outside.
pub fn verify(
    token: &Secret,
    url: &str,
    signature: &str,
    body: &[u8],
) -> Result<Report, StatusError> {
    let fields = fields(body);
    let wanted = self::signature(token, url, &fields);
    let given = STANDARD.decode(signature).map_err(|_| StatusError::Signature)?;
    if wanted.is_empty() || !secret::same(&given, &wanted) {
        return Err(StatusError::Signature);
    }
    let field = |wanted: &str| {
        fields.iter().find(|(name, _)| name == wanted).map(|(_, value)| value.as_str())
    };
    let state = match field("MessageStatus").ok_or(StatusError::Form)? {
        "accepted" | "scheduled" | "queued" | "sending" | "sent" => State::UnderWay,
        "delivered" | "partially_delivered" => State::Delivered,
        "read" => State::Read,
        "undelivered" | "failed" | "canceled" => State::Failed,
        _ => return Err(StatusError::Form),
    };
    let sid = field("MessageSid").filter(|it| !it.is_empty()).ok_or(StatusError::Form)?.to_owned();
    Ok(Report { sid, state, error: field("ErrorCode").and_then(|it| it.parse().ok()) })
}
