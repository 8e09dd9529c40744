//! Folding: one plain form for spellings that mean the same, used to look things up and to compare.
//!
//! Lower-case ASCII letters and digits. German umlauts become `ae`, `oe`, `ue` because that is how
//! their owners write them without the dots; every other letter is transliterated by `any_ascii`.
//! Expects composed Unicode (NFC), as `text::clean` leaves it.

/// The words of `text`, folded and joined by single spaces. `&` becomes `and`, apostrophes vanish.
pub fn words(text: &str) -> String {
    let mut folded = String::with_capacity(text.len() + 8);
    let mut at_gap = false;
    for letter in text.chars() {
        match letter {
            'a'..='z' | '0'..='9' => push(&mut folded, &mut at_gap, letter),
            'A'..='Z' => push(&mut folded, &mut at_gap, letter.to_ascii_lowercase()),
            '\'' | '\u{2019}' | '\u{2018}' | '`' | '\u{b4}' => {}
            '&' => {
                at_gap = true;
                for plain in "and".chars() {
                    push(&mut folded, &mut at_gap, plain);
                }
                at_gap = true;
            }
            _ if letter.is_ascii() => at_gap = true,
            _ => push_foreign(&mut folded, &mut at_gap, letter),
        }
    }
    folded
}

/// The same without the spaces: `Côte d'Ivoire` becomes `cotedivoire`.
pub fn compact(text: &str) -> String {
    let mut folded = words(text);
    folded.retain(|letter| letter != ' ');
    folded
}

/// Words joined by underscores, the form of canonical keys: `Real Estate` becomes `real_estate`.
pub fn snake(text: &str) -> String {
    words(text).replace(' ', "_")
}

fn push_foreign(folded: &mut String, at_gap: &mut bool, letter: char) {
    let plain = match letter {
        'ä' | 'Ä' => "ae",
        'ö' | 'Ö' => "oe",
        'ü' | 'Ü' => "ue",
        _ => any_ascii::any_ascii_char(letter),
    };
    if plain.is_empty() && letter.is_whitespace() {
        *at_gap = true;
    }
    for part in plain.chars() {
        if part.is_ascii_alphanumeric() {
            push(folded, at_gap, part.to_ascii_lowercase());
        } else if part != '\'' {
            *at_gap = true;
        }
    }
}

fn push(folded: &mut String, at_gap: &mut bool, plain: char) {
    if *at_gap && !folded.is_empty() {
        folded.push(' ');
    }
    *at_gap = false;
    folded.push(plain);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spellings_of_one_name_fold_together() {
        assert_eq!(words("Müller & Söhne"), "mueller and soehne");
        assert_eq!(words("  O'Reilly—Media,Inc. "), "oreilly media inc");
        assert_eq!(compact("Côte d’Ivoire"), "cotedivoire");
        assert_eq!(words("Łódź Straße"), "lodz strasse");
        assert_eq!(snake("Real  Estate / Property"), "real_estate_property");
        assert_eq!(words("—"), "");
    }
}
