//! Who asks: written beside everything that is done.

use std::fmt;

use model::RepId;
use model::id::{KeyId, UserId};

/// Who asks for a use case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Actor {
    /// A person who signed in, with the rep they are, if any.
    User(UserId, Option<RepId>),
    /// A program with an API key.
    Key(KeyId),
    /// Somebody at the command line of the machine.
    Operator,
    /// Baton itself: timers, imports, the demo.
    System,
    /// A rep, acting through a channel that knows who they are.
    Rep(RepId),
}

impl Actor {
    /// The rep who acts, if it is one.
    pub fn rep(&self) -> Option<&RepId> {
        match self {
            Self::User(_, rep) => rep.as_ref(),
            Self::Rep(rep) => Some(rep),
            Self::Key(_) | Self::Operator | Self::System => None,
        }
    }
}

/// The stored form: `user:user_…`, `key:key_…`, `rep:ana`, `operator`, `system`.
impl fmt::Display for Actor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(id, _) => write!(f, "user:{id}"),
            Self::Key(id) => write!(f, "key:{id}"),
            Self::Rep(rep) => write!(f, "rep:{rep}"),
            Self::Operator => f.write_str("operator"),
            Self::System => f.write_str("system"),
        }
    }
}
