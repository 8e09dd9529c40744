//! A full disk under a SQLite server: nothing is acknowledged that is not kept, everything else is
//! answered with 503, and the server goes on by itself once there is room.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use store::testing::TestDatabase;

use crate::acknowledged::{Asked, check_all, lead, once};
use crate::binary::{Run, baton, finished};
use crate::scene;
use crate::served::{Client, Served, make_key};

/// Room beside the empty database, of which the ballast takes a part until it is removed.
const DISK: &str = "24m";
const BALLAST_MIB: usize = 8;

/// Requests that are sent to the full disk.
const WHILE_FULL: usize = 40;

/// More than fit.
const LEADS_MAX: usize = 50_000;

/// How soon requests must be acknowledged once there is room.
const RECOVERY_MAX: Duration = Duration::from_secs(5);

/// A small disk in a mount namespace of its own, which ends with its keeper.
struct SmallDisk {
    keeper: Child,
    folder: tempfile::TempDir,
}

impl SmallDisk {
    /// `None` where this machine lets nobody mount, unless in continuous integration.
    fn new() -> Option<Self> {
        let folder = tempfile::TempDir::new().unwrap();
        std::fs::create_dir(folder.path().join("disk")).unwrap();
        let mount = "mount -t tmpfs -o size=$1 none disk && echo mounted && read -r _";
        let mut unshare = Command::new("unshare");
        if !rustix::process::getuid().is_root() {
            unshare.args(["--user", "--map-root-user"]);
        }
        let keeper = unshare
            .args(["--mount", "--", "sh", "-c", mount, "sh", DISK])
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        // Dropping it ends and awaits the keeper.
        let mut disk = Self { keeper: keeper.unwrap(), folder };
        let mut line = String::new();
        BufReader::new(disk.keeper.stdout.take().unwrap()).read_line(&mut line).unwrap();
        if line.trim() == "mounted" {
            return Some(disk);
        }
        assert!(std::env::var_os("CI").is_none(), "a tmpfs cannot be mounted");
        eprintln!("SKIPPED: a tmpfs cannot be mounted");
        None
    }

    /// A program that sees the disk.
    fn command(&self, program: &str) -> Command {
        let mut command = Command::new("nsenter");
        command.args(["--mount", "--target", &self.keeper.id().to_string()]);
        if !rustix::process::getuid().is_root() {
            command.args(["--user", "--preserve-credentials"]);
        }
        let disk = self.folder.path().join("disk");
        // The folder is entered from inside: from outside it is the one below the disk.
        command.args(["--", "sh", "-c", "cd \"$0\" && exec \"$@\""]).arg(disk).arg(program);
        command
    }

    fn run(&self, program: &str, arguments: &[&str]) -> Run {
        let run = finished(self.command(program).args(arguments));
        assert_eq!(run.code, Some(0), "{program} {arguments:?}: {run:?}");
        run
    }

    /// Copies what is on the disk, as a crash would leave it.
    fn copy_to(&self, folder: &Path) {
        let folder = folder.display().to_string();
        self.run("sh", &["-c", "rm -f \"$0\"/baton.db* && cp baton.db* \"$0\"", &folder]);
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = self.keeper.kill();
        let _ = self.keeper.wait();
    }
}

#[test]
fn a_full_disk_loses_nothing_and_the_server_goes_on_by_itself() {
    let Some(disk) = SmallDisk::new() else { return };
    let database = TestDatabase::sqlite();
    scene::fill(&database, 0);
    let key = make_key(&database, &["leads:write", "leads:read"]);
    let file = database.file().unwrap();
    disk.run("sh", &["-c", "cp \"$0\"* .", &file.display().to_string()]);
    disk.run("dd", &["if=/dev/zero", "of=ballast", "bs=1M", &format!("count={BALLAST_MIB}")]);
    let mut baton_there = disk.command(env!("CARGO_BIN_EXE_baton"));
    baton_there.args(["serve", "--listen", "127.0.0.1:0", "--database", "sqlite://baton.db"]);
    let server = Served::launch(baton_there.stderr(Stdio::null()), false);
    let mut client = Client::connect(server.address, &key).unwrap();

    let (mut asked, mut full) = (Asked::new(), None);
    for number in 0..LEADS_MAX {
        let answer = client.post_lead(&once(number), &lead(number)).unwrap();
        if answer.status != 201 {
            full = Some(number);
            break;
        }
        asked.insert(number, Some(answer));
    }
    let full = full.expect("the disk was never full");
    for number in full..full + WHILE_FULL {
        let answer = client.post_lead(&once(number), &lead(number)).unwrap();
        match answer.status {
            // A small one may still fit.
            201 => {
                asked.insert(number, Some(answer));
            }
            503 => assert_eq!(answer.body["code"], "S0011", "{answer:?}"),
            _ => panic!("{answer:?}"),
        }
    }
    assert!(asked.len() < full + WHILE_FULL, "the disk was not full");
    let reading = client.send("GET", "/api/v1/leads?limit=1", "", "").unwrap();
    assert_eq!(reading.status, 200, "what is there can be read: {reading:?}");
    let acknowledged = asked.len();

    disk.run("rm", &["ballast"]);
    let room = Instant::now();
    for number in full..full + WHILE_FULL {
        let mut answer = client.post_lead(&once(number), &lead(number)).unwrap();
        while answer.status == 503 && room.elapsed() < RECOVERY_MAX {
            answer = client.post_lead(&once(number), &lead(number)).unwrap();
        }
        assert_eq!(answer.status, 201, "{answer:?}");
        if let Some(Some(first)) = asked.insert(number, Some(answer.clone())) {
            assert_eq!(first.body, answer.body);
        }
    }
    let recovered = room.elapsed();
    server.kill();
    disk.copy_to(file.parent().unwrap());
    check_all(&database.open(), &asked);
    let run = baton(&["verify", "--database", &database.address(), "--replay", "200"]);
    assert_eq!(run.code, Some(0), "{run:?}");
    eprintln!(
        "disk full: {acknowledged} leads acknowledged before, {} refused with 503 while full, \
         0 lost, {WHILE_FULL} repeats acknowledged within {recovered:?} of room",
        full + WHILE_FULL - acknowledged
    );
}

#[test]
fn the_small_disk_is_small() {
    let Some(disk) = SmallDisk::new() else { return };
    let fill = ["if=/dev/zero", "of=x", "bs=1M", "count=64"];
    let run = finished(disk.command("dd").args(fill));
    assert_ne!(run.code, Some(0), "{run:?}");
    assert!(run.stderr.contains("No space left"), "{run:?}");
}
