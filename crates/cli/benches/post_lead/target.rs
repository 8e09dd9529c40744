//! The servers: started, set up, measured and ended.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use crate::{bare, process};

/// A running server.
pub(crate) struct Target {
    pub(crate) name: &'static str,
    pub(crate) address: SocketAddr,
    /// Request line and headers up to the length.
    pub(crate) head: String,
    child: Child,
    /// The postmaster, where the server needs one.
    database: Option<u32>,
}

const BATON: &str = env!("CARGO_BIN_EXE_baton");
const POSTGRES: &str = "BATON_TEST_POSTGRES";
const PEER_START_TRIES: u32 = 100;

/// Starts Baton, the bare server and, where it can, Baton on Postgres and the Node peer.
pub(crate) fn start_all(folder: &Path) -> Vec<Target> {
    let url = format!("sqlite://{}", folder.join("baton.db").display());
    let mut targets = vec![baton("baton", &url, folder, None), bare_server(folder)];
    match database().map(|database| (baton_on_postgres(&database, folder), node(&database))) {
        Ok((baton, peer)) => {
            targets.push(baton);
            match peer {
                Ok(peer) => targets.push(peer),
                Err(why) => eprintln!("SKIPPED the Node peer: {why}"),
            }
        }
        Err(why) => eprintln!("SKIPPED Baton on Postgres and the Node peer: {why}"),
    }
    targets
}

/// Where Postgres is, and its first process.
struct Database {
    url: String,
    postmaster: u32,
}

fn database() -> Result<Database, String> {
    let Ok(url) = std::env::var(POSTGRES) else {
        return Err("start this bench with `cargo xtask postgres -- cargo bench ...`".to_owned());
    };
    let config = url.parse::<postgres::Config>().unwrap();
    let mut client =
        config.clone().connect_timeout(Duration::from_secs(5)).connect(postgres::NoTls).unwrap();
    let backend: i32 = client.query_one("select pg_backend_pid()", &[]).unwrap().get(0);
    client.batch_execute("create database baton_bench").unwrap();
    Ok(Database { url, postmaster: process::parent(u32::try_from(backend).unwrap()) })
}

fn baton_on_postgres(database: &Database, folder: &Path) -> Target {
    let (server, _) = database.url.rsplit_once('/').unwrap();
    let url = format!("{server}/baton_bench");
    baton("baton-pg", &url, folder, Some(database.postmaster))
}

fn baton(name: &'static str, url: &str, folder: &Path, database: Option<u32>) -> Target {
    let examples = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../examples/demo");
    // As many leads as the bench makes would fill everybody's desk: then all would be queued.
    let roster = std::fs::read_to_string(examples.join("roster.yaml")).unwrap();
    let wide = folder.join("roster.yaml");
    std::fs::write(&wide, roster.replace("open: 400", "open: 100000000")).unwrap();
    let mut child = Command::new(BATON)
        .args(["serve", "--listen", "127.0.0.1:0", "--database", url])
        .arg("--policy")
        .arg(examples.join("policy.yaml"))
        .arg("--roster")
        .arg(wide)
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let address = printed_address(&mut child);
    let say = |arguments: &[&str]| -> String {
        let mut command = Command::new(BATON);
        command.args(arguments).args(["--database", url]);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let _ = child.stdin.take().unwrap().write_all(b"correct horse\n");
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8(output.stdout).unwrap().trim().to_owned()
    };
    say(&["user", "add", "bench@example.org", "--role", "admin"]);
    let user = ["--user", "bench@example.org", "--scope", "leads:write"];
    let key = say(&[&["key", "create", "--name", "bench"][..], &user].concat());
    Target::new(name, address, Some(&key), child, database)
}

fn bare_server(folder: &Path) -> Target {
    let mut child = Command::new(std::env::current_exe().unwrap())
        .arg(bare::COMMAND)
        .arg(folder.join("bare.db"))
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let address = printed_address(&mut child);
    Target::new("bare", address, None, child, None)
}

fn node(database: &Database) -> Result<Target, String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../benches/peers/node");
    if !folder.join("node_modules").is_dir() {
        return Err("run `npm install` in `benches/peers/node`".to_owned());
    }
    let address = free_address();
    let child = Command::new("node")
        .arg("server.mjs")
        .current_dir(folder)
        .env("DATABASE", &database.url)
        .env("PORT", address.port().to_string())
        .spawn()
        .map_err(|error| format!("cannot start `node`: {error}"))?;
    for _ in 0..PEER_START_TRIES {
        if std::net::TcpStream::connect(address).is_ok() {
            return Ok(Target::new("node", address, None, child, Some(database.postmaster)));
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    Err("it did not start".to_owned())
}

fn free_address() -> SocketAddr {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap()
}

/// The address at the end of the first line a server prints.
fn printed_address(child: &mut Child) -> SocketAddr {
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.trim().rsplit_once("http://").unwrap_or_else(|| panic!("said {line:?}"));
    address.1.parse().unwrap()
}

impl Target {
    fn new(
        name: &'static str,
        address: SocketAddr,
        key: Option<&str>,
        child: Child,
        database: Option<u32>,
    ) -> Self {
        let mut head = "POST /api/v1/leads HTTP/1.1\r\nhost: localhost\r\n\
            content-type: application/json\r\n"
            .to_owned();
        if let Some(key) = key {
            write!(head, "authorization: Bearer {key}\r\n").unwrap();
        }
        Self { name, address, head, child, database }
    }

    /// CPU time so far, with that of its database.
    pub(crate) fn cpu(&self) -> Duration {
        let roots = [Some(self.child.id()), self.database];
        roots.into_iter().flatten().map(process::cpu_of_tree).sum()
    }

    /// Memory now, without that of its database.
    pub(crate) fn memory_kib(&self) -> u64 {
        process::resident_kib(self.child.id())
    }
}

impl Drop for Target {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
