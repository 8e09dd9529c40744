//! Job titles: seniority and department, from a table of words and phrases.
//!
//! The longest phrase wins at each place, so `vice president` is not a president and an `account
//! manager` manages no people. What follows `to` belongs to somebody else: an assistant to the CEO
//! is an assistant. A title with no known word gives nothing; nothing is guessed.

use crate::fold;
use crate::lines::SortedLines;

/// Folded phrase, to seniority and department, `-` for none.
static PHRASES: SortedLines = SortedLines::new(include_str!("../../data/titles.txt"));

/// Longest phrase of the table in words.
const PHRASE_WORDS_MAX: usize = 4;

/// Most words of a title that are read.
const WORDS_MAX: usize = 24;

/// Ends of German compounds such as `Vertriebsleiterin`; the beginning is looked up by itself.
const COMPOUND_ENDS: [(&str, Seniority); 19] = [
    ("leiterin", Seniority::Head),
    ("leiter", Seniority::Head),
    ("leitung", Seniority::Head),
    ("chefin", Seniority::Head),
    ("chef", Seniority::Head),
    ("direktorin", Seniority::Director),
    ("direktor", Seniority::Director),
    ("vorstand", Seniority::CLevel),
    ("managerin", Seniority::Manager),
    ("manager", Seniority::Manager),
    ("assistentin", Seniority::Staff),
    ("assistent", Seniority::Staff),
    ("mitarbeiterin", Seniority::Staff),
    ("mitarbeiter", Seniority::Staff),
    ("referentin", Seniority::Staff),
    ("referent", Seniority::Staff),
    ("beraterin", Seniority::Staff),
    ("berater", Seniority::Staff),
    ("praktikant", Seniority::Intern),
];

/// Words after a `to` that belongs to a compound: go to market, business to business, order to cash.
const AFTER_INNER_TO: [&str; 8] =
    ["market", "business", "consumer", "customer", "cash", "pay", "peer", "end"];

/// What a title says.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Title {
    /// How high the person stands.
    pub seniority: Option<Seniority>,
    /// What the person works in.
    pub department: Option<Department>,
}

