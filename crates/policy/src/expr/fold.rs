//! Text without case and accents, for whole-word search.

/// Lower case, accents and other scripts in ASCII (`Müller` to `muller`).
pub fn fold_case(text: &str) -> String {
    let mut folded = any_ascii::any_ascii(text);
    folded.make_ascii_lowercase();
    folded
}

/// The words of `text` in [`fold_case`], with one space before, between and after them: `" ai voice "`.
/// What is neither letter nor digit parts words. Empty where there are no words.
pub fn fold_words(text: &str) -> String {
    let mut folded = String::with_capacity(text.len() + 2);
    let lower = fold_case(text);
    for word in lower.split(|it: char| !it.is_ascii_alphanumeric()).filter(|it| !it.is_empty()) {
        folded.push(' ');
        folded.push_str(word);
    }
    if !folded.is_empty() {
        folded.push(' ');
    }
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn case_accents_and_marks_are_folded() {
        assert_eq!(fold_words("  AI-Voice, für Łódź!"), " ai voice fur lodz ");
        assert_eq!(fold_words("…!?"), "");
        assert_eq!(fold_case("VP, Größe@X"), "vp, grosse@x");
    }
}
