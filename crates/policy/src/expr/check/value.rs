//! Texts in the form that normalisation gives them, and phrases.

use crate::expr::check::Checker;
use crate::expr::fold::fold_words;
use crate::expr::parse::{Operand, OperandKind, Right};
use crate::expr::scope::At;
use crate::expr::token::quoted;
use crate::expr::{Phrase, check::kind};
use crate::field::{FieldId, FieldType};
use crate::nearest::nearest;
use crate::symbol::Sym;

/// ISO 3166-1 alpha-2.
const COUNTRIES: &str = "AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ \
    BL BM BN BO BQ BR BS BT BV BW BY BZ CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ \
    DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR GA GB GD GE GF GG GH GI GL GM GN GP \
    GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO JP KE KG KH KI \
    KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP \
    MQ MR MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM \
    PN PR PS PT PW PY QA RE RO RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX \
    SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU \
    WF WS YE YT ZA ZM ZW";

impl Checker<'_, '_> {
    /// The sorted symbols of the texts on the right, each fit for `field`.
    pub(super) fn symbols(&mut self, field: FieldId, right: &Right) -> Option<Vec<Sym>> {
        let texts = self.texts(field, right)?;
        let mut sound = true;
        let mut symbols = Vec::with_capacity(texts.len());
        for (text, at) in texts {
            match self.fitting(field, &text, at) {
                Some(text) => symbols.push(self.symbols.intern(&text)),
                None => sound = false,
            }
        }
        symbols.sort_unstable();
        symbols.dedup();
        sound.then_some(symbols)
    }

    /// The texts on the right: a text, a list of texts, or the name of a list.
    pub(super) fn texts(&mut self, field: FieldId, right: &Right) -> Option<Vec<(String, At)>> {
        match right {
            Right::One(Operand { kind: OperandKind::Name(name), at }) => {
                let values = self.list(name, *at)?;
                Some(values.into_iter().map(|it| (it, *at)).collect())
            }
            Right::One(operand) => self.text(field, operand).map(|it| vec![it]),
            Right::List(items, at) => {
                if items.is_empty() {
                    let found = self.error("P0213", "the list is empty", *at);
                    return self
                        .push(found.label("nothing is in it").help("write at least one value"));
                }
                let texts: Vec<_> = items.iter().map(|it| self.text(field, it)).collect();
                texts.into_iter().collect()
            }
            Right::Two(..) | Right::None => None,
        }
    }

    /// A text written out.
    pub(super) fn text(&mut self, field: FieldId, operand: &Operand) -> Option<(String, At)> {
        match &operand.kind {
            OperandKind::Text(text) => Some((text.clone(), operand.at)),
            OperandKind::Bad => None,
            OperandKind::Name(name) => {
                let found = self.error("P0210", format!("`{name}` is not a text"), operand.at);
                let written = quoted(name);
                let found = found.help(format!("write {written}"));
                self.push(self.source.offer(found, operand.at, &written))
            }
            OperandKind::Number(_)
            | OperandKind::Duration(_)
            | OperandKind::Instant(_)
            | OperandKind::Bool(_) => {
                let shown = self.source.text(operand.at);
                let name = self.scope.fields.name(field);
                let written = quoted(shown);
                let about =
                    self.scope.fields.get(field).map_or("a text", |it| kind::about(it.kind));
                let found = self
                    .error("P0210", format!("`{name}` is {about}, `{shown}` is not"), operand.at)
                    .help(format!("write {written} if the text was meant"));
                self.push(self.source.offer(found, operand.at, &written))
            }
            OperandKind::Since(..) | OperandKind::Count(..) | OperandKind::Did(..) => {
                self.field_wanted(operand.at);
                None
            }
        }
    }

