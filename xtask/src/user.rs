//! Users of the machine, asked of `id`.

use crate::{Failure, Outcome, command};

/// A user and their main group, by number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct User {
    pub(crate) id: u32,
    pub(crate) group: u32,
}

/// Whether this process may do anything.
pub(crate) fn is_root() -> Outcome<bool> {
    Ok(number(&["-u"])? == 0)
}

/// The user of that name.
pub(crate) fn named(name: &str) -> Outcome<User> {
    Ok(User { id: number(&["-u", name])?, group: number(&["-g", name])? })
}

fn number(arguments: &[&str]) -> Outcome<u32> {
    let text = command::read(command::at_root("id").args(arguments))?;
    let number = text.trim().parse();
    number.map_err(|_| Failure::new(format!("`id` answered `{}`, not a number", text.trim())))
}
