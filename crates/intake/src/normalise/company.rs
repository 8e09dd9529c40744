//! Company names: a form to compare, without legal forms, case, accents and punctuation.

use crate::fold;
use crate::lines::SortedLines;
use crate::note::{Normalised, Note};
use crate::refusal::Refusal;

static LEGAL_FORMS: SortedLines = SortedLines::new(include_str!("../../data/legal_forms.txt"));
static LEADING_FORMS: SortedLines =
    SortedLines::new(include_str!("../../data/legal_forms_leading.txt"));

/// Longest legal form in words: `gesellschaft mit beschraenkter haftung`.
const FORM_WORDS_MAX: usize = 4;

/// Most legal forms that are taken off one name: `gmbh and co kg` is two.
const FORMS_MAX: usize = 4;

/// A company name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Company {
    /// The name to show.
    pub name: String,
    /// The form to compare: folded words without legal forms. Equal keys are likely one company.
    pub key: String,
}

/// Reads a company name that [`super::text::clean`] has cleaned.
///
/// # Errors
/// [`Refusal::NothingLeft`] when the name holds no letter and no digit.
pub fn normalise(text: &str) -> Result<Normalised<Company>, Refusal> {
    let name = display(text);
    let words = join_initials(&fold::words(name));
    if words.is_empty() {
        return Err(Refusal::NothingLeft);
    }
    let key = without_legal_forms(&words);
    let notes = if is_form(&key) { vec![Note::OnlyLegalForm] } else { Vec::new() };
    Ok(Normalised { value: Company { name: name.to_owned(), key }, notes })
}

/// Quotes around the whole name and separators left over at its ends go; letter case stays.
fn display(text: &str) -> &str {
    let is_wrapping = |letter: char| {
        letter.is_whitespace()
            || matches!(letter, '"' | '“' | '”' | '„' | '«' | '»' | ',' | ';' | '|')
    };
    text.trim_matches(is_wrapping)
}

/// `g m b h` becomes `gmbh`, `s a` becomes `sa`: initials are written with and without dots.
fn join_initials(words: &str) -> String {
    let mut joined = String::with_capacity(words.len());
    let mut last_was_initial = false;
    for word in words.split(' ').filter(|word| !word.is_empty()) {
        let is_initial = word.len() == 1 && word.bytes().all(|byte| byte.is_ascii_alphabetic());
        let continues = is_initial && last_was_initial;
        if !joined.is_empty() && !continues {
            joined.push(' ');
        }
        joined.push_str(word);
        last_was_initial = is_initial;
    }
    joined
}

fn without_legal_forms(words: &str) -> String {
    let mut rest = words;
    for _ in 0..FORMS_MAX {
        match without_last_form(rest) {
            Some(shorter) => rest = shorter,
            None => break,
        }
    }
    if let Some((first, others)) = rest.split_once(' ')
        && LEADING_FORMS.has(first)
    {
        rest = others;
    }
    rest.to_owned()
}

/// Takes the longest legal form off the end, but never the whole name.
fn without_last_form(words: &str) -> Option<&str> {
    let gaps = words.rmatch_indices(' ').map(|(at, _)| at).take(FORM_WORDS_MAX);
    gaps.collect::<Vec<_>>().into_iter().rev().find_map(|at| {
        let (name, form) = words.split_at_checked(at)?;
        is_form(form.trim_start()).then_some(name)
    })
}

fn is_form(words: &str) -> bool {
    LEGAL_FORMS.has(words)
}

#[cfg(test)]
pub(crate) fn tables() -> [&'static SortedLines; 2] {
    [&LEGAL_FORMS, &LEADING_FORMS]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> String {
        normalise(text).unwrap().value.key
    }

    #[test]
    fn spellings_of_one_company_share_a_key() {
        for (text, expected) in [
            ("Acme Inc.", "acme"),
            ("ACME, Incorporated", "acme"),
            ("The Acme Company", "acme"),
            ("Acme Holdings GmbH", "acme holdings"),
            ("Acme G.m.b.H. & Co. KG", "acme"),
            ("Müller Maschinenbau GmbH", "mueller maschinenbau"),
            ("Mueller Maschinenbau G. m. b. H.", "mueller maschinenbau"),
            ("Banco Azul S.A.", "banco azul"),
            ("Banco Azul, S. A. de C. V.", "banco azul"),
            ("Padaria Sol Ltda.", "padaria sol"),
            ("Roo Pty Ltd", "roo"),
            ("Tulp B.V.", "tulp"),
            ("Lumi Oy", "lumi"),
            ("Sakura K.K.", "sakura"),
            ("Blini Sp. z o.o.", "blini"),
            ("Shenzhen Widget Co., Ltd.", "shenzhen widget"),
            ("PT Nusantara Tbk", "nusantara"),
            ("Société Générale SA", "societe generale"),
            ("AB Volvo", "volvo"),
            ("株式会社サクラ", "zhushihuishesakura"),
        ] {
            assert_eq!(key(text), expected, "{text}");
        }
    }

    #[test]
    fn a_name_is_never_stripped_to_nothing() {
        assert_eq!(key("Inc."), "inc");
        assert_eq!(key("Limited GmbH"), "limited");
        assert_eq!(normalise("GmbH").unwrap().notes, [Note::OnlyLegalForm]);
        assert_eq!(normalise("…"), Err(Refusal::NothingLeft));
    }

    #[test]
    fn the_shown_name_keeps_its_letters() {
        assert_eq!(normalise("\"eBay Inc.\",").unwrap().value.name, "eBay Inc.");
    }
}