macro_rules! names {
    ($(#[$doc:meta])* $kind:ident { $($(#[$about:meta])* $variant:ident = $name:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $kind { $($(#[$about])* $variant,)+ }

        impl $kind {
            /// All of them, in order.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The stable name in lower snake case.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }

            /// The one with this stable name.
            pub fn from_name(name: &str) -> Option<Self> {
                match name { $($name => Some(Self::$variant),)+ _ => None }
            }
        }
    };
}

names! {
    /// How high a person stands, from the lowest.
    Seniority {
        /// Still studying.
        Student = "student",
        /// Intern, apprentice or trainee.
        Intern = "intern",
        /// Does the work, manages nobody.
        Staff = "staff",
        /// The same with long experience.
        Senior = "senior",
        /// Manages people.
        Manager = "manager",
        /// Heads a function.
        Head = "head",
        /// Director.
        Director = "director",
        /// Vice president.
        Vp = "vp",
        /// Chief officer, managing director, president, board.
        CLevel = "c_level",
        /// Owner, founder or partner.
        Owner = "owner",
    }
}

names! {
    /// What a person works in.
    Department {
        /// Top management.
        Executive = "executive",
        /// Sales and business development.
        Sales = "sales",
        /// Marketing and communication.
        Marketing = "marketing",
        /// Research, development, engineering, data.
        Engineering = "engineering",
        /// Information technology and security.
        It = "it",
        /// Product management and design.
        Product = "product",
        /// Finance and accounting.
        Finance = "finance",
        /// People and recruiting.
        Hr = "hr",
        /// Operations, supply, purchasing, administration.
        Operations = "operations",
        /// Law and compliance.
        Legal = "legal",
        /// Customer support and success.
        Support = "support",
        /// Teaching and research at schools and universities.
        Education = "education",
    }
}

/// Reads a job title; total, since an unknown title is no mistake.
pub fn classify(text: &str) -> Title {
    let folded = fold::words(text);
    let words: Vec<&str> = own_words(&folded).take(WORDS_MAX).collect();
    let mut found = Found::default();
    let mut at = 0;
    while at < words.len() {
        at += match longest_phrase(&words, at) {
            Some((title, len)) => {
                found.add(title);
                len
            }
            None => {
                found.add(words.get(at).and_then(|word| compound(word)).unwrap_or_default());
                1
            }
        };
    }
    let is_chief_officer = words.contains(&"chief") && words.contains(&"officer");
    found.title(is_chief_officer)
}

/// The words up to a `to`, behind which stands somebody else's title; not so in `go to market`.
fn own_words(folded: &str) -> impl Iterator<Item = &str> {
    let words = || folded.split(' ').filter(|word| !word.is_empty());
    let next = words().skip(1).map(Some).chain(std::iter::once(None));
    words()
        .zip(next)
        .take_while(|(word, next)| {
            *word != "to" || next.is_some_and(|it| AFTER_INNER_TO.contains(&it))
        })
        .map(|(word, _)| word)
}

fn longest_phrase(words: &[&str], at: usize) -> Option<(Title, usize)> {
    let rest = words.get(at..)?;
    let mut phrase = String::new();
    let mut best = None;
    for (count, word) in rest.iter().take(PHRASE_WORDS_MAX).enumerate() {
        if !phrase.is_empty() {
            phrase.push(' ');
        }
        phrase.push_str(word);
        let (title, may_grow) = PHRASES.get_phrase(&phrase);
        best = title.map(|it| (parse(it), count + 1)).or(best);
        if !may_grow {
            break;
        }
    }
    best
}

/// A German compound: its end tells the seniority, its beginning the department.
fn compound(word: &str) -> Option<Title> {
    let (beginning, seniority) =
        COMPOUND_ENDS.iter().find_map(|(end, it)| Some((word.strip_suffix(end)?, *it)))?;
    let stem = beginning.strip_suffix('s').unwrap_or(beginning);
    let entry = PHRASES.get(beginning).or_else(|| PHRASES.get(stem));
    let department = entry.and_then(|it| parse(it).department);
    Some(Title { seniority: Some(seniority), department })
}

fn parse(entry: &str) -> Title {
    let (seniority, department) = entry.split_once(' ').unwrap_or((entry, "-"));
    Title {
        seniority: Seniority::from_name(seniority),
        department: Department::from_name(department),
    }
}

/// What the phrases of a title say, put together.
#[derive(Default)]
struct Found {
    highest: Option<Title>,
    first_department: Option<Department>,
    is_intern: bool,
    is_student: bool,
}

impl Found {
    fn add(&mut self, title: Title) {
        self.first_department = self.first_department.or(title.department);
        match title.seniority {
            None => {}
            Some(Seniority::Intern) => self.is_intern = true,
            Some(Seniority::Student) => self.is_student = true,
            Some(_) if self.highest.is_none_or(|it| it.seniority < title.seniority) => {
                self.highest = Some(title);
            }
            Some(_) => {}
        }
    }

    fn title(self, is_chief_officer: bool) -> Title {
        let highest = self.highest.unwrap_or_default();
        let mut seniority = highest.seniority;
        if is_chief_officer {
            seniority = seniority.max(Some(Seniority::CLevel));
        }
        // A trainee manager is a trainee, but the director of an intern programme is a director.
        if self.is_intern && seniority < Some(Seniority::Head) {
            seniority = Some(Seniority::Intern);
        } else if self.is_student && seniority < Some(Seniority::Senior) {
            seniority = Some(Seniority::Student);
        }
        let is_at_the_top = Some(Seniority::CLevel) <= seniority;
        let at_the_top = is_at_the_top.then_some(Department::Executive);
        let own = if seniority == highest.seniority { highest.department } else { None };
        Title { seniority, department: own.or(self.first_department).or(at_the_top) }
    }
}

#[cfg(test)]
pub(crate) fn table() -> &'static SortedLines {
    &PHRASES
}

#[cfg(test)]
mod tests;
