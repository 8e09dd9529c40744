//! rustfmt and clippy, which a minimal Rust installation leaves out.

use crate::{Failure, Outcome, command};

/// Makes sure that `cargo fmt` and `cargo clippy` work.
pub(crate) fn rust_components() -> Outcome<()> {
    let missing: Vec<&str> = [("fmt", "rustfmt"), ("clippy", "clippy")]
        .into_iter()
        .filter(|(subcommand, _)| {
            !command::works(command::cargo().args([*subcommand, "--version"]))
        })
        .map(|(_, component)| component)
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let mut rustup = command::at_root("rustup");
    rustup.args(["component", "add"]).args(&missing);
    eprintln!("==> provide: {}", command::text(&rustup));
    command::run(&mut rustup).map_err(|failure| {
        Failure::new(format!("{} missing from the Rust toolchain: {failure}", missing.join(", ")))
    })
}
