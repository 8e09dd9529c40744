//! The people who work, and what changes about them.

use std::fmt::Write as _;

use model::Timestamp;

use super::{KEEPER, TEAMS, name};
use crate::random::Random;

/// Everybody who works, as the roster says it now.
#[derive(Clone, Debug)]
pub(crate) struct People {
    reps: Vec<RepPlan>,
}

/// What the roster says of one rep.
#[derive(Clone, Debug)]
pub(crate) struct RepPlan {
    /// Most open handoffs.
    pub(crate) capacity: u32,
    /// Most new leads a day.
    pub(crate) day_cap: Option<u32>,
    /// Languages spoken.
    pub(crate) languages: &'static str,
    /// Whether the rep still works here.
    pub(crate) active: bool,
    /// Times away.
    pub(crate) absences: Vec<(Timestamp, Timestamp)>,
}

impl People {
    /// `count` reps; `share` leads come to each, so that some of them will be full.
    pub(crate) fn new(random: &mut Random, count: u16, share: u32) -> Self {
        let languages = ["en", "en, de", "en, fr", "de", "en, de, fr"];
        let reps = (0..count).map(|_| RepPlan {
            capacity: 2 + share / 3 + random.below(share as usize + 4) as u32,
            day_cap: random.percent(25).then(|| 2 + random.below(share as usize + 3) as u32),
            languages: random.pick(&languages).copied().unwrap_or("en"),
            active: true,
            absences: Vec::new(),
        });
        Self { reps: reps.collect() }
    }

    /// A rep, to change what the roster says.
    pub(crate) fn rep_mut(&mut self, rep: u16) -> Option<&mut RepPlan> {
        self.reps.get_mut(usize::from(rep))
    }

    /// The roster file.
    pub(crate) fn text(&self) -> String {
        let mut text = String::from("schema: 1\nteams:\n");
        // Writing to a string cannot fail.
        for (at, (team, calendar)) in TEAMS.iter().enumerate() {
            let _ = writeln!(text, "  {team}: {{ manager: m{at}, calendar: {calendar} }}");
        }
        text.push_str("reps:\n");
        let _ = writeln!(text, "  {KEEPER}: {{ team: east, capacity: {{ open: 0 }} }}");
        for (at, (_, calendar)) in TEAMS.iter().enumerate() {
            let _ = writeln!(text, "  m{at}: {{ calendar: {calendar}, capacity: {{ open: 0 }} }}");
        }
        for (number, rep) in (0_u16..).zip(&self.reps) {
            let _ = write!(text, "  {}: {{", name(number));
            self.write_rep(&mut text, number, rep);
            text.push_str(" }\n");
        }
        text
    }

    fn write_rep(&self, text: &mut String, number: u16, rep: &RepPlan) {
        let team = TEAMS.get(usize::from(number) % TEAMS.len()).map_or("east", |it| it.0);
        let _ = write!(text, " team: {team}, languages: [{}]", rep.languages);
        let _ = write!(text, ", capacity: {{ open: {} }}", rep.capacity);
        // The last of a team has no backup: backups must not go round in a circle.
        let backup = number + TEAMS.len() as u16;
        if usize::from(backup) < self.reps.len() {
            let _ = write!(text, ", backup: {}", name(backup));
        }
        if let Some(cap) = rep.day_cap {
            let _ = write!(text, ", caps: {{ day: {cap} }}");
        }
        if !rep.active {
            text.push_str(", active: false");
        }
        if !rep.absences.is_empty() {
            let entry = |(from, to): &(Timestamp, Timestamp)| {
                format!("{{ from: \"{from}\", to: \"{to}\" }}")
            };
            let all: Vec<String> = rep.absences.iter().map(entry).collect();
            let _ = write!(text, ", absences: [{}]", all.join(", "));
        }
    }
}
