//! The cells of a row as a mapping asks for them, and the hash of what they say.

use std::borrow::Cow;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::rows::Cells;

/// Cells with the names of their columns.
#[derive(Clone, Copy, Debug)]
pub(super) struct NamedCells<'a> {
    pub(super) columns: &'a [String],
    pub(super) cells: &'a Cells,
}

impl intake::mapping::Cells for NamedCells<'_> {
    fn cell(&self, column: &str) -> Option<Cow<'_, Value>> {
        match self.cells {
            Cells::Texts(texts) => {
                let at = self.columns.iter().position(|it| it == column)?;
                texts.get(at).map(|it| Cow::Owned(Value::String(it.clone())))
            }
            Cells::Object(pairs) => {
                let pair = pairs.iter().find(|(key, _)| key == column)?;
                Some(Cow::Borrowed(&pair.1))
            }
        }
    }

    fn names(&self) -> Vec<&str> {
        match self.cells {
            Cells::Texts(_) => self.columns.iter().map(String::as_str).collect(),
            Cells::Object(pairs) => pairs.iter().map(|(key, _)| key.as_str()).collect(),
        }
    }
}

/// The order of columns by name, in which the hash takes them.
pub(super) fn by_name(columns: &[String]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..columns.len()).collect();
    order.sort_by(|a, b| columns.get(*a).cmp(&columns.get(*b)));
    order
}

/// SHA-256 over the cells that are not empty, each as name and text behind their lengths, by name:
/// the same in every file that holds the row, whatever the order of its columns.
pub(super) fn digest(row: NamedCells<'_>, order: &[usize]) -> [u8; 32] {
    let mut bytes = Vec::with_capacity(512);
    let mut add = |name: &str, text: &str| {
        if !text.is_empty() {
            for part in [name, text] {
                bytes.extend_from_slice(&(part.len() as u64).to_be_bytes());
                bytes.extend_from_slice(part.as_bytes());
            }
        }
    };
    match row.cells {
        Cells::Texts(texts) => {
            for at in order {
                if let (Some(name), Some(text)) = (row.columns.get(*at), texts.get(*at)) {
                    add(name, text);
                }
            }
        }
        Cells::Object(pairs) => {
            let mut pairs: Vec<_> = pairs.iter().collect();
            pairs.sort_by(|a, b| a.0.cmp(&b.0));
            for (name, value) in pairs {
                match value {
                    Value::Null => {}
                    Value::String(text) => add(name, text),
                    other => add(name, &other.to_string()),
                }
            }
        }
    }
    Sha256::digest(&bytes).into()
}

/// The first eight bytes of a hash.
pub(super) fn short(digest: &[u8; 32]) -> u64 {
    digest.iter().take(8).fold(0, |all, byte| all << 8 | u64::from(*byte))
}

/// The id of a row that has none of its own: what it says.
pub(super) fn natural_id(digest: &[u8; 32]) -> String {
    let hex = digest.iter().take(16).map(|byte| format!("{byte:02x}"));
    format!("row-{}", hex.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(columns: &[&str], texts: &[&str]) -> [u8; 32] {
        let columns: Vec<String> = columns.iter().map(|it| (*it).to_owned()).collect();
        let cells = Cells::Texts(texts.iter().map(|it| (*it).to_owned()).collect());
        digest(NamedCells { columns: &columns, cells: &cells }, &by_name(&columns))
    }

    #[test]
    fn the_hash_of_a_row_follows_what_it_says_and_not_how_the_file_is_laid_out() {
        let one = hash(&["email", "name", "note"], &["a@x.example", "Ana", ""]);
        assert_eq!(one, hash(&["name", "email"], &["Ana", "a@x.example"]));
        assert_ne!(one, hash(&["name", "email"], &["Ana ", "a@x.example"]));
        assert_ne!(hash(&["a", "b"], &["x", ""]), hash(&["a", "b"], &["", "x"]));
        let object = Cells::Object(vec![
            ("name".to_owned(), "Ana".into()),
            ("email".to_owned(), "a@x.example".into()),
        ]);
        assert_eq!(one, digest(NamedCells { columns: &[], cells: &object }, &[]));
    }
}
