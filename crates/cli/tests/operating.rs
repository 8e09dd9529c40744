//! `docs/operating.md` as a script: each block that says so is run, on the engine it names.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;

use store::testing::TestDatabase;

use crate::own_postgres;
use crate::scene;

const GUIDE: &str = include_str!("../../../docs/operating.md");

/// The commands for `engine`, in order, as one script that ends at the first failure.
fn script(engine: &str) -> String {
    let mut script = String::from("set -eux\n");
    for block in GUIDE.split("```sh\n# tried: ").skip(1) {
        let (wanted, rest) = block.split_once('\n').unwrap();
        if wanted == "both" || wanted == engine {
            script.push_str(rest.split_once("```").unwrap().0);
        }
    }
    script
}

/// A folder with `baton` and, for those who have no `sudo` or need none, one that becomes postgres.
fn programs(folder: &Path) -> String {
    let bin = folder.join("bin");
    fs::create_dir(&bin).unwrap();
    std::os::unix::fs::symlink(env!("CARGO_BIN_EXE_baton"), bin.join("baton")).unwrap();
    let sudo = "#!/bin/sh\nshift 2\n[ \"$(id -u)\" != 0 ] && exec \"$@\"\n\
        exec setpriv --reuid postgres --regid postgres --clear-groups \"$@\"\n";
    fs::write(bin.join("sudo"), sudo).unwrap();
    fs::set_permissions(bin.join("sudo"), fs::Permissions::from_mode(0o755)).unwrap();
    let mut path = vec![bin];
    path.extend(own_postgres::programs());
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
    std::env::join_paths(path).unwrap().into_string().unwrap()
}

fn run(engine: &str, folder: &Path, variables: &[(&str, String)]) {
    let example = |name: &str| format!("{}/../../examples/{name}", env!("CARGO_MANIFEST_DIR"));
    let output = Command::new("sh")
        .args(["-c", &script(engine)])
        .current_dir(folder)
        .env("PATH", programs(folder))
        .env("POLICY", example("demo/policy.yaml"))
        .env("ROSTER", example("demo/roster.yaml"))
        .envs(variables.iter().map(|(name, value)| (name, value.as_str())))
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stderr);
    let shown = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{engine}: {shown}\n{said}");
    assert!(shown.matches("checks passed").count() >= 3, "{shown}");
}

#[test]
fn the_guide_works_on_sqlite() {
    let (database, other) = (TestDatabase::sqlite(), TestDatabase::sqlite());
    let folder = tempfile::TempDir::new().unwrap();
    scene::fill(&database, 5);
    let backup = folder.path().join("backup");
    fs::create_dir(&backup).unwrap();
    run(
        "sqlite",
        folder.path(),
        &[
            ("BATON_DATABASE", database.address()),
            ("FILE", database.file().unwrap().display().to_string()),
            ("BACKUP", backup.display().to_string()),
            ("OTHER", other.address()),
        ],
    );
}

#[test]
fn the_guide_works_on_postgres() {
    let Some(database) = TestDatabase::postgres() else { return };
    let other = TestDatabase::sqlite();
    let folder = tempfile::TempDir::new().unwrap();
    scene::fill(&database, 5);
    let backup = folder.path().join("backup");
    fs::create_dir(&backup).unwrap();
    open_to_postgres(folder.path(), &backup);
    let address = database.address();
    let server = address.rsplit_once('/').unwrap().0.to_owned();
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    run(
        "postgres",
        folder.path(),
        &[
            ("BATON_DATABASE", address),
            ("SERVER", server),
            ("BACKUP", backup.display().to_string()),
            ("RESTORED_PORT", port.to_string()),
            ("OTHER", other.address()),
        ],
    );
}

/// Where root runs the tests the server's user must reach the folder, and own its part of it.
fn open_to_postgres(folder: &Path, backup: &Path) {
    fs::set_permissions(folder, fs::Permissions::from_mode(0o755)).unwrap();
    own_postgres::give_away(backup);
}
