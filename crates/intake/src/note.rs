//! What a normaliser changed or noticed without refusing the value. Codes `I02xx`.

use std::fmt;

/// A normalised value with what was noticed on the way. The caller keeps the original.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Normalised<T> {
    /// The value in its one form: normalising it again changes nothing.
    pub value: T,
    /// What was changed or is doubtful, in the order it was noticed.
    pub notes: Vec<Note>,
}

/// Something worth telling about a value that was kept.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Note {
    /// Whitespace at the ends was removed or inner whitespace collapsed.
    WhitespaceTidied,
    /// This many control or zero-width characters were removed.
    InvisibleRemoved {
        /// Number of characters.
        count: usize,
    },
    /// Letters written in parts were composed (Unicode NFC).
    Recomposed,
    /// The text was UTF-8 read with another encoding, and was repaired.
    MojibakeRepaired {
        /// The encoding the text had been read with.
        read_as: WrongEncoding,
    },
    /// The text holds replacement characters: letters were lost before it came here.
    LettersLost,
    /// The text means "left alone" and counts as missing.
    Placeholder,
    /// An address was taken out of `Name <address>` or `mailto:`.
    AddressUnwrapped,
    /// The e-mail domain looks like a misspelling of a well-known one; it was not changed.
    DomainLooksMistyped {
        /// The domain probably meant.
        suggestion: &'static str,
    },
    /// The domain ends in a label that is no known public suffix.
    UnknownDomainEnding,
    /// A telephone extension was cut off; E.164 has no place for it.
    ExtensionDropped,
    /// A thousands separator and a decimal separator look the same here; it was read as thousands.
    SeparatorAmbiguous,
    /// The range covers more than one band; the band of its lower end was taken.
    RangeAcrossBands,
    /// The time had no zone and was read in the zone the caller gave.
    ZoneAssumed,
    /// A web address had no scheme; `https` was added.
    SchemeAdded,
    /// The company name consists of nothing but legal forms.
    OnlyLegalForm,
    /// One number was wanted and a range given; its lower end was taken.
    LowerEndTaken,
    /// An amount named a currency and was taken as it is, without conversion.
    CurrencyNotConverted {
        /// ISO 4217 code of the currency named.
        currency: &'static str,
    },
}

/// An encoding that UTF-8 was read with by mistake.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WrongEncoding {
    /// Windows-1252, which includes Latin-1 here.
    Windows1252,
    /// Mac OS Roman.
    MacRoman,
}

impl<T> Normalised<T> {
    /// A value about which there is nothing to tell.
    pub(crate) fn plain(value: T) -> Self {
        Self { value, notes: Vec::new() }
    }
}

impl Note {
    /// The stable code; `docs/errors/<code>.md` explains it.
    pub fn code(&self) -> &'static str {
        match self {
            Self::WhitespaceTidied => "I0201",
            Self::InvisibleRemoved { .. } => "I0202",
            Self::Recomposed => "I0203",
            Self::MojibakeRepaired { .. } => "I0204",
            Self::LettersLost => "I0205",
            Self::Placeholder => "I0206",
            Self::AddressUnwrapped => "I0207",
            Self::DomainLooksMistyped { .. } => "I0208",
            Self::UnknownDomainEnding => "I0209",
            Self::ExtensionDropped => "I0210",
            Self::SeparatorAmbiguous => "I0211",
            Self::RangeAcrossBands => "I0212",
            Self::ZoneAssumed => "I0213",
            Self::SchemeAdded => "I0214",
            Self::OnlyLegalForm => "I0215",
            Self::LowerEndTaken => "I0216",
            Self::CurrencyNotConverted { .. } => "I0217",
        }
    }
}

impl fmt::Display for Note {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::WhitespaceTidied => f.write_str("surplus whitespace was removed"),
            Self::InvisibleRemoved { count: 1 } => f.write_str("1 invisible character was removed"),
            Self::InvisibleRemoved { count } => {
                write!(f, "{count} invisible characters were removed")
            }
            Self::Recomposed => f.write_str("letters written in parts were composed"),
            Self::MojibakeRepaired { read_as } => {
                write!(f, "UTF-8 that had been read as {read_as} was repaired")
            }
            Self::LettersLost => {
                f.write_str("letters were lost in transfer and cannot be restored")
            }
            Self::Placeholder => f.write_str("the text means that nothing was chosen"),
            Self::AddressUnwrapped => f.write_str("the address was taken out of its wrapping"),
            Self::DomainLooksMistyped { suggestion } => {
                write!(f, "the domain looks mistyped; `{suggestion}` may be meant")
            }
            Self::UnknownDomainEnding => f.write_str("no public domain ends like this"),
            Self::ExtensionDropped => f.write_str("the telephone extension was cut off"),
            Self::SeparatorAmbiguous => f.write_str(
                "the separator was read as a thousands separator, but may be a decimal one",
            ),
            Self::RangeAcrossBands => {
                f.write_str("the range covers several bands; its lower end decided")
            }
            Self::ZoneAssumed => f.write_str("the time names no zone; the given one was assumed"),
            Self::SchemeAdded => f.write_str("`https://` was added"),
            Self::OnlyLegalForm => f.write_str("the name is nothing but a legal form"),
            Self::LowerEndTaken => f.write_str("the lower end of the range was taken"),
            Self::CurrencyNotConverted { currency } => {
                write!(f, "the amount is in {currency} and was not converted")
            }
        }
    }
}

impl fmt::Display for WrongEncoding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Windows1252 => "Windows-1252",
            Self::MacRoman => "Mac OS Roman",
        })
    }
}
