//! Invented people and companies. Domains end in `.example`, which nobody can own (RFC 2606).

use super::random::Random;

const FIRST: &[&str] = &[
    "Aaliyah", "Adrian", "Agnieszka", "Aiko", "Amara", "Anders", "Anjali", "Arturo", "Beatriz",
    "Benedikt", "Camila", "Carsten", "Chiara", "Cormac", "Dalia", "Darius", "Delphine", "Diego",
    "Ebony", "Eirik", "Elif", "Emeka", "Farida", "Fergus", "Gaia", "Gustav", "Hana", "Henrik",
    "Ignacio", "Imani", "Ingrid", "Isabeau", "Jakub", "Jasmin", "Joaquin", "Kaito", "Katarina",
    "Kwame", "Leif", "Leonie", "Lucia", "Magnus", "Malia", "Mateo", "Mirela", "Nadia", "Nils",
    "Noor", "Odette", "Oskar", "Paloma", "Pavel", "Quentin", "Rania", "Rohan", "Rosalind", "Saoirse",
    "Sefa", "Sunita", "Tadeo", "Thandi", "Tomasz", "Ursula", "Valentin", "Wanda", "Ximena", "Yara",
    "Zofia",
];

const LAST: &[&str] = &[
    "Abernethy", "Aldana", "Andersson", "Baptiste", "Bergstrom", "Bianchi", "Birch", "Calloway",
    "Castellano", "Chaudhari", "Dahlgren", "Delacroix", "Desai", "Dombrowski", "Eastwick",
    "Echeverria", "Falk", "Ferreira", "Fontaine", "Gallardo", "Ganguly", "Hallberg", "Hargrove",
    "Ibarra", "Ishikawa", "Jankowski", "Kaplan", "Kessler", "Kimathi", "Lindqvist", "Lockhart",
    "Madaki", "Marchetti", "Menon", "Nakagawa", "Novak", "Obando", "Okonjo", "Ostrowski", "Palmer",
    "Pellegrini", "Quintero", "Rasmussen", "Rutherford", "Salcedo", "Schreiber", "Sokolova",
    "Tanaka", "Thorne", "Ueda", "Valdez", "Vance", "Wainwright", "Weidner", "Xanthos", "Yamada",
    "Zielinski",
];

const COMPANY_FIRST: &[&str] = &[
    "Amber", "Anchor", "Arbor", "Aster", "Basalt", "Beacon", "Birchwood", "Bluefin", "Bramble",
    "Cedar", "Cinder", "Clearwater", "Cobalt", "Copper", "Coral", "Crestline", "Dovetail", "Driftwood",
    "Ember", "Everfield", "Fairwind", "Fernhill", "Flint", "Foxglove", "Glacier", "Granite", "Harbour",
    "Hazel", "Heron", "Ironwood", "Juniper", "Keystone", "Kestrel", "Lantern", "Larkspur", "Lumen",
    "Maple", "Meridian", "Mistral", "Northlight", "Oakline", "Orchard", "Osprey", "Pebble", "Pinnacle",
    "Quarry", "Quillon", "Redwood", "Ridgeway", "Saffron", "Sandstone", "Silverleaf", "Solstice",
    "Summit", "Tamarack", "Thistle", "Tidewater", "Umber", "Vantage", "Verdant", "Willow", "Wren",
];

const COMPANY_SECOND: &[(&str, &str)] = &[
    ("Analytics", "software"), ("Bank", "financial_services"), ("Capital", "financial_services"),
    ("Care", "healthcare"), ("Clinics", "healthcare"), ("Cloud", "software"),
    ("Commerce", "retail"), ("Dental", "healthcare"), ("Dispatch", "logistics"),
    ("Energy", "energy"), ("Foods", "retail"), ("Freight", "logistics"), ("Health", "healthcare"),
    ("Hotels", "hospitality"), ("Insurance", "financial_services"), ("Labs", "software"),
    ("Learning", "education"), ("Logistics", "logistics"), ("Manufacturing", "manufacturing"),
    ("Media", "media"), ("Mobility", "automotive"), ("Networks", "telecom"), ("Outfitters", "retail"),
    ("Payments", "financial_services"), ("Robotics", "manufacturing"), ("Software", "software"),
    ("Staffing", "services"), ("Studios", "media"), ("Systems", "software"), ("Telecom", "telecom"),
    ("Travel", "hospitality"), ("Works", "manufacturing"),
];

const TITLES: &[(&str, u32)] = &[
    ("Chief Technology Officer", 4), ("VP of Engineering", 5), ("Head of Customer Support", 8),
    ("Director of Operations", 8), ("Product Manager", 10), ("Software Engineer", 14),
    ("Contact Center Manager", 9), ("Founder", 6), ("Marketing Manager", 7), ("IT Manager", 8),
    ("Chief Operating Officer", 3), ("Developer", 9), ("Customer Experience Lead", 6),
    ("Procurement Specialist", 3), ("Student", 1), ("Solutions Architect", 6),
];

const COUNTRIES: &[(&str, u32)] = &[
    ("US", 52), ("CA", 6), ("GB", 9), ("DE", 8), ("FR", 4), ("NL", 3), ("ES", 3), ("SE", 2),
    ("IN", 7), ("SG", 2), ("AU", 3), ("BR", 1),
];

/// A person at a company.
#[derive(Clone, Debug)]
pub(crate) struct Person {
    pub(crate) first_name: &'static str,
    pub(crate) last_name: &'static str,
    pub(crate) email: String,
    pub(crate) title: &'static str,
    pub(crate) company: String,
    pub(crate) website: String,
    pub(crate) industry: &'static str,
    pub(crate) country: &'static str,
    pub(crate) employees: u32,
}

impl Person {
    /// Person number `number`; different numbers never share an address.
    pub(crate) fn invent(random: &mut Random, number: u32) -> Self {
        let first_name = random.pick(FIRST).copied().unwrap_or_default();
        let last_name = random.pick(LAST).copied().unwrap_or_default();
        let head = random.pick(COMPANY_FIRST).copied().unwrap_or_default();
        let (tail, industry) = random.pick(COMPANY_SECOND).copied().unwrap_or_default();
        let company = format!("{head} {tail}");
        let host = format!("{}-{}.example", head.to_lowercase(), tail.to_lowercase());
        let local = format!("{}.{}", first_name.to_lowercase(), last_name.to_lowercase());
        // Mostly small companies, a few large ones: 4 to about 10,000 employees.
        let employees = (4.0 * (random.share() * random.share() * 7.8).exp()).round() as u32;
        Self {
            first_name,
            last_name,
            email: format!("{local}.{number}@{host}"),
            title: random.weighted(TITLES).copied().unwrap_or_default(),
            company,
            website: format!("https://www.{host}"),
            industry,
            country: random.weighted(COUNTRIES).copied().unwrap_or("US"),
            employees,
        }
    }
}
