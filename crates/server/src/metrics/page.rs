//! The Prometheus text format, version 0.0.4.

use std::fmt::{Display, Write};

/// How the values of a family behave.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Only grows while the process lives.
    Counter,
    /// Goes up and down.
    Gauge,
    /// Observations in buckets.
    Histogram,
}

/// A metric with all its series.
#[derive(Debug)]
pub(crate) struct Family {
    pub(crate) name: &'static str,
    pub(crate) kind: Kind,
    /// Names of the labels; their values are bounded and name nobody.
    pub(crate) labels: &'static [&'static str],
    /// One sentence.
    pub(crate) help: &'static str,
}

/// Observations in buckets.
#[derive(Clone, Debug)]
pub(crate) struct Histogram {
    bounds: &'static [f64],
    /// One more than bounds: the last is for what is above them all.
    counts: Vec<u64>,
    sum: f64,
}

/// A page under construction.
#[derive(Debug, Default)]
pub(crate) struct Page {
    text: String,
}

/// The series of one family on a page.
pub(crate) struct Series<'p> {
    page: &'p mut Page,
    family: &'static Family,
}

impl Kind {
    /// As the format and the documentation name it.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

impl Histogram {
    /// No observations; `bounds` ascend.
    pub(crate) fn new(bounds: &'static [f64]) -> Self {
        Self { bounds, counts: vec![0; bounds.len() + 1], sum: 0.0 }
    }

    /// Adds one.
    pub(crate) fn observe(&mut self, value: f64) {
        let place = self.bounds.iter().position(|bound| value <= *bound);
        if let Some(count) = self.counts.get_mut(place.unwrap_or(self.bounds.len())) {
            *count += 1;
        }
        self.sum += value;
    }
}

impl Page {
    /// Begins a family; its series follow.
    pub(crate) fn family(&mut self, family: &'static Family) -> Series<'_> {
        let Family { name, kind, help, .. } = family;
        let kind = kind.name();
        self.line(format_args!("# HELP {name} {help}\n# TYPE {name} {kind}"));
        Series { page: self, family }
    }

    /// The page.
    pub(crate) fn finish(self) -> String {
        self.text
    }

    fn line(&mut self, line: impl Display) {
        // Writing to a string does not fail.
        let _ = writeln!(self.text, "{line}");
    }
}

impl Series<'_> {
    /// Adds a series with the values of its labels.
    pub(crate) fn add(&mut self, labels: &[&str], value: impl Display) {
        let labels = in_braces(&self.pairs(labels));
        let name = self.family.name;
        self.page.line(format_args!("{name}{labels} {value}"));
    }

    /// Adds the series of a histogram.
    pub(crate) fn add_histogram(&mut self, labels: &[&str], histogram: &Histogram) {
        let name = self.family.name;
        let pairs = self.pairs(labels);
        let mut below = 0;
        let bounds = histogram.bounds.iter().map(f64::to_string);
        for (bound, count) in bounds.chain(["+Inf".to_owned()]).zip(&histogram.counts) {
            below += count;
            let mut pairs = pairs.clone();
            pairs.push(pair("le", &bound));
            self.page.line(format_args!("{name}_bucket{} {below}", in_braces(&pairs)));
        }
        let labels = in_braces(&pairs);
        self.page.line(format_args!("{name}_sum{labels} {}", histogram.sum));
        self.page.line(format_args!("{name}_count{labels} {below}"));
    }

    fn pairs(&self, values: &[&str]) -> Vec<String> {
        self.family.labels.iter().zip(values).map(|(name, value)| pair(name, value)).collect()
    }
}

fn pair(name: &str, value: &str) -> String {
    let value = value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    format!("{name}=\"{value}\"")
}

fn in_braces(pairs: &[String]) -> String {
    match pairs.is_empty() {
        true => String::new(),
        false => format!("{{{}}}", pairs.join(",")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static PLAIN: Family = Family { name: "a", kind: Kind::Gauge, labels: &["x"], help: "A." };
    static TIMES: Family =
        Family { name: "t_seconds", kind: Kind::Histogram, labels: &[], help: "T." };

    #[test]
    fn label_values_cannot_break_out_of_their_quotes() {
        let mut page = Page::default();
        page.family(&PLAIN).add(&["a\"b\\c\nd"], 1);
        let wanted = "# HELP a A.\n# TYPE a gauge\na{x=\"a\\\"b\\\\c\\nd\"} 1\n";
        assert_eq!(page.finish(), wanted);
    }

    #[test]
    fn buckets_add_up_and_the_last_holds_all() {
        let mut times = Histogram::new(&[0.5, 2.0]);
        for value in [0.5, 1.0, 3.5] {
            times.observe(value);
        }
        let mut page = Page::default();
        page.family(&TIMES).add_histogram(&[], &times);
        let wanted = "# HELP t_seconds T.\n# TYPE t_seconds histogram\n\
            t_seconds_bucket{le=\"0.5\"} 1\nt_seconds_bucket{le=\"2\"} 2\n\
            t_seconds_bucket{le=\"+Inf\"} 3\nt_seconds_sum 5\nt_seconds_count 3\n";
        assert_eq!(page.finish(), wanted);
    }
}
