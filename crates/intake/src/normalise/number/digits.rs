//! One number out of digits, separators and a unit such as `k` or `million`.

use super::DecimalSign;

/// Words and letters that multiply, longest first where one begins another's end.
const UNITS: [(&str, f64); 26] = [
    ("thousand", 1e3),
    ("millionen", 1e6),
    ("millions", 1e6),
    ("million", 1e6),
    ("milliarden", 1e9),
    ("billions", 1e9),
    ("billion", 1e9),
    ("trillion", 1e12),
    ("millones", 1e6),
    ("milhões", 1e6),
    ("milhoes", 1e6),
    ("tausend", 1e3),
    ("crores", 1e7),
    ("crore", 1e7),
    ("lakhs", 1e5),
    ("lakh", 1e5),
    ("mill", 1e6),
    ("mln", 1e6),
    ("mio", 1e6),
    ("mrd", 1e9),
    ("tsd", 1e3),
    ("mm", 1e6),
    ("bn", 1e9),
    ("k", 1e3),
    ("m", 1e6),
    ("b", 1e9),
];

/// The unit that `text` ends in, or the empty text.
pub(super) fn unit(text: &str) -> &str {
    let text = text.trim_end_matches('.');
    match UNITS.iter().find(|(unit, _)| text.ends_with(unit)) {
        Some((unit, _)) => text.get(text.len() - unit.len()..).unwrap_or(""),
        None => "",
    }
}

/// The number and whether its separator can be read two ways. The text is in lower case.
pub(super) fn read(text: &str, sign: DecimalSign) -> Option<(f64, bool)> {
    let text = text.trim().trim_start_matches(['~', '≈']).trim_start();
    let unit = unit(text);
    let bare = if unit.is_empty() {
        text
    } else {
        text.trim_end_matches('.').strip_suffix(unit)?.trim_end()
    };
    let factor = UNITS.iter().find(|(it, _)| *it == unit).map_or(1.0, |(_, factor)| *factor);
    let (negative, bare) = match bare.strip_prefix(['-', '−']) {
        Some(bare) => (true, bare.trim_start()),
        None => (false, bare.strip_prefix('+').unwrap_or(bare)),
    };
    // Before a unit a lone separator is a decimal one: nobody writes `1.200k` for 1.2 million.
    let sign = if unit.is_empty() { sign } else { with_unit(bare, sign) };
    let (canonical, is_ambiguous) = canonical(bare, sign)?;
    let value: f64 = canonical.parse().ok()?;
    let scaled = value * factor;
    // Adding zero turns a negative zero into zero.
    Some((if negative { -scaled } else { scaled } + 0.0, is_ambiguous))
}

fn with_unit(bare: &str, sign: DecimalSign) -> DecimalSign {
    match (sign, bare.contains('.'), bare.contains(',')) {
        (DecimalSign::Undeclared, true, false) => DecimalSign::Point,
        (DecimalSign::Undeclared, false, true) => DecimalSign::Comma,
        _ => sign,
    }
}

/// Digits with at most one point, as `f64` parses them.
fn canonical(text: &str, sign: DecimalSign) -> Option<(String, bool)> {
    let is_group_sign =
        |it: char| matches!(it, ' ' | '\u{a0}' | '\u{202f}' | '\u{2009}' | '\'' | '’' | '_');
    if !text.starts_with(|it: char| it.is_ascii_digit() || matches!(it, '.' | ','))
        || !text.ends_with(|it: char| it.is_ascii_digit())
    {
        return None;
    }
    if !text.chars().all(|it| it.is_ascii_digit() || matches!(it, '.' | ',') || is_group_sign(it)) {
        return None;
    }
    let (decimal, is_ambiguous) = decimal_sign(text, sign)?;
    let (whole, decimals) = match decimal {
        Some(it) => text.rsplit_once(it)?,
        None => (text, ""),
    };
    let is_separator = |it: char| matches!(it, '.' | ',') || is_group_sign(it);
    if decimals.contains(is_separator) || !is_grouped(whole, is_separator) {
        return None;
    }
    let mut number: String = whole.chars().filter(char::is_ascii_digit).collect();
    if number.is_empty() {
        number.push('0');
    }
    if !decimals.is_empty() {
        number.push('.');
        number.push_str(decimals);
    }
    Some((number, is_ambiguous))
}

/// Which letter is the decimal sign in `text`, if any, and whether that is a guess.
fn decimal_sign(text: &str, declared: DecimalSign) -> Option<(Option<char>, bool)> {
    let (points, commas) = (text.matches('.').count(), text.matches(',').count());
    let lone = |it: char| {
        // One separator before exactly three digits: thousands, unless nothing but zero precedes.
        let (whole, rest) = text.split_once(it).unwrap_or((text, ""));
        let may_group =
            rest.len() == 3 && (1..=3).contains(&whole.len()) && !whole.starts_with('0');
        if may_group { (None, true) } else { (Some(it), false) }
    };
    match (declared, points, commas) {
        (_, 0, 0) => Some((None, false)),
        (DecimalSign::Point, 0 | 1, _) => Some(((points == 1).then_some('.'), false)),
        (DecimalSign::Comma, _, 0 | 1) => Some(((commas == 1).then_some(','), false)),
        (DecimalSign::Point | DecimalSign::Comma, _, _) => None,
        (DecimalSign::Undeclared, 1, 0) => Some(lone('.')),
        (DecimalSign::Undeclared, 0, 1) => Some(lone(',')),
        (DecimalSign::Undeclared, 0, _) | (DecimalSign::Undeclared, _, 0) => Some((None, false)),
        (DecimalSign::Undeclared, _, _) => {
            let last = text.rfind(['.', ',']).and_then(|at| text.get(at..)?.chars().next())?;
            Some((Some(last), false))
        }
    }
}

/// Groups of three after the first, or of two before the last three as in India.
fn is_grouped(whole: &str, is_separator: impl Fn(char) -> bool) -> bool {
    if !whole.contains(&is_separator) {
        return true;
    }
    let groups: Vec<&str> = whole.split(&is_separator).collect();
    let Some((first, others)) = groups.split_first() else { return true };
    let Some((last, inner)) = others.split_last() else { return true };
    let inner_len = inner.first().map_or(3, |group| group.len());
    (1..=3).contains(&first.len())
        && last.len() == 3
        && matches!(inner_len, 2 | 3)
        && inner.iter().all(|group| group.len() == inner_len)
}
