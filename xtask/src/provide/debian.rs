//! Packages of Debian and its relatives.

use std::path::Path;

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

/// Unpacks a package into `folder` without installing it; needs no rights.
pub(super) fn unpack(what: &str, package: &str, folder: &Path) -> Outcome<()> {
    if find("apt-get", &search_path()).is_none() {
        return Err(Failure::new(format!("{what} is missing; on Debian it is in: {package}")));
    }
    eprintln!("==> provide: {what} is missing, unpacking {package} into {}", folder.display());
    if user::is_root()? {
        command::run(apt_get().arg("update"))?;
    }
    std::fs::create_dir_all(folder).map_err(Failure::at(folder))?;
    // apt drops its rights for the download, and says so where it may not write as that user.
    command::run(
        apt_get().args(["download", "-o", "APT::Sandbox::User=root", package]).current_dir(folder),
    )?;
    let file = folder.read_dir().map_err(Failure::at(folder))?.flatten().map(|it| it.path());
    let file = file.into_iter().find(|it| it.extension().is_some_and(|it| it == "deb"));
    let file = file.ok_or_else(|| Failure::new(format!("{package} was not downloaded")))?;
    let done = command::run(std::process::Command::new("dpkg").arg("-x").arg(&file).arg(folder));
    std::fs::remove_file(&file).map_err(Failure::at(&file))?;
    done
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
