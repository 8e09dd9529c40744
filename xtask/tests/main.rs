//! The command as a person or a machine calls it.

#![allow(clippy::unwrap_used, reason = "test code")]

use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt;
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

#[test]
fn a_server_that_cannot_start_is_a_failure_and_leaves_no_folder() {
    let folder = std::env::temp_dir().join(format!("xtask-broken-{}", std::process::id()));
    let (programs, temporary) = (folder.join("programs"), folder.join("temporary"));
    std::fs::create_dir_all(&programs).unwrap();
    std::fs::create_dir_all(&temporary).unwrap();
    for program in ["initdb", "pg_ctl", "postgres"] {
        let path = programs.join(program);
        std::fs::write(&path, "#!/bin/sh\necho planted fault >&2\nexit 1\n").unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    // The folder of the database lies in one that its owner may write to, as the usual one does.
    std::fs::set_permissions(&temporary, std::fs::Permissions::from_mode(0o777)).unwrap();
    let path = std::env::var("PATH").unwrap();
    let output = xtask()
        .args(["postgres", "--", "true"])
        .env("PATH", format!("{}:{path}", programs.display()))
        .env("TMPDIR", &temporary)
        .output()
        .unwrap();
    let left = temporary.read_dir().unwrap().count();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(!output.status.success());
    assert!(String::from_utf8_lossy(&output.stderr).contains("planted fault"));
    assert_eq!(left, 0);
}
