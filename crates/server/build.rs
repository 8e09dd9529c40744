//! Takes the files of the built web app into the binary.
//!
//! Where the app was not built, a page that says so takes its place: cargo never needs Node.js. The
//! files are copied first, so that the app may be built anew while cargo is at work.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

const DIST: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../web/dist");
const NOT_BUILT: &str = "<!doctype html><html lang=\"en\"><title>Baton</title>\
<p>The web app was not built: run <code>cargo xtask web</code>, then build again.</p></html>\n";

fn main() -> io::Result<()> {
    let dist = Path::new(DIST);
    let index = dist.join("index.html");
    if !index.exists() {
        // A folder that is not there would make cargo run this script each time.
        fs::create_dir_all(dist)?;
        fs::write(&index, NOT_BUILT)?;
    }
    println!("cargo::rerun-if-changed={DIST}");
    let out = env::var_os("OUT_DIR").map(PathBuf::from);
    let out = out.ok_or_else(|| io::Error::other("cargo sets OUT_DIR"))?;
    let copy = out.join("web");
    if copy.exists() {
        fs::remove_dir_all(&copy)?;
    }
    let mut files = Vec::new();
    copy_all(dist, &copy, &mut files)?;
    files.sort();
    fs::write(out.join("web.rs"), table(&copy, &files))
}

/// Copies a folder with all that is below it.
fn copy_all(from: &Path, to: &Path, files: &mut Vec<PathBuf>) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            copy_all(&entry.path(), &target, files)?;
        } else {
            fs::copy(entry.path(), &target)?;
            files.push(target);
        }
    }
    Ok(())
}

/// The files as an expression of Rust; a file with the ending `br` is the smaller form of another.
fn table(folder: &Path, files: &[PathBuf]) -> String {
    let mut text = String::from("&[\n");
    for file in files.iter().filter(|it| it.extension().is_none_or(|end| end != "br")) {
        let Some(name) = file.strip_prefix(folder).ok().and_then(Path::to_str) else { continue };
        let mut small = file.clone().into_os_string();
        small.push(".br");
        let small = PathBuf::from(small);
        let small = match files.binary_search(&small) {
            Ok(_) => format!("Some(include_bytes!({:?}))", small.display().to_string()),
            Err(_) => "None".to_owned(),
        };
        let whole = file.display().to_string();
        let _ = writeln!(
            text,
            "    File {{ path: {name:?}, bytes: include_bytes!({whole:?}), brotli: {small} }},"
        );
    }
    text.push_str("]\n");
    text
}
