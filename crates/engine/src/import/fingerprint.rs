//! What tells one file from another: the hash of its bytes.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use sha2::{Digest, Sha256};

use super::rows::FileFault;

/// A file at a glance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fingerprint {
    /// SHA-256 in hexadecimal.
    pub(super) hash: String,
    /// Line feeds in it: about the number of rows, for text files.
    pub(super) lines: u64,
}

impl Fingerprint {
    pub(super) fn of(path: &Path) -> Result<Self, FileFault> {
        let unreadable = |source| FileFault::Unreadable { path: path.to_path_buf(), source };
        let mut file = File::open(path).map_err(unreadable)?;
        let mut buffer = vec![0; 256 << 10];
        let (mut hash, mut lines) = (Sha256::new(), 0);
        loop {
            let filled = file.read(&mut buffer).map_err(unreadable)?;
            let Some(bytes) = buffer.get(..filled).filter(|it| !it.is_empty()) else { break };
            hash.update(bytes);
            lines += bytes.iter().map(|it| u64::from(*it == b'\n')).sum::<u64>();
        }
        let hash = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Ok(Self { hash, lines })
    }
}
