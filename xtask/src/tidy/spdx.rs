//! Licence expressions as packages write them: names, `AND`, `OR`, `WITH`, parentheses and the
//! old `/` for `OR` (SPDX specification 2.3, annex D; `AND` binds closer than `OR`).

/// Whether somebody who accepts the licences for which `accepts` holds may use a package under
/// `expression`. `None` when it is not an expression. `A WITH B` is asked for as one name.
pub(super) fn permits(expression: &str, accepts: &dyn Fn(&str) -> bool) -> Option<bool> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = Words { rest: spaced.split_whitespace().collect(), accepts };
    words.rest.reverse();
    let answer = words.either()?;
    words.rest.is_empty().then_some(answer)
}

/// The words still to be read, the next one last.
struct Words<'a> {
    rest: Vec<&'a str>,
    accepts: &'a dyn Fn(&str) -> bool,
}

impl<'a> Words<'a> {
    fn either(&mut self) -> Option<bool> {
        let mut answer = self.both()?;
        while self.skip("OR") {
            // Not `||`: the other side must be read even when it no longer matters.
            answer |= self.both()?;
        }
        Some(answer)
    }

    fn both(&mut self) -> Option<bool> {
        let mut answer = self.one()?;
        while self.skip("AND") {
            answer &= self.one()?;
        }
        Some(answer)
    }

    fn one(&mut self) -> Option<bool> {
        if self.skip("(") {
            let answer = self.either()?;
            return self.skip(")").then_some(answer);
        }
        let name = self.name()?;
        if self.skip("WITH") {
            let exception = self.name()?;
            return Some((self.accepts)(&format!("{name} WITH {exception}")));
        }
        Some((self.accepts)(name))
    }

    fn name(&mut self) -> Option<&'a str> {
        self.rest.pop().filter(|word| !matches!(*word, "AND" | "OR" | "WITH" | "(" | ")"))
    }

    fn skip(&mut self, word: &str) -> bool {
        self.rest.pop_if(|next| *next == word).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mit_or_unicode(expression: &str) -> Option<bool> {
        permits(expression, &|name| matches!(name, "MIT" | "Unicode-3.0" | "X WITH Y"))
    }

    #[test]
    fn one_side_of_or_and_both_sides_of_and_are_needed() {
        for (expression, wanted) in [
            ("MIT", true),
            ("GPL-3.0", false),
            ("GPL-3.0 OR MIT", true),
            ("GPL-3.0/MIT", true),
            ("GPL-3.0 AND MIT", false),
            ("MIT AND Unicode-3.0", true),
            ("(GPL-3.0 OR MIT) AND Unicode-3.0", true),
            ("GPL-3.0 AND Unicode-3.0 OR MIT", true),
            ("MIT OR GPL-3.0 AND LGPL-3.0", true),
            ("GPL-3.0 AND (Unicode-3.0 OR MIT)", false),
            ("X WITH Y", true),
            ("X", false),
            ("MIT WITH Y", false),
        ] {
            assert_eq!(mit_or_unicode(expression), Some(wanted), "{expression}");
        }
    }

    #[test]
    fn what_is_no_expression_permits_nothing() {
        for expression in ["", "MIT OR", "(MIT", "MIT)", "MIT MIT", "AND MIT", "MIT WITH"] {
            assert_eq!(mit_or_unicode(expression), None, "{expression}");
        }
    }
}
