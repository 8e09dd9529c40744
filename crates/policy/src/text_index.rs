//! Texts looked up by a hash of their own: the same in every process, and no order comes out of it.
//!
//! Every lead asks for some fifty texts, so a look-up is one pass over the text and, as a rule, one
//! comparison.

use std::sync::Arc;

/// Texts, each with something found under it.
#[derive(Clone, Debug, PartialEq)]
pub struct TextIndex<T> {
    entries: Vec<(Arc<str>, T)>,
    /// Places among the entries, counted from 1; 0 is free. A power of two, at most half full.
    table: Vec<u32>,
}

impl<T> Default for TextIndex<T> {
    fn default() -> Self {
        Self { entries: Vec::new(), table: Vec::new() }
    }
}

impl<T: Copy> TextIndex<T> {
    /// What stands under `text`.
    pub fn get(&self, text: &str) -> Option<T> {
        let mut at = hash(text);
        // Ends, because the table has free places.
        for _ in 0..self.table.len() {
            let place = usize::try_from(self.slot(at)?).ok()?;
            let (found, value) = self.entries.get(place.checked_sub(1)?)?;
            if **found == *text {
                return Some(*value);
            }
            at = at.wrapping_add(1);
        }
        None
    }

    /// Puts `value` under `text`, unless something stands there.
    pub fn insert(&mut self, text: Arc<str>, value: T) {
        if self.get(&text).is_some() {
            return;
        }
        self.entries.push((text, value));
        if self.table.len() < self.entries.len() * 2 {
            self.table = vec![0; (self.entries.len() * 4).next_power_of_two()];
            for at in 0..self.entries.len() {
                self.place(at);
            }
        } else {
            self.place(self.entries.len() - 1);
        }
    }

    /// Enters the entry at `at` into the table.
    fn place(&mut self, at: usize) {
        let (Some((text, _)), Ok(number)) = (self.entries.get(at), u32::try_from(at + 1)) else {
            return;
        };
        let mut wanted = hash(text);
        while self.slot(wanted).is_some_and(|it| it != 0) {
            wanted = wanted.wrapping_add(1);
        }
        let mask = self.table.len().wrapping_sub(1);
        if let Some(slot) = self.table.get_mut(wanted as usize & mask) {
            *slot = number;
        }
    }

    fn slot(&self, at: u64) -> Option<u32> {
        self.table.get(at as usize & self.table.len().wrapping_sub(1)).copied()
    }
}

/// Eight bytes at a time; the upper half is folded in, because the table takes the lower bits.
fn hash(text: &str) -> u64 {
    const FACTOR: u64 = 0x9e37_79b9_7f4a_7c15;
    let mut sum = text.len() as u64;
    for part in text.as_bytes().chunks(8) {
        let word = part.iter().rev().fold(0, |word, byte| (word << 8) | u64::from(*byte));
        sum = (sum.rotate_left(5) ^ word).wrapping_mul(FACTOR);
    }
    sum ^ (sum >> 32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_is_found_and_nothing_else() {
        let mut index = TextIndex::default();
        assert_eq!(index.get(""), None);
        let name = |it: u32| -> Arc<str> { format!("name.{it}").into() };
        for it in 0..1_000 {
            index.insert(name(it), it);
            index.insert(name(it), it + 1);
        }
        index.insert("".into(), 7_777);
        for it in 0..1_000 {
            assert_eq!(index.get(&name(it)), Some(it));
        }
        assert_eq!(index.get(""), Some(7_777));
        for absent in ["name", "name.1000", "name.1 ", "ame.1", "name.00000000000000001"] {
            assert_eq!(index.get(absent), None, "{absent}");
        }
    }

    #[test]
    fn texts_that_share_a_place_are_kept_apart() {
        // Twice as many places as texts at least: some of these fall together in a small table.
        let texts = ["a", "b", "c", "d", "e", "f", "g", "h"];
        let mut index = TextIndex::default();
        for (at, text) in texts.iter().enumerate() {
            index.insert((*text).into(), at);
            for (at, text) in texts.iter().enumerate().take(at + 1) {
                assert_eq!(index.get(text), Some(at), "{text}");
            }
        }
    }
}
