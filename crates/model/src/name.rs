//! Names that people give: reps, teams, pools, queues. They are ids, written by hand in files.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

const NAME_LENGTH_MAX: usize = 64;

/// Text that is not a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NameError {
    text: String,
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is not a name: use 1 to {NAME_LENGTH_MAX} lower-case letters, digits, `_`, `-` or `.`",
            self.text
        )
    }
}

impl std::error::Error for NameError {}

/// Whether `text` may name a rep, team, pool, queue, rule or field.
pub fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text.len() <= NAME_LENGTH_MAX
        && text.bytes().all(|it| matches!(it, b'a'..=b'z' | b'0'..=b'9' | b'_' | b'-' | b'.'))
}

macro_rules! names {
    ($($(#[$doc:meta])* $name:ident;)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = NameError;

            fn from_str(text: &str) -> Result<Self, NameError> {
                match is_name(text) {
                    true => Ok(Self(text.into())),
                    false => Err(NameError { text: text.chars().take(80).collect() }),
                }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(&self.0)
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(
                deserializer: D,
            ) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(deserializer)?;
                text.parse().map_err(serde::de::Error::custom)
            }
        }
    )+};
}

names! {
    /// A sales rep, manager or specialist.
    RepId;
    /// A team of reps.
    TeamId;
    /// Reps who share a stream of leads.
    PoolId;
    /// Unassigned work with a named keeper.
    QueueId;
    /// An SLA tier.
    SlaId;
    /// A working-hours calendar.
    CalendarId;
    /// An escalation chain.
    ChainId;
    /// A rule of the policy, unique within its section.
    RuleId;
}
