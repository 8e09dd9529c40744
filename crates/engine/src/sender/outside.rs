//! What the sender sees of the outside: one try at one message.

use std::future::Future;
use std::pin::Pin;

use connect::{Code, Delivery, Failure, Message, Verdict};
use model::Seconds;

use super::reader::Address;
use crate::Refusal;

/// A message with where it goes.
#[derive(Clone, Debug)]
pub struct Parcel {
    /// Where.
    pub to: Address,
    /// What.
    pub message: Message,
}

/// How a try ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum End {
    /// The other side took it; what it calls it.
    Sent(String),
    /// It will never be taken like this.
    Refused {
        /// What went wrong.
        code: String,
        /// The same in words.
        detail: String,
    },
    /// It was not taken, or nobody knows; a later try may mend it.
    Later {
        /// What went wrong.
        code: String,
        /// The same in words.
        detail: String,
        /// Not before this has passed.
        after: Option<Seconds>,
        /// Whether the outside was reached for at all; if not, no try is spent.
        counts: bool,
    },
}

/// Tries to deliver messages.
pub trait Outside: Send + Sync {
    /// Tries once.
    fn deliver<'a>(&'a self, parcel: &'a Parcel) -> Pin<Box<dyn Future<Output = End> + Send + 'a>>;
}

/// The channel is not set up in this workspace.
pub const NOT_SET_UP: &str = "C0901";

impl End {
    /// The channel is not set up.
    pub fn not_set_up(channel: &str) -> Self {
        let detail = format!("`{channel}` is not set up in this workspace");
        Self::Refused { code: NOT_SET_UP.to_owned(), detail }
    }

    /// Our own store did not answer.
    pub(super) fn of_store(refusal: Refusal) -> Self {
        let (code, detail) = (refusal.code.to_owned(), refusal.message);
        Self::Later { code, detail, after: None, counts: false }
    }

    /// How a text message ended. One whose end nobody knows is not sent again, since a person would
    /// get it twice: a report of the provider says later if it was lost.
    pub(super) fn of_text(delivery: Delivery) -> Self {
        match delivery {
            Err(Failure { verdict: Verdict::Unknown, .. }) => Self::Sent(String::new()),
            known => known.into(),
        }
    }

    /// Nothing came back in time.
    pub(super) fn no_answer() -> Self {
        let code = Code::NoAnswer.as_str().to_owned();
        let detail = Code::NoAnswer.title().to_owned();
        Self::Later { code, detail, after: None, counts: true }
    }
}

impl From<Delivery> for End {
    fn from(delivery: Delivery) -> Self {
        match delivery {
            Ok(receipt) => Self::Sent(receipt.0),
            Err(Failure { code, detail, verdict }) => {
                // A target that rests or is crowded was not reached for.
                let counts = !matches!(code, Code::Resting | Code::Crowded);
                let code = code.as_str().to_owned();
                match verdict {
                    Verdict::Refused => Self::Refused { code, detail },
                    Verdict::Failed { retry_after } => {
                        Self::Later { code, detail, after: retry_after, counts }
                    }
                    Verdict::Unknown => Self::Later { code, detail, after: None, counts },
                }
            }
        }
    }
}
