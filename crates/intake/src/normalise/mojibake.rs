//! Repairs UTF-8 that was read as Windows-1252, Latin-1 or Mac OS Roman: `MÃ¼ller` is `Müller`.
//!
//! A sequence is repaired when its letters, turned back into bytes, are one well-formed UTF-8
//! letter and the sequence is not one that people write: `CAFÉ®` also decodes, so a single two-byte
//! sequence is trusted only for the leads that garble Western text (see [`is_trusted`]).

use crate::note::WrongEncoding;

/// Windows-1252 for bytes 0x80..=0x9F; the five unassigned bytes stand for themselves.
const WINDOWS_1252: [char; 32] = [
    '€', '\u{81}', '‚', 'ƒ', '„', '…', '†', '‡', 'ˆ', '‰', 'Š', '‹', 'Œ', '\u{8d}', 'Ž', '\u{8f}',
    '\u{90}', '‘', '’', '“', '”', '•', '–', '—', '˜', '™', 'š', '›', 'œ', '\u{9d}', 'ž', 'Ÿ',
];

/// Mac OS Roman for bytes 0x80..=0xFF (Unicode mapping table ROMAN.TXT).
const MAC_ROMAN: [char; 128] = [
    'Ä', 'Å', 'Ç', 'É', 'Ñ', 'Ö', 'Ü', 'á', 'à', 'â', 'ä', 'ã', 'å', 'ç', 'é', 'è', 'ê', 'ë', 'í',
    'ì', 'î', 'ï', 'ñ', 'ó', 'ò', 'ô', 'ö', 'õ', 'ú', 'ù', 'û', 'ü', '†', '°', '¢', '£', '§', '•',
    '¶', 'ß', '®', '©', '™', '´', '¨', '≠', 'Æ', 'Ø', '∞', '±', '≤', '≥', '¥', 'µ', '∂', '∑', '∏',
    'π', '∫', 'ª', 'º', 'Ω', 'æ', 'ø', '¿', '¡', '¬', '√', 'ƒ', '≈', '∆', '«', '»', '…', '\u{a0}',
    'À', 'Ã', 'Õ', 'Œ', 'œ', '–', '—', '“', '”', '‘', '’', '÷', '◊', 'ÿ', 'Ÿ', '⁄', '€', '‹', '›',
    'ﬁ', 'ﬂ', '‡', '·', '‚', '„', '‰', 'Â', 'Ê', 'Á', 'Ë', 'È', 'Í', 'Î', 'Ï', 'Ì', 'Ó', 'Ô',
    '\u{f8ff}', 'Ò', 'Ú', 'Û', 'Ù', 'ı', 'ˆ', '˜', '¯', '˘', '˙', '˚', '¸', '˝', '˛', 'ˇ',
];

/// The repaired text and the encoding it had been read with, or `None` when nothing is wrong.
pub(crate) fn repair(text: &str) -> Option<(String, WrongEncoding)> {
    if text.is_ascii() {
        return None;
    }
    for encoding in [WrongEncoding::Windows1252, WrongEncoding::MacRoman] {
        if let Some(repaired) = repair_from(text, encoding) {
            return Some((repaired, encoding));
        }
    }
    None
}

fn repair_from(text: &str, encoding: WrongEncoding) -> Option<String> {
    let mut repaired = String::with_capacity(text.len());
    let (mut found, mut trusted) = (0_usize, false);
    let mut rest = text.chars();
    while let Some(letter) = rest.next() {
        match sequence(letter, rest.as_str(), encoding) {
            Some(sequence) => {
                found += 1;
                trusted = trusted || is_trusted(sequence.bytes, sequence.len, encoding);
                repaired.push(sequence.meant);
                for _ in 1..sequence.len {
                    rest.next();
                }
            }
            None => repaired.push(letter),
        }
    }
    (trusted || (encoding == WrongEncoding::Windows1252 && 2 <= found)).then_some(repaired)
}

struct Sequence {
    meant: char,
    bytes: [u8; 4],
    len: usize,
}

/// The letter meant by `first` and what follows it, when together they spell its UTF-8 bytes.
fn sequence(first: char, rest: &str, encoding: WrongEncoding) -> Option<Sequence> {
    let lead = byte_of(first, encoding)?;
    let len = match lead {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    let mut bytes = [lead, 0, 0, 0];
    let mut letters = rest.chars();
    for slot in bytes.iter_mut().take(len).skip(1) {
        *slot = byte_of(letters.next()?, encoding)?;
    }
    let meant = std::str::from_utf8(bytes.get(..len)?).ok()?.chars().next()?;
    Some(Sequence { meant, bytes, len })
}

/// True when one such sequence is proof enough: nobody writes it on purpose.
fn is_trusted(bytes: [u8; 4], len: usize, encoding: WrongEncoding) -> bool {
    let [lead, second, _, _] = bytes;
    match (encoding, len) {
        (_, 3 | 4) => true,
        (WrongEncoding::Windows1252, _) => match lead {
            0xC2 | 0xC3 => true,
            // Ä or Å before …, quotes, ™, ©, ®, », or a no-break space can be honest typography.
            0xC4 | 0xC5 => !matches!(second, 0x85 | 0x91..=0x97 | 0x99 | 0xA0 | 0xA9 | 0xAE | 0xBB),
            _ => false,
        },
        // In Mac OS Roman the leads 0xC2 and 0xC3 are ¬ and √, followed by a letter or a sign.
        (WrongEncoding::MacRoman, _) => matches!(lead, 0xC2 | 0xC3),
    }
}

fn byte_of(letter: char, encoding: WrongEncoding) -> Option<u8> {
    if letter.is_ascii() {
        return None;
    }
    match encoding {
        WrongEncoding::Windows1252 => {
            // Latin-1 and Windows-1252 agree above 0x9F; below, both readings are undone.
            u8::try_from(u32::from(letter)).ok().or_else(|| position(&WINDOWS_1252, letter))
        }
        WrongEncoding::MacRoman => position(&MAC_ROMAN, letter),
    }
}

fn position(table: &[char], letter: char) -> Option<u8> {
    let found = table.iter().position(|&it| it == letter)?;
    u8::try_from(0x80 + found).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn garbled_text_is_repaired() {
        for (garbled, meant) in [
            ("MÃ¼ller", "Müller"),
            ("JosÃ©", "José"),
            ("itâ€™s", "it’s"),
            ("it\u{e2}\u{80}\u{99}s", "it’s"),
            ("Ã\u{a0} la carte", "à la carte"),
            ("20\u{c2}\u{a0}%", "20\u{a0}%"),
            ("Å\u{81}Ã³dÅº", "Łódź"),
            ("ÐœÐ¾Ñ\u{81}ÐºÐ²Ð°", "Москва"),
            ("ðŸ˜€", "😀"),
            ("M√ºller", "Müller"),
            ("it‚Äôs", "it’s"),
        ] {
            assert_eq!(repair(garbled).map(|it| it.0).as_deref(), Some(meant), "{garbled}");
        }
    }

    #[test]
    fn honest_text_is_left_alone() {
        for text in [
            "Müller",
            "CAFÉ®",
            "NESCAFÉ™",
            "SÃO PAULO",
            "Ångström",
            "Łódź",
            "Москва",
            "√2",
            "東京",
            "Âge",
            "façade",
            "Ä…",
        ] {
            assert_eq!(repair(text), None, "{text}");
        }
    }
}