    /// `text` as the field would hold it.
    fn fitting(&mut self, field: FieldId, text: &str, at: At) -> Option<String> {
        let field = self.scope.fields.get(field)?;
        if !field.values.is_empty() {
            return self.declared(&field.name, &field.values, text, at);
        }
        match field.kind {
            FieldType::Country => {
                let code = text.to_ascii_uppercase();
                if COUNTRIES.split_whitespace().any(|it| it == code) {
                    return Some(code);
                }
                let found = self.error("P0215", format!("`{text}` is not a country code"), at);
                self.push(match code.as_str() {
                    "UK" => found.help("the code of the United Kingdom is `GB`"),
                    _ => found.help("write ISO 3166-1 codes of two letters, e.g. `DE`"),
                })
            }
            FieldType::Region => {
                let code = text.to_ascii_uppercase();
                let sound = code.split_once('-').is_some_and(|(country, part)| {
                    COUNTRIES.split_whitespace().any(|it| it == country)
                        && (1..=3).contains(&part.len())
                        && part.bytes().all(|it| it.is_ascii_alphanumeric())
                });
                if sound {
                    return Some(code);
                }
                let found = self.error("P0215", format!("`{text}` is not a region code"), at);
                self.push(found.help("write ISO 3166-2 codes, e.g. `US-CA`"))
            }
            FieldType::Language => {
                let code = text.to_ascii_lowercase();
                if code.len() == 2 && code.bytes().all(|it| it.is_ascii_lowercase()) {
                    return Some(code);
                }
                let found = self.error("P0215", format!("`{text}` is not a language code"), at);
                self.push(found.help("write ISO 639-1 codes of two letters, e.g. `de`"))
            }
            FieldType::Email | FieldType::Url => Some(text.to_lowercase()),
            FieldType::Text if field.name.ends_with(".domain") => Some(text.to_lowercase()),
            FieldType::Text
            | FieldType::Enum
            | FieldType::Number
            | FieldType::Money
            | FieldType::Bool
            | FieldType::Time
            | FieldType::List
            | FieldType::Phone
            | FieldType::Company
            | FieldType::Title
            | FieldType::Employees
            | FieldType::Revenue => Some(text.to_owned()),
        }
    }

    fn declared(&mut self, name: &str, values: &[Sym], text: &str, at: At) -> Option<String> {
        let texts = || values.iter().map(|it| self.symbols.text(*it));
        if let Some(value) = texts().find(|it| *it == text) {
            return Some(value.to_owned());
        }
        if let Some(value) = texts().find(|it| it.eq_ignore_ascii_case(text)) {
            return Some(value.to_owned());
        }
        let shown: Vec<String> = texts().take(8).map(|it| format!("`{it}`")).collect();
        let more = if values.len() > 8 { ", …" } else { "" };
        let near = nearest(text, texts()).map(quoted);
        let found = self
            .error("P0214", format!("`{name}` is never `{text}`"), at)
            .help(format!("its values are {}{more}", shown.join(", ")));
        // Where the name of a list stands here, the mistake is in the list.
        if self.scope.lists.contains_key(self.source.text(at)) {
            return self.push(found.label("a value of this list"));
        }
        self.push(match near {
            Some(near) => self.source.offer(found.help(format!("did you mean {near}?")), at, &near),
            None => found,
        })
    }

    /// The folded phrases of the texts on the right.
    pub(super) fn phrases(&mut self, field: FieldId, right: &Right) -> Option<Vec<Phrase>> {
        let texts = self.texts(field, right)?;
        let mut sound = true;
        let mut phrases = Vec::with_capacity(texts.len());
        for (text, at) in texts {
            let folded = fold_words(&text);
            if folded.is_empty() {
                let found = self.error("P0224", format!("`{text}` has no words to look for"), at);
                self.diagnostics.push(found.help("a phrase needs letters or digits"));
                sound = false;
            }
            phrases.push(Phrase(folded.into()));
        }
        phrases.sort_unstable();
        phrases.dedup();
        sound.then_some(phrases)
    }
}
