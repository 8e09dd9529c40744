//! Each checker is proven on a fault that is planted for it.

use simulate::{Library, Plan, Sabotage, run};

/// Seeds that are tried until one meets the planted fault.
const SEEDS: u64 = 25;

#[test]
fn each_planted_fault_breaks_precisely_its_promise() {
    let library = Library::new(8).unwrap();
    let mut wrong = Vec::new();
    for (sabotage, invariant) in Sabotage::ALL {
        // Two captures must meet.
        let leads = if sabotage == Sabotage::PickWithoutLock { 200 } else { 40 };
        let plan = Plan { sabotage: Some(sabotage), leads, ..Plan::small() };
        let found = (0..SEEDS).find_map(|seed| run(&library, &plan, seed).violation);
        match found {
            Some(found) if found.invariant == invariant => {}
            Some(found) => {
                wrong.push(format!("{sabotage:?}: {:?}, {}", found.invariant, found.detail));
            }
            None => wrong.push(format!("{sabotage:?}: nothing was found")),
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}
