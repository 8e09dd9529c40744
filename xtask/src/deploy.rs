//! `cargo xtask deploy`: what lies in `deploy/` is read by those who will read it, as far as that
//! works without a cluster or a container engine. Images are not built here.

use std::path::Path;
use std::process::{Command, ExitCode};

use crate::{Failure, Outcome, command, provide};

const KUSTOMIZATIONS: [&str; 2] = ["deploy/kubernetes/base", "deploy/kubernetes/sqlite"];
const UNIT: &str = "deploy/systemd/baton.service";

/// Tenths of a point of exposure that systemd may see in the unit; 100 is the worst.
const EXPOSURE_MAX: u32 = 20;

/// Runs all checks; takes no arguments.
pub(crate) fn run(arguments: &[String]) -> Outcome<ExitCode> {
    if !arguments.is_empty() {
        return Err(Failure::new("`cargo xtask deploy` takes no arguments"));
    }
    check()?;
    Ok(ExitCode::SUCCESS)
}

/// Checks what the tools of this machine can; says what was left out.
pub(crate) fn check() -> Outcome<()> {
    match command::works(Command::new("kubectl").args(["version", "--client"])) {
        true => kubernetes()?,
        false => eprintln!("==> Kubernetes: left out, kubectl is not installed"),
    }
    match command::works(Command::new("systemd-analyze").arg("--version")) {
        true => unit()?,
        false => eprintln!("==> systemd: left out, systemd-analyze is not installed"),
    }
    Ok(())
}

fn kubernetes() -> Outcome<()> {
    let validator = provide::kubernetes_validate()?;
    for folder in KUSTOMIZATIONS {
        let text = command::read(command::at_root("kubectl").args(["kustomize", folder]))?;
        let name = Path::new(folder).file_name().unwrap_or_default().to_string_lossy();
        let file = command::root().join(format!("target/kubernetes-{name}.yaml"));
        std::fs::write(&file, text).map_err(Failure::at(&file))?;
        let mut validate = command::at_root("python3");
        validate.env("PYTHONPATH", &validator).args(["-m", "kubernetes_validate", "--strict"]);
        command::read(validate.arg(&file))?;
    }
    Ok(())
}

fn unit() -> Outcome<()> {
    let mut analyze = command::at_root("systemd-analyze");
    analyze.args(["security", "--no-pager", "--offline=true"]);
    command::read(analyze.arg(format!("--threshold={EXPOSURE_MAX}")).arg(UNIT)).map(|_| ())
}
