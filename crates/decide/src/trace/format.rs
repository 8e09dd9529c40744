//! The stored and sent form of a decision with its trace: JSON, `"format": "decision/1"`.
//!
//! Names instead of places, codes instead of prose, keys in order of the alphabet. A form once
//! given out is not changed: what is new comes in `decision/2`, and both stay readable.

mod decision;
mod step;

pub(crate) use step::group;

use policy::Span;
use serde_json::{Value, json};

use crate::decision::{Decision, Input};
use crate::replay::Sha;
use crate::trace::Trace;

/// The format written here.
pub const FORMAT: &str = "decision/1";

/// A decision with its trace as JSON. The same input gives the same bytes.
pub fn to_json(input: &Input<'_>, decision: &Decision, trace: &Trace) -> Value {
    let mut document = decision::document(input.setup, decision);
    let steps: Vec<Value> = trace.steps.iter().map(|it| step::step(input.setup, it)).collect();
    if let Value::Object(map) = &mut document {
        map.insert("format".to_owned(), json!(FORMAT));
        map.insert("lead".to_owned(), json!(input.lead.id));
        map.insert("lead_version".to_owned(), json!(input.lead.version));
        map.insert("at".to_owned(), json!(input.now));
        map.insert("seed".to_owned(), json!(input.seed));
        map.insert("policy".to_owned(), json!(Sha(input.setup.policy().hash.0)));
        map.insert("trace".to_owned(), Value::Array(steps));
    }
    document
}

/// File, first byte, one past the last byte.
fn span(span: Span) -> Value {
    json!([span.file, span.start, span.end])
}
