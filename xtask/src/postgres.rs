//! A throw-away Postgres: own folder, own port on the loopback, gone when its owner is.
//!
//! Whoever ends this program, and however (end of the chore, failure, panic, Ctrl-C, SIGKILL), the
//! database is stopped and its folder removed: a keeper process waits for the end of a pipe that
//! only this program holds open, and then cleans up. So there is one clean-up path and no signal
//! handler. Not here: databases that outlive the command.

use std::ffi::OsStr;
use std::io::Write;
use std::net::TcpListener;
use std::os::unix::fs::{DirBuilderExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, ExitCode, Stdio};

use crate::user::{self, User};
use crate::{Failure, Outcome, command, provide};

/// Tests read the address of their server from this variable.
pub(crate) const VARIABLE: &str = "BATON_TEST_POSTGRES";

/// Another program can take the free port between our look and the server's start.
const START_ATTEMPTS_MAX: u32 = 5;

/// Arguments: folder with the programs, folder of the database.
const KEEPER: &str = r#"
trap '' HUP INT TERM
read -r _
if [ -f "$2/data/postmaster.pid" ]; then
  pid=$(head -n 1 "$2/data/postmaster.pid")
  "$1/pg_ctl" stop -D "$2/data" -m fast -w -t 20 || kill -KILL "$pid"
fi
rm -rf "$2"
"#;

/// A running server; dropping it stops it and removes its folder.
pub(crate) struct Postgres {
    port: u16,
    programs: PathBuf,
    folder: PathBuf,
    owner: Option<User>,
    keeper: Child,
    lifeline: Option<ChildStdin>,
}

/// `cargo xtask postgres -- COMMAND`: runs a command beside a throw-away server.
pub(crate) fn run(arguments: &[String]) -> Outcome<ExitCode> {
    let Some((program, rest)) = command::after_dashes(arguments).split_first() else {
        return Err(Failure::new("usage: cargo xtask postgres -- COMMAND [ARGS]"));
    };
    let postgres = Postgres::start(&provide::postgres()?)?;
    eprintln!("==> {VARIABLE}={}", postgres.url());
    command::hand_over(Command::new(program).args(rest).env(VARIABLE, postgres.url()))
}

impl Postgres {
    /// Makes and starts a server with the programs in `programs`.
    pub(crate) fn start(programs: &Path) -> Outcome<Self> {
        let owner = owner()?;
        let folder = make_folder(owner)?;
        let mut keeper = as_owner(owner, "sh".as_ref(), Path::new("/"));
        keeper.args(["-c", KEEPER, "keeper"]).arg(programs).arg(&folder);
        // A group of its own, so that Ctrl-C at the terminal does not reach it.
        keeper.process_group(0).stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut keeper = keeper.spawn().map_err(Failure::at(Path::new("sh")))?;
        let lifeline = keeper.stdin.take();
        // From here on the folder is the keeper's to remove, whatever happens below.
        let programs = programs.to_path_buf();
        let mut postgres = Self { port: 0, programs, folder, owner, keeper, lifeline };
        postgres.make_cluster()?;
        postgres.serve()?;
        Ok(postgres)
    }

    /// Address of the maintenance database, for a superuser without password.
    pub(crate) fn url(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    fn make_cluster(&self) -> Outcome<()> {
        let mut initdb = self.program("initdb");
        initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C"]);
        command::read(initdb.args(["--no-sync", "--pgdata"]).arg(self.data()))?;
        let sockets = self.folder.display();
        let settings = format!(
            "\n# of the throw-away server\n\
             listen_addresses = '127.0.0.1'\nunix_socket_directories = '{sockets}'\n\
             fsync = on\nshared_buffers = 64MB\nmax_connections = 200\n\
             max_wal_size = 256MB\ntimezone = 'UTC'\nlog_timezone = 'UTC'\n"
        );
        let path = self.data().join("postgresql.conf");
        let file = std::fs::OpenOptions::new().append(true).open(&path);
        let written = file.and_then(|mut file| file.write_all(settings.as_bytes()));
        written.map_err(Failure::at(&path))
    }

    fn serve(&mut self) -> Outcome<()> {
        let mut last = Failure::new("Postgres was not started");
        for _ in 0..START_ATTEMPTS_MAX {
            self.port = free_port()?;
            let log = self.folder.join("log");
            let mut start = self.program("pg_ctl");
            start.args(["start", "-w", "-t", "60", "-o", &format!("-p {}", self.port), "-D"]);
            start.arg(self.data()).arg("-l").arg(&log);
            match command::run(start.stdout(Stdio::null())) {
                Ok(()) => return Ok(()),
                Err(failure) => {
                    let log = std::fs::read_to_string(&log).unwrap_or_default();
                    last = Failure::new(format!("{failure}\n{log}"));
                }
            }
        }
        Err(last)
    }

    fn data(&self) -> PathBuf {
        self.folder.join("data")
    }

    fn program(&self, name: &str) -> Command {
        as_owner(self.owner, self.programs.join(name).as_os_str(), &self.folder)
    }
}

impl Drop for Postgres {
    fn drop(&mut self) {
        drop(self.lifeline.take());
        // The keeper cannot be helped if it fails; its folder lies in the temporary files.
        let _ = self.keeper.wait();
    }
}

/// Postgres refuses to run as root: then somebody else owns it.
fn owner() -> Outcome<Option<User>> {
    if !user::is_root()? {
        return Ok(None);
    }
    user::named("postgres").or_else(|_| user::named("nobody")).map(Some)
}

fn make_folder(owner: Option<User>) -> Outcome<PathBuf> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let nanos = now.map_or(0, |it| it.subsec_nanos());
    let name = format!("baton-postgres-{}-{nanos}", std::process::id());
    let folder = std::env::temp_dir().join(name);
    std::fs::DirBuilder::new().mode(0o700).create(&folder).map_err(Failure::at(&folder))?;
    if let Some(User { id, group }) = owner {
        chown(&folder, Some(id), Some(group)).map_err(Failure::at(&folder))?;
    }
    Ok(folder)
}

fn as_owner(owner: Option<User>, program: &OsStr, folder: &Path) -> Command {
    let mut command = Command::new(program);
    command.current_dir(folder).env("LC_ALL", "C");
    if let Some(User { id, group }) = owner {
        command.uid(id).gid(group);
    }
    command
}

fn free_port() -> Outcome<u16> {
    let port = TcpListener::bind("127.0.0.1:0").and_then(|it| it.local_addr());
    port.map(|it| it.port()).map_err(|error| Failure::new(format!("no free port: {error}")))
}

#[cfg(test)]
mod tests {
    use std::net::TcpStream;

    use super::*;

    #[test]
    fn the_server_answers_while_it_is_held_and_is_gone_afterwards() {
        let postgres = Postgres::start(&provide::postgres().unwrap()).unwrap();
        let (port, folder) = (postgres.port, postgres.folder.clone());
        assert!(postgres.url().ends_with(&format!(":{port}/postgres")));
        assert!(TcpStream::connect(("127.0.0.1", port)).is_ok());
        drop(postgres);
        assert!(TcpStream::connect(("127.0.0.1", port)).is_err());
        assert!(!folder.exists(), "{} was left behind", folder.display());
    }
}
