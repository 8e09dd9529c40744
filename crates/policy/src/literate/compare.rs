//! What was expected beside what was decided.

use std::collections::BTreeMap;

use crate::diagnostic::Diagnostic;
use crate::literate::Case;

/// What a decision says, by the keys of an expect block; those within `due` and `passed_over` with
/// a dot. A key that is absent says `none`.
pub type Answers = BTreeMap<String, String>;

/// One error for each expectation that is not met.
pub fn compare(case: &Case, answers: &Answers) -> Vec<Diagnostic> {
    let unmet = case.expect.iter().filter(|it| answer(answers, &it.key) != it.value);
    unmet
        .map(|it| {
            let message = format!("{}: `{}` is not as expected", case.title, it.key);
            let is = answer(answers, &it.key);
            Diagnostic::error("P0402", message, it.span)
                .label(format!("the decision says `{is}`"))
                .other(case.span, "the lead")
        })
        .collect()
}

fn answer<'a>(answers: &'a Answers, key: &str) -> &'a str {
    answers.get(key).map_or("none", String::as_str)
}
