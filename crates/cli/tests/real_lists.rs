//! Real lists, imported with the mappings and policies of `examples/imports`: every count of the
//! report is held against one made here by reading the files plainly.
//!
//! The lists are not part of the repository. Where they are missing the test is skipped loudly;
//! where the folder they belong to is there and they are not, it fails under CI.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::binary::baton;
use crate::import::{Scene, summary};

/// A folder of lists, if it is here.
fn list(name: &str) -> Option<PathBuf> {
    let shared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = shared.join("data").join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    let is_expected = std::env::var_os("CI").is_some() && shared.is_dir();
    assert!(!is_expected, "{} is missing", folder.display());
    eprintln!("SKIPPED: the list {name} is not here");
    None
}

fn example(list: &str, file: &str) -> String {
    format!("{}/../../examples/imports/{list}/{file}", env!("CARGO_MANIFEST_DIR"))
}

/// The group of leads whose reason is not known.
const UNKNOWN: &str = "(unknown)";

/// Leads by reason and won leads by reason.
type Counts = BTreeMap<String, (u64, u64)>;

/// Imports both files, both twice, and gives the JSON of the report.
fn imported(name: &str, leads: &Path, outcomes: &Path, n: u64, won: u64) -> Value {
    let scene = Scene::new("");
    let at = |file: &str, path: &Path| {
        // Rejected rows would stand beside the file, which is not ours.
        let copy = scene.folder.path().join(file);
        std::fs::copy(path, &copy).unwrap();
        copy.display().to_string()
    };
    let (leads, outcomes) = (at("leads.csv", leads), at("outcomes.csv", outcomes));
    let example = |file: &str| example(name, file);
    let (map, policy, roster) =
        (example("leads.map.yaml"), example("policy.yaml"), example("roster.yaml"));
    let mut args = vec!["import", "leads", &leads, "--map", &map, "--policy", &policy];
    args.extend(["--roster", &roster, "--database", &scene.url, "--format", "json"]);
    for (new, unchanged) in [(n, 0), (0, n)] {
        let run = baton(&args);
        assert_eq!(run.code, Some(0), "{run:?}");
        let found = summary(&run);
        assert_eq!(found["new"], new, "{found}");
        assert_eq!(found["unchanged"], unchanged, "{found}");
    }
    let map = example("outcomes.map.yaml");
    let mut args = vec!["import", "outcomes", &outcomes, "--map", &map];
    args.extend(["--database", &scene.url, "--format", "json"]);
    for (new, unchanged) in [(won, 0), (0, won)] {
        let run = baton(&args);
        assert_eq!(run.code, Some(0), "{run:?}");
        let found = summary(&run);
        assert_eq!(found["new"], new, "{found}");
        assert_eq!(found["unchanged"], unchanged, "{found}");
        assert_eq!(found["unmatched"], 0, "{found}");
    }
    let verify = baton(&["verify", "--database", &scene.url]);
    assert_eq!(verify.code, Some(0), "{verify:?}");
    let report = baton(&["report", "--format", "json", "--database", &scene.url]);
    assert_eq!(report.code, Some(0), "{report:?}");
    serde_json::from_str(&report.stdout).unwrap()
}

/// Handoffs and won handoffs by reason, as the report says; they must add up to the whole.
fn by_reason(report: &Value) -> Counts {
    let tables = report["tables"].as_array().unwrap();
    let table = tables.iter().find(|it| it["dimension"] == "reason").unwrap();
    let groups = table["groups"].as_array().unwrap().iter();
    groups
        .map(|group| {
            let count = |it: &Value| it.as_u64().unwrap_or_else(|| panic!("{group}"));
            let label = group["label"].as_str().unwrap().to_owned();
            let metrics = &group["metrics"];
            (label, (count(&metrics["handoffs"]), count(&metrics["win_rate"]["numerator"])))
        })
        .collect()
}

/// Handoffs, and of them converted and won, as the whole of the report says.
fn whole(report: &Value, handoffs: u64, won: u64) {
    let total = &report["total"];
    assert_eq!(total["handoffs"], handoffs);
    for metric in ["cohort_conversion", "win_rate"] {
        assert_eq!(total[metric]["numerator"], won, "{metric}");
    }
    assert_eq!(total["cohort_conversion"]["denominator"], handoffs);
}

fn records(path: &Path) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::ReaderBuilder::new().flexible(true).from_path(path).unwrap();
    let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let records = reader.records().map(|it| {
        let record = it.unwrap();
        names.iter().cloned().zip(record.iter().map(str::to_owned)).collect()
    });
    records.collect()
}

#[test]
fn the_olist_funnel_is_right_to_the_row() {
    let Some(folder) = list("olist_funnel") else { return };
    let leads = folder.join("olist_marketing_qualified_leads_dataset.csv");
    let deals = folder.join("olist_closed_deals_dataset.csv");
    let mut expected = Counts::new();
    let won: Vec<String> = records(&deals).into_iter().map(|it| it["mql_id"].clone()).collect();
    let rows = records(&leads);
    assert_eq!((rows.len(), won.len()), (5_345, 336));
    for row in &rows {
        // The word and the empty cell say the same: nobody knows.
        let origin = match row["origin"].as_str() {
            "" | "unknown" => UNKNOWN,
            origin => origin,
        };
        let counts = expected.entry(origin.to_owned()).or_default();
        counts.0 += 1;
        counts.1 += u64::from(won.contains(&row["mql_id"]));
    }
    let report = imported("olist", &leads, &deals, 5_345, 336);
    assert_eq!(by_reason(&report), expected);
    whole(&report, 5_345, 336);
}

#[test]
fn the_x_education_list_is_right_to_the_row() {
    let Some(folder) = list("x_education") else { return };
    let leads = folder.join("Leads.csv");
    let rows = records(&leads);
    let mut expected = Counts::new();
    for row in &rows {
        let source = match row["Lead Source"].as_str() {
            "" => UNKNOWN,
            "google" => "Google",
            other => other,
        };
        let counts = expected.entry(source.to_owned()).or_default();
        counts.0 += 1;
        counts.1 += u64::from(row["Converted"] == "1");
    }
    let won: u64 = expected.values().map(|it| it.1).sum();
    assert_eq!((rows.len(), won), (6_546, 2_559));
    let report = imported("x_education", &leads, &leads, 6_546, 2_559);
    assert_eq!(by_reason(&report), expected);
    whole(&report, 6_546, 2_559);
}
