//! How a delivery ends, in words that hold for every channel.

use model::Seconds;

use crate::text;

/// The end of one try.
pub type Delivery = Result<Receipt, Failure>;

/// What the other side calls what it took, e.g. `C024BE91L/1700000000.000100`; may be empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Receipt(pub String);

/// Why a message is not, or not surely, delivered.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}: {}: {detail}", .code.as_str(), .code.title())]
pub struct Failure {
    /// What went wrong.
    pub code: Code,
    /// What was seen, for operators: a status, the other side's word. No secrets, no addresses of
    /// people, and nothing of an answer that somebody else's server made up.
    pub detail: String,
    /// What it means for the message.
    pub verdict: Verdict,
}

/// What a failure means for the message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It will never be taken like this.
    Refused,
    /// It was not taken, and may be later.
    Failed {
        /// Not before this has passed, if the other side said so.
        retry_after: Option<Seconds>,
    },
    /// It left and no answer came in time: it may have arrived.
    Unknown,
}

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $text:literal, $title:literal;)*) => {
        /// What went wrong; each has a page in `docs/errors`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Code { $($(#[$doc])* $name),* }

        impl Code {
            /// Every code, in order.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// As it is printed and stored, e.g. `C0001`.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$name => $text),* }
            }

            /// In a few words.
            pub const fn title(self) -> &'static str {
                match self { $(Self::$name => $title),* }
            }
        }
    };
}

codes! {
    /// The address is malformed, or leads where it must not.
    AddressForbidden = "C0001", "the address cannot be used";
    /// No connection came about.
    Unreachable = "C0002", "the other side cannot be reached";
    /// The request left and no answer came in time.
    NoAnswer = "C0003", "no answer in time";
    /// The other side says: not now.
    NotNow = "C0004", "the other side cannot take it now";
    /// The other side refuses the request as it is.
    NotTaken = "C0005", "the other side refuses it";
    /// The answer points elsewhere.
    Redirected = "C0006", "the answer is a redirect";
    /// The answer is not what was agreed.
    Unreadable = "C0007", "the answer cannot be understood";
    /// The target failed too often or asked to wait, and was not tried.
    Resting = "C0008", "the target rests";
    /// As many deliveries to the target as may run are running.
    Crowded = "C0009", "too much at once for this target";
    /// The other side does not accept our credentials.
    Credentials = "C0010", "the credentials are not accepted";
    /// The configuration contradicts itself.
    Misconfigured = "C0011", "the channel is set up wrongly";
    /// The receiver said that the endpoint is gone.
    EndpointGone = "C0101", "the webhook endpoint is gone";
    /// The body is longer than receivers must take.
    EventTooLarge = "C0102", "the webhook event is too large";
    /// Not a mail address, or one this server cannot write to.
    MailAddress = "C0201", "not a mail address that can be used";
    /// The server refuses the recipient for good.
    MailboxRefused = "C0202", "the mailbox is refused";
    /// The server refuses the mail for good.
    MailRefused = "C0203", "the mail is refused";
    /// No encrypted connection to the mail server.
    MailTls = "C0204", "no secure connection to the mail server";
    /// Nobody of that name can be written to in Slack.
    SlackNobody = "C0301", "no such channel or person in Slack";
    /// The push service knows the subscription no more.
    SubscriptionGone = "C0501", "the push subscription is gone";
    /// Not a number that takes texts.
    PhoneNumber = "C0601", "not a number that takes texts";
    /// The person said STOP.
    OptedOut = "C0602", "the person wants no texts";
    /// The provider took the text and could not deliver it.
    TextLost = "C0603", "the text did not reach the phone";
}

impl Code {
    /// Whether the address is of no more use, so that nothing should be sent there again.
    pub const fn ends_target(self) -> bool {
        matches!(
            self,
            Self::EndpointGone
                | Self::MailboxRefused
                | Self::SlackNobody
                | Self::SubscriptionGone
                | Self::PhoneNumber
                | Self::OptedOut
        )
    }

    /// Whether the target itself is in trouble, whatever the message: counts for its rest.
    pub(crate) const fn blames_target(self) -> bool {
        matches!(self, Self::Unreachable | Self::NoAnswer | Self::NotNow | Self::MailTls)
    }
}

/// What is kept of another side's words.
const DETAIL_CHARS_MAX: usize = 300;

impl Failure {
    /// A failure that no repeat mends.
    pub fn refused(code: Code, detail: impl AsRef<str>) -> Self {
        Self::new(code, detail.as_ref(), Verdict::Refused)
    }

    /// A failure that a later try may mend.
    pub fn failed(code: Code, detail: impl AsRef<str>) -> Self {
        Self::new(code, detail.as_ref(), Verdict::Failed { retry_after: None })
    }

    /// A failure that leaves open whether the message arrived.
    pub fn unknown(code: Code, detail: impl AsRef<str>) -> Self {
        Self::new(code, detail.as_ref(), Verdict::Unknown)
    }

    /// The same, not to be tried again before `wait` has passed.
    #[must_use]
    pub fn after(mut self, wait: Option<Seconds>) -> Self {
        if let Verdict::Failed { retry_after } = &mut self.verdict {
            *retry_after = wait;
        }
        self
    }

    fn new(code: Code, detail: &str, verdict: Verdict) -> Self {
        let detail = text::cut(&text::one_line(&text::without_addresses(detail)), DETAIL_CHARS_MAX);
        Self { code, detail, verdict }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn details_are_one_short_line_without_addresses_of_people() {
        let failure = Failure::refused(
            Code::MailboxRefused,
            format!("550 5.1.1\r\n<bo@x.example>: no such user {}", "y".repeat(999)),
        );
        assert!(failure.detail.starts_with("550 5.1.1 (address): no such user y"));
        assert_eq!(failure.detail.chars().count(), DETAIL_CHARS_MAX);
    }

    #[test]
    fn only_a_failure_for_now_has_a_time_to_come_back() {
        let wait = Some(Seconds::new(7));
        let failed = Failure::failed(Code::NotNow, "503").after(wait);
        assert_eq!(failed.verdict, Verdict::Failed { retry_after: wait });
        assert_eq!(Failure::unknown(Code::NoAnswer, "").after(wait).verdict, Verdict::Unknown);
    }

    #[test]
    fn codes_are_in_order_and_once() {
        let texts: Vec<_> = Code::ALL.iter().map(|it| it.as_str()).collect();
        assert!(texts.is_sorted_by(|a, b| a < b), "{texts:?}");
    }
}
