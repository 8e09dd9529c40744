//! Currency signs and codes at either end of an amount.

/// Signs and codes in lower case, to ISO 4217. A bare `$` is read as US dollars.
const CURRENCIES: [(&str, &str); 34] = [
    ("us$", "USD"),
    ("usd", "USD"),
    ("r$", "BRL"),
    ("brl", "BRL"),
    ("mx$", "MXN"),
    ("mxn", "MXN"),
    ("ca$", "CAD"),
    ("c$", "CAD"),
    ("cad", "CAD"),
    ("au$", "AUD"),
    ("a$", "AUD"),
    ("aud", "AUD"),
    ("$", "USD"),
    ("eur", "EUR"),
    ("euros", "EUR"),
    ("euro", "EUR"),
    ("€", "EUR"),
    ("gbp", "GBP"),
    ("£", "GBP"),
    ("inr", "INR"),
    ("rs.", "INR"),
    ("rs", "INR"),
    ("₹", "INR"),
    ("jpy", "JPY"),
    ("¥", "JPY"),
    ("cny", "CNY"),
    ("rmb", "CNY"),
    ("chf", "CHF"),
    ("sek", "SEK"),
    ("nok", "NOK"),
    ("dkk", "DKK"),
    ("pln", "PLN"),
    ("krw", "KRW"),
    ("₩", "KRW"),
];

/// The text without its currency, and the currency. The text is in lower case.
pub(super) fn take_currency(text: &str) -> (&str, Option<&'static str>) {
    for (sign, code) in CURRENCIES {
        if let Some(rest) = text.strip_prefix(sign).or_else(|| text.strip_suffix(sign)) {
            return (rest.trim(), Some(code));
        }
    }
    (text, None)
}
