//! P0317: a message to the lead without the field it needs.
//!
//! What: a notification to the prospect by e-mail or SMS where the contract has no e-mail or phone
//! field, or no purpose of consent at all.
//! Why: the message cannot be sent, or may not be.
//! Example: `{ on: assigned, to: prospect, channels: [sms] }` without a field of type `phone`
//! Instead: declare the field, and the consent that allows the message

use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::field::FieldType;
use crate::lint::Subject;
use crate::section::{Channel, Recipient};

/// Reports each such notification.
pub(super) fn lint(subject: &Subject<'_>, found: &mut Diagnostics) {
    let policy = subject.policy;
    let has = |kind| {
        let mut kinds = policy.contract.fields.iter().filter_map(|it| policy.fields.get(it.id));
        kinds.any(|it| it.kind == kind)
    };
    for it in policy.notifications.iter().filter(|it| it.to == Recipient::Prospect) {
        let mut report = |message: &str, help: &str| {
            found.push(Diagnostic::warning("P0317", message, it.span).help(help));
        };
        for channel in &it.channels {
            match channel {
                Channel::Email if !has(FieldType::Email) => report(
                    "the lead gets an e-mail, but the contract has no e-mail field",
                    "declare a field of type `email`",
                ),
                Channel::Sms if !has(FieldType::Phone) => report(
                    "the lead gets an SMS, but the contract has no phone field",
                    "declare a field of type `phone`",
                ),
                Channel::Email | Channel::Sms => {}
                Channel::InApp
                | Channel::Slack
                | Channel::Teams
                | Channel::WebPush
                | Channel::Webhook
                | Channel::CrmTask => {
                    report("the lead cannot be reached on this channel", "use `email` or `sms`")
                }
            }
        }
        if policy.contract.consent.is_empty() {
            report(
                "the lead is written to, but the contract asks for no consent",
                "declare a purpose under `contract.consent`",
            );
        }
    }
}
