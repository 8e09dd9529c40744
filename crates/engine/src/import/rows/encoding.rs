//! Text files in UTF-8, whatever they were written in.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom, Write};
use std::path::Path;

use encoding_rs::{CoderResult, Encoding, UTF_8};

use super::FileFault;

const BUFFER_BYTES: usize = 64 << 10;

/// Opens `path` for reading UTF-8. A byte order mark wins over `name`; a file in another encoding
/// is rewritten to a temporary file first, so that lines and places can be returned to.
pub(super) fn open(path: &Path, name: Option<&str>) -> Result<File, FileFault> {
    let unreadable =
        |source: std::io::Error| FileFault::Unreadable { path: path.to_path_buf(), source };
    let asked = match name {
        None => UTF_8,
        Some(name) => Encoding::for_label(name.as_bytes())
            .ok_or_else(|| FileFault::UnknownEncoding { name: name.to_owned() })?,
    };
    let mut file = File::open(path).map_err(unreadable)?;
    let mut start = Vec::new();
    Read::by_ref(&mut file).take(4).read_to_end(&mut start).map_err(unreadable)?;
    let (encoding, mark) = Encoding::for_bom(&start).unwrap_or((asked, 0));
    file.seek(SeekFrom::Start(mark as u64)).map_err(unreadable)?;
    match encoding == UTF_8 && mark == 0 {
        true => Ok(file),
        false => rewrite(file, encoding).map_err(unreadable),
    }
}

fn rewrite(file: File, encoding: &'static Encoding) -> std::io::Result<File> {
    let mut out = tempfile::tempfile()?;
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut reader = BufReader::with_capacity(BUFFER_BYTES, file);
    let mut input = vec![0; BUFFER_BYTES];
    let mut text = String::with_capacity(4 * BUFFER_BYTES);
    loop {
        let filled = reader.read(&mut input)?;
        let mut rest = input.get(..filled).unwrap_or_default();
        loop {
            let (result, used, _) = decoder.decode_to_string(rest, &mut text, filled == 0);
            out.write_all(text.as_bytes())?;
            text.clear();
            rest = rest.get(used..).unwrap_or_default();
            if result == CoderResult::InputEmpty {
                break;
            }
        }
        if filled == 0 {
            break;
        }
    }
    out.seek(SeekFrom::Start(0))?;
    Ok(out)
}
