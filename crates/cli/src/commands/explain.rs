//! `baton explain`: the page of a code.

use std::io::{IsTerminal, Write};

use policy::nearest::nearest;

use crate::outcome::{Failure, Outcome};

#[path = "../../../../docs/errors/index.rs"]
mod index;

const BOLD: &str = "\x1b[1m";
const PLAIN: &str = "\x1b[0m";

/// Arguments of `baton explain`.
#[derive(clap::Args)]
pub(crate) struct Args {
    /// Code of a mistake or a reason, e.g. `P0306`
    code: String,
}

/// Runs `baton explain`.
pub(crate) fn run(args: &Args, out: &mut dyn Write) -> Result<Outcome, Failure> {
    let wanted = args.code.trim().to_ascii_uppercase();
    match index::PAGES.iter().find(|(code, _)| *code == wanted) {
        Some((_, page)) => {
            let heading = if std::io::stdout().is_terminal() { (BOLD, PLAIN) } else { ("", "") };
            write!(out, "{}", for_terminal(page, heading))?;
            Ok(Outcome::Done)
        }
        None => {
            let near = nearest(&wanted, index::PAGES.iter().map(|(code, _)| *code));
            let help = near.map(|it| format!("; did you mean `{it}`?")).unwrap_or_default();
            Err(Failure::Input(format!("there is no code `{}`{help}", args.code)))
        }
    }
}

/// A page without its marks: headings between `heading`, examples indented, code as it stands.
fn for_terminal(page: &str, heading: (&str, &str)) -> String {
    let mut text = String::new();
    let mut fence: Option<&str> = None;
    for line in page.lines() {
        let ticks = line.get(..line.len() - line.trim_start_matches('`').len()).unwrap_or_default();
        match fence {
            Some(open) if open == ticks && line == ticks => fence = None,
            Some(_) => text.push_str(&format!("    {line}\n")),
            None if 3 <= ticks.len() => fence = Some(ticks),
            None if line.starts_with('#') => {
                let words = line.trim_start_matches('#').trim();
                text.push_str(&format!("{}{words}{}\n", heading.0, heading.1));
            }
            None => text.push_str(&format!("{}\n", line.replace('`', ""))),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_lose_their_marks_but_not_their_examples() {
        let page = "# P1: a `b`\n\nSee `c`.\n\n```yaml\nx: `y`\n```\n";
        assert_eq!(for_terminal(page, ("<", ">")), "<P1: a `b`>\n\nSee c.\n\n    x: `y`\n");
    }
}
