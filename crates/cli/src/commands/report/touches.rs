//! How reps touched leads, as a table: attempts, contacts and conversations, and what looks as if it
//! was made for the clock.

use std::fmt::Write;

use engine::touch_patterns::RepPatterns;

/// A heading and what stands below it.
type Column = (&'static str, fn(&RepPatterns) -> u64);

const COLUMNS: [Column; 9] = [
    ("recorded", |it| it.recorded),
    ("attempts", |it| it.attempts),
    ("valid", |it| it.valid),
    ("contacts", |it| it.contacts),
    ("talks", |it| it.conversations),
    ("calls", |it| it.calls),
    ("short", |it| it.short_calls),
    ("last min", |it| it.last_minute),
    ("same text", |it| it.same_text),
];

/// The reps as lines of text, those with something suspicious first.
pub(super) fn text(reps: &[RepPatterns]) -> String {
    let mut reps: Vec<&RepPatterns> = reps.iter().collect();
    reps.sort_by_key(|it| (it.suspicious.is_empty(), it.rep.clone()));
    let name = reps.iter().map(|it| it.rep.chars().count()).max().unwrap_or(0).max(3);
    let mut out = format!("{:name$}", "rep");
    for (heading, _) in COLUMNS {
        let _ = write!(out, "  {heading}");
    }
    out.push_str("  looks like\n");
    for rep in &reps {
        let _ = write!(out, "{:name$}", rep.rep);
        for (heading, value) in COLUMNS {
            let width = heading.len();
            let _ = write!(out, "  {:>width$}", value(rep));
        }
        let _ = writeln!(out, "  {}", rep.suspicious.join(", ").replace('_', " "));
    }
    if reps.is_empty() {
        out.push_str("no touches were recorded in this period\n");
    }
    out.push_str(
        "\nshort: calls of two seconds or less; last min: in the last minute before the deadline; \
         same text:\nmails nearly the same as mails to other leads. Questions to ask, no verdicts.\n",
    );
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suspicious_reps_come_first_and_columns_stand_below_their_headings() {
        let ana = RepPatterns { rep: "ana".to_owned(), attempts: 12, ..RepPatterns::default() };
        let suspicious = vec!["short_calls".to_owned()];
        let zoe = RepPatterns {
            rep: "zoe".to_owned(),
            calls: 9,
            short_calls: 7,
            suspicious,
            ..RepPatterns::default()
        };
        let text = text(&[ana, zoe]);
        let lines: Vec<&str> = text.lines().collect();
        assert!(lines[0].starts_with("rep  recorded  attempts  valid"), "{text}");
        assert!(lines[1].starts_with("zoe") && lines[1].ends_with("  short calls"), "{text}");
        let at = lines[0].find("attempts").unwrap() + "attempts".len();
        assert_eq!(lines[2].get(at - 2..at), Some("12"), "{text}");
        assert!(super::text(&[]).contains("no touches"));
    }
}
