//! Packages of Debian and its relatives.

use super::{find, search_path};
use crate::{Failure, Outcome, command, user};

/// Installs `packages` where this user may; otherwise fails with the command to type.
/// `what` names the missing thing for the reader.
pub(super) fn install(what: &str, packages: &[&str]) -> Outcome<()> {
    let names = packages.join(" ");
    if find("apt-get", &search_path()).is_none() {
        return Err(Failure::new(format!("{what} is missing; on Debian it is in: {names}")));
    }
    if !user::is_root()? {
        return Err(Failure::new(format!("{what} is missing; type:\n  {}", by_hand(packages))));
    }
    eprintln!("==> provide: {what} is missing, installing {names}");
    command::run(apt_get().arg("update"))?;
    command::run(apt_get().args(["install", "-y", "--no-install-recommends"]).args(packages))
}

fn apt_get() -> std::process::Command {
    let mut command = command::at_root("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive");
    command
}

fn by_hand(packages: &[&str]) -> String {
    format!(
        "sudo apt-get update && sudo apt-get install -y --no-install-recommends {}",
        packages.join(" ")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_to_type_names_every_package() {
        let line = by_hand(&["gcc", "libc6-dev"]);
        assert!(line.ends_with("--no-install-recommends gcc libc6-dev"), "{line}");
        assert!(line.starts_with("sudo apt-get update && sudo apt-get install -y"), "{line}");
    }
}
