//! YAML 1.2 text to [`Node`], with every mistake of one run.
//!
//! The event parser stops at its first mistake. A text it refuses is therefore cut at its keys and
//! list items and the pieces are read one by one, so that each shows its own mistake and what is
//! sound is still handed on. The subset is plain data: no anchors, tags, merge keys or further
//! documents. This module is the only one that knows the event parser.

mod build;
mod cut;
mod encoding;
mod place;
mod refuse;

pub use encoding::decode;

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::span::Span;
use crate::tree::Node;

use build::{Chunk, build};

/// The largest file read, in bytes.
pub const FILE_BYTES_MAX: usize = 4 * 1024 * 1024;
/// How deep lists and maps may lie in each other.
pub const DEPTH_MAX: usize = 64;
/// The most mistakes shown of one file; who has more reads a file that is no policy.
pub const MISTAKES_MAX: usize = 200;

/// Reads the text of file number `file`. `None` where nothing of it could be read or it holds only
/// white space and comments; the latter is no mistake.
pub fn parse(file: u16, text: &str, diagnostics: &mut Diagnostics) -> Option<Node> {
    if text.len() > FILE_BYTES_MAX {
        let found = Diagnostic::error(
            "P0009",
            format!("the file has {} bytes, more than {FILE_BYTES_MAX}", text.len()),
            Span { file, start: 0, end: 0 },
        );
        diagnostics.push(found.help("keep long tables and lists in files of their own"));
        return None;
    }
    let mut found = Diagnostics::default();
    let text = encoding::without_control_characters(file, text, &mut found);
    let whole = Chunk { file, text: &text, start: 0 };
    let mut of_build = Diagnostics::default();
    let tree = match build(&whole, 0, &mut of_build) {
        Ok(node) => {
            found.append(of_build);
            node
        }
        Err(stop) => cut::recover(&whole, &stop, 0, &mut found),
    };
    let mut found = found.into_sorted();
    let more = found.len().saturating_sub(MISTAKES_MAX);
    found.truncate(MISTAKES_MAX);
    if let Some(last) = found.last_mut().filter(|_| more > 0) {
        last.help.push(format!("the file has {more} mistakes more, which are not shown"));
    }
    found.into_iter().for_each(|it| diagnostics.push(it));
    tree
}

#[cfg(test)]
mod tests;
