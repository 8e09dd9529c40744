//! Texts that the policy names, as small numbers, so that conditions compare integers.

use std::sync::Arc;

use crate::text_index::TextIndex;

/// A text known to the policy. Equal symbols are equal texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sym(pub u32);

/// The texts a policy names.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Symbols {
    texts: Vec<Arc<str>>,
    by_text: TextIndex<Sym>,
}

impl Symbols {
    /// The symbol of `text`, made if new.
    pub fn intern(&mut self, text: &str) -> Sym {
        if let Some(symbol) = self.by_text.get(text) {
            return symbol;
        }
        // A policy file is bounded far below 2^32 texts.
        let symbol = Sym(u32::try_from(self.texts.len()).unwrap_or(u32::MAX));
        let text: Arc<str> = text.into();
        self.texts.push(Arc::clone(&text));
        self.by_text.insert(text, symbol);
        symbol
    }

    /// The symbol of `text`, if the policy names it.
    pub fn find(&self, text: &str) -> Option<Sym> {
        self.by_text.get(text)
    }

    /// The text of a symbol; empty for a symbol of another policy.
    pub fn text(&self, symbol: Sym) -> &str {
        self.texts.get(symbol.0 as usize).map_or("", |it| it)
    }

    /// The shared text of a symbol.
    pub fn shared(&self, symbol: Sym) -> Option<&Arc<str>> {
        self.texts.get(symbol.0 as usize)
    }

    /// How many texts there are.
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }
}
