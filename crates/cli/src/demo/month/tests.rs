//! The month has the counts of the reference month.

use std::collections::BTreeMap;

use store::{DatabaseUrl, Options, Store};

use super::*;
use crate::demo::{SEED, set_up};

#[test]
fn the_month_is_the_reference_month_to_the_row() {
    let folder = tempfile::tempdir().unwrap();
    let url = DatabaseUrl::sqlite_file(folder.path().join("demo.db"));
    let engine = Engine::new(Store::open(&url, Options::standard()).unwrap(), 1);
    let end: Timestamp = "2026-11-20T18:00:00Z".parse().unwrap();
    set_up(&engine, end).unwrap();
    let lived = live_through(&engine, SEED, end, |_, _| {}).unwrap();
    assert_eq!(lived, Lived { leads: 8_488, verdicts: 5_990, opportunities: 320 });
    let mut counts: BTreeMap<(String, String), u32> = BTreeMap::new();
    let mut sourced = (0, 0);
    engine
        .read_blocking(|db| Ok(Ok((rows(db)?, sources(db)?))))
        .map(|(rows, outcomes)| {
            for row in rows {
                *counts.entry(row).or_default() += 1;
            }
            sourced = outcomes;
        })
        .unwrap();
    let count = |reason: &str, disposition: &str| {
        counts.get(&(reason.to_owned(), disposition.to_owned())).copied().unwrap_or(0)
    };
    assert_eq!(count("Product - Portal Sign Up", "submitted"), 1_677);
    assert_eq!(count("Product - Portal Sign Up", "rejected"), 377);
    assert_eq!(count("Product - Voice", "submitted"), 609);
    assert_eq!(count("Product - Voice", "rejected"), 84);
    assert_eq!(count("Marketing - Events", "submitted"), 156);
    assert_eq!(count("Marketing - Events", "rejected"), 8);
    assert_eq!(count("Quinn - Reply Received", "submitted"), 456);
    assert_eq!(count("Quinn - Reply Received", "rejected"), 721);
    assert_eq!(count("Quinn - Reply Received", ""), 46);
    assert_eq!(count("Marketing - Contact Sales", "submitted"), 536);
    assert_eq!(count("Marketing - Contact Sales", "rejected"), 624);
    assert_eq!(count("Marketing - Contact Sales", ""), 546);
    assert_eq!(count("Tracked Webpage Visit", "pursue_account"), 343);
    assert_eq!(count("Tracked Webpage Visit", "rejected"), 278);
    assert_eq!(count("Tracked Webpage Visit", "bad_use_case"), 121);
    assert_eq!(counts.values().sum::<u32>(), 8_488);
    assert_eq!(sourced, (320, 315));
}

fn rows(db: &mut store::Snapshot<'_>) -> Result<Vec<(String, String)>, StoreError> {
    let mut rows = Vec::new();
    store::facts::handoffs(db, 1, 0, |it| {
        rows.push((it.reason.to_owned(), it.disposition.unwrap_or_default().to_owned()));
        Ok(())
    })?;
    Ok(rows)
}

/// Opportunities, and those of them without a lead source.
fn sources(db: &mut store::Snapshot<'_>) -> Result<(u32, u32), StoreError> {
    let mut counts = (0, 0);
    store::facts::outcomes(db, 1, 0, |it| {
        counts.0 += 1;
        counts.1 += u32::from(it.lead_source.is_none());
        Ok(())
    })?;
    Ok(counts)
}
