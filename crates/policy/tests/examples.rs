//! Every example compiles, with exactly the findings that are meant.
#![allow(clippy::unwrap_used, reason = "test code")]

use policy::{Sources, compile};

#[test]
fn look() {
    let text = std::fs::read_to_string("../../examples/policies/reference.yaml").unwrap();
    let sources = Sources::single("reference.yaml", text);
    let (policy, found) = compile(&sources);
    for it in &found {
        let at = sources.position(it.primary);
        println!(
            "{} {}:{} {} > {:?} {} {:?}",
            it.code,
            at.line,
            at.column,
            it.message,
            sources.text(it.primary),
            it.label,
            it.help
        );
    }
    println!("{}", policy.is_some());
    panic!();
}
