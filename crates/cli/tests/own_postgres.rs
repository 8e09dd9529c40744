//! A Postgres server that a test may break: others share the one of `BATON_TEST_POSTGRES`.

use std::net::TcpListener;
use std::os::unix::fs::{PermissionsExt, chown};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::binary::finished;

/// A server; dropping it stops it.
pub(crate) struct OwnPostgres {
    folder: tempfile::TempDir,
    port: u16,
}

/// The newest of the folders in which Debian keeps them, else those on `PATH`.
pub(crate) fn programs() -> Option<PathBuf> {
    let versions = std::fs::read_dir("/usr/lib/postgresql").ok()?.flatten();
    versions.map(|it| it.path().join("bin")).filter(|it| it.join("pg_ctl").exists()).max()
}

/// Gives a folder to the user who runs Postgres, which refuses root.
pub(crate) fn give_away(folder: &Path) {
    if !rustix::process::getuid().is_root() {
        return;
    }
    let users = std::fs::read_to_string("/etc/passwd").unwrap();
    let user = users.lines().find_map(|it| it.strip_prefix("postgres:x:")).unwrap();
    let mut ids = user.split(':').map_while(|it| it.parse().ok());
    chown(folder, ids.next(), ids.next()).unwrap();
}

impl OwnPostgres {
    /// A fresh server; `None` where tests run without Postgres.
    pub(crate) fn start() -> Option<Self> {
        std::env::var_os("BATON_TEST_POSTGRES")?;
        let folder = tempfile::TempDir::new().unwrap();
        std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o700)).unwrap();
        give_away(folder.path());
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let server = Self { folder, port };
        server.run("initdb", &["--username=postgres", "--auth=trust", "--encoding=UTF8"]);
        server.start_again();
        Some(server)
    }

    /// Its maintenance database.
    pub(crate) fn address(&self) -> String {
        format!("postgres://postgres@127.0.0.1:{}/postgres", self.port)
    }

    /// Ends it as a crash would: no checkpoint, connections cut off.
    pub(crate) fn crash(&self) {
        self.run("pg_ctl", &["stop", "--mode=immediate", "--wait"]);
    }

    /// Starts it; it recovers what was committed.
    pub(crate) fn start_again(&self) {
        let sockets = self.folder.path().display();
        let log = format!("{sockets}/log");
        let options = format!("-p {} -h 127.0.0.1 -k {sockets}", self.port);
        self.run("pg_ctl", &["start", "--wait", "--log", &log, "--options", &options]);
    }

    fn run(&self, program: &str, arguments: &[&str]) {
        let program = programs().map_or(PathBuf::from(program), |it| it.join(program));
        let mut command = match rustix::process::getuid().is_root() {
            true => {
                let mut command = Command::new("setpriv");
                command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
                command.arg(program);
                command
            }
            false => Command::new(program),
        };
        let data = self.folder.path().join("data");
        let run = finished(command.args(arguments).arg("-D").arg(data).current_dir("/"));
        assert_eq!(run.code, Some(0), "{run:?}");
    }
}

impl Drop for OwnPostgres {
    fn drop(&mut self) {
        if self.folder.path().join("data/postmaster.pid").exists() {
            self.crash();
        }
    }
}
