//! The command as a person or a machine calls it.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::process::{Command, Output, Stdio};
use std::time::{Duration, Instant};

fn xtask() -> Command {
    Command::new(env!("CARGO_BIN_EXE_xtask"))
}

fn output(arguments: &[&str]) -> Output {
    xtask().args(arguments).stdin(Stdio::null()).output().unwrap()
}

fn port_of(url: &str) -> u16 {
    let (_, tail) = url.trim().rsplit_once(':').unwrap();
    tail.strip_suffix("/postgres").unwrap().parse().unwrap()
}

fn answers(port: u16) -> bool {
    TcpStream::connect(("127.0.0.1", port)).is_ok()
}

#[test]
fn an_unknown_command_fails_and_is_named() {
    let output = output(&["no-such-chore"]);
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("no-such-chore"));
}

#[test]
fn the_exit_code_of_a_command_beside_postgres_is_passed_on() {
    let output = output(&["postgres", "--", "sh", "-c", "echo $BATON_TEST_POSTGRES; exit 7"]);
    assert_eq!(output.status.code(), Some(7));
    let port = port_of(&String::from_utf8_lossy(&output.stdout));
    assert!(!answers(port), "the server outlived the command");
}

#[test]
fn a_killed_owner_leaves_no_server_behind() {
    let script = "echo $BATON_TEST_POSTGRES; exec sleep 2";
    let mut owner = xtask()
        .args(["postgres", "--", "sh", "-c", script])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut url = String::new();
    BufReader::new(owner.stdout.take().unwrap()).read_line(&mut url).unwrap();
    let port = port_of(&url);
    assert!(answers(port));
    // SIGKILL: no handler and no destructor of the owner runs.
    owner.kill().unwrap();
    owner.wait().unwrap();
    let start = Instant::now();
    while answers(port) {
        assert!(start.elapsed() < Duration::from_secs(30), "the server outlived its owner");
        std::thread::sleep(Duration::from_millis(50));
    }
}
