//! The name a mistyped word was probably meant to be.

const WORD_LENGTH_MAX: usize = 64;

/// The name with the fewest edits (insert, delete, replace, swap neighbours) to `wanted`, letter
/// case and the choice of `-`, `_` and space aside; at most a third of its letters may differ. Ties
/// go to the name that comes first. `None` where nothing is near.
pub fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let wanted = folded(wanted);
    if wanted.is_empty() || WORD_LENGTH_MAX < wanted.len() {
        return None;
    }
    let mut best: Option<(usize, &str)> = None;
    for name in names {
        let candidate = folded(name);
        let longest = candidate.len().max(wanted.len());
        if WORD_LENGTH_MAX < longest {
            continue;
        }
        let allowed = (longest / 3).max(1);
        let edits = distance(&wanted, &candidate);
        if edits <= allowed && best.is_none_or(|(least, _)| edits < least) {
            best = Some((edits, name));
        }
    }
    best.map(|(_, name)| name)
}

fn folded(text: &str) -> Vec<char> {
    text.chars()
        .flat_map(char::to_lowercase)
        .map(|it| if matches!(it, '-' | ' ') { '_' } else { it })
        .collect()
}

/// Optimal string alignment distance, three rows at a time.
fn distance(a: &[char], b: &[char]) -> usize {
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for (row, from) in a.iter().enumerate() {
        let mut current = vec![row + 1];
        for (column, to) in b.iter().enumerate() {
            let at =
                |cells: &[usize], place: usize| cells.get(place).copied().unwrap_or(usize::MAX);
            let replace = at(&last, column) + usize::from(from != to);
            let mut least = replace.min(at(&last, column + 1) + 1).min(at(&current, column) + 1);
            let swapped = 0 < row
                && 0 < column
                && b.get(column - 1) == Some(from)
                && a.get(row - 1) == Some(to);
            if swapped {
                least = least.min(at(&before, column - 1) + 1);
            }
            current.push(least);
        }
        before = std::mem::replace(&mut last, current);
    }
    last.last().copied().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_name_wins_and_far_ones_are_not_offered() {
        let names = ["escalations", "notifications", "pools", "queues"];
        for (wanted, expect) in [
            ("escalation", Some("escalations")),
            ("Pool", Some("pools")),
            ("qeues", Some("queues")),
            ("notify", None),
            ("", None),
        ] {
            assert_eq!(nearest(wanted, names), expect, "{wanted}");
        }
    }

    #[test]
    fn swapped_neighbours_are_one_edit() {
        assert_eq!(distance(&folded("score"), &folded("socre")), 1);
        assert_eq!(distance(&folded("abc"), &folded("xyz")), 3);
        assert_eq!(distance(&[], &folded("ab")), 2);
    }

    #[test]
    fn dashes_and_capitals_do_not_count() {
        assert_eq!(nearest("Fast-Track", ["fast_track"]), Some("fast_track"));
    }
}
