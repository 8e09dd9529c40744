//! The reference month: how many handoffs of each reason, and what became of them.

/// One handoff reason of the reference month.
#[derive(Debug)]
pub(crate) struct Source {
    /// The handoff reason.
    pub(crate) reason: &'static str,
    /// Handoffs that reps accepted.
    pub(crate) submitted: u32,
    /// Handoffs that reps rejected.
    pub(crate) rejected: u32,
    /// Handoffs that reps took as a reason to work the account.
    pub(crate) pursue_account: u32,
    /// Handoffs that reps called a bad use case.
    pub(crate) bad_use_case: u32,
    /// Handoffs without a verdict.
    pub(crate) undecided: u32,
    /// Opportunities that came of them.
    pub(crate) opportunities: u32,
    /// Typical minutes from assignment to the rep's verdict, in working hours.
    pub(crate) verdict_minutes: f64,
    /// Share of leads, in percent, that say they want the fast-track product.
    pub(crate) fast_track_percent: u32,
    /// Reasons reps give for rejecting, by weight.
    pub(crate) reject_reasons: &'static [(&'static str, u32)],
    /// What these leads did before, by weight.
    pub(crate) intents: &'static [(&'static str, u32)],
}

const QUIET: &[(&str, u32)] = &[("timing_mismatch", 1)];

/// Every reason of the month. The first six and their counts are the reference; the smaller
/// sources are named by us and add up to its "other reasons together".
pub(crate) const SOURCES: &[Source] = &[
    Source {
        reason: "Product - Portal Sign Up",
        submitted: 1677,
        rejected: 377,
        pursue_account: 0,
        bad_use_case: 0,
        undecided: 0,
        opportunities: 141,
        verdict_minutes: 55.0,
        fast_track_percent: 9,
        reject_reasons: &[("wrong_company_size", 5), ("no_budget", 3), ("already_customer", 2)],
        intents: &[("trial_activation", 7), ("pricing_inquiry", 2), ("demo_request", 1)],
    },
    Source {
        reason: "Product - Voice",
        submitted: 609,
        rejected: 84,
        pursue_account: 0,
        bad_use_case: 0,
        undecided: 0,
        opportunities: 82,
        verdict_minutes: 40.0,
        fast_track_percent: 58,
        reject_reasons: &[("no_budget", 2), ("timing_mismatch", 2), ("wrong_persona", 1)],
        intents: &[("demo_request", 4), ("pricing_inquiry", 3), ("trial_activation", 3)],
    },
    Source {
        reason: "Marketing - Events",
        submitted: 156,
        rejected: 8,
        pursue_account: 0,
        bad_use_case: 0,
        undecided: 0,
        opportunities: 23,
        verdict_minutes: 150.0,
        fast_track_percent: 14,
        reject_reasons: &[("competitor", 1), ("wrong_persona", 3)],
        intents: &[("event_conversation", 1)],
    },
    Source {
        reason: "Quinn - Reply Received",
        submitted: 456,
        rejected: 721,
        pursue_account: 0,
        bad_use_case: 0,
        undecided: 46,
        opportunities: 27,
        verdict_minutes: 210.0,
        fast_track_percent: 6,
        reject_reasons: &[
            ("wrong_persona", 5),
            ("wrong_company_size", 4),
            ("no_budget", 2),
            ("unreachable", 1),
        ],
        intents: &[("email_reply", 1)],
    },
    Source {
        reason: "Marketing - Contact Sales",
        submitted: 536,
        rejected: 624,
        pursue_account: 0,
        bad_use_case: 0,
        undecided: 546,
        opportunities: 35,
        verdict_minutes: 320.0,
        fast_track_percent: 11,
        reject_reasons: &[
            ("no_budget", 4),
            ("wrong_company_size", 4),
            ("bad_use_case", 2),
            ("spam", 1),
        ],
        intents: &[("contact_form", 1)],
    },
    Source {
        reason: "Tracked Webpage Visit",
        submitted: 0,
        rejected: 278,
        pursue_account: 343,
        bad_use_case: 121,
        undecided: 0,
        opportunities: 12,
        verdict_minutes: 400.0,
        fast_track_percent: 4,
        reject_reasons: &[("unreachable", 3), ("wrong_persona", 3), ("already_customer", 1)],
        intents: &[("pricing_page_view", 3), ("page_view", 5)],
    },
    quiet("Marketing - Webinar", 512, "webinar_attended"),
    quiet("Marketing - Content Download", 468, "download"),
    quiet("Outbound - SDR", 341, "email_reply"),
    quiet("Partner - Referral", 297, "contact_form"),
    quiet("Product - Trial Expired", 288, "trial_activation"),
];

const fn quiet(reason: &'static str, undecided: u32, intent: &'static str) -> Source {
    Source {
        reason,
        submitted: 0,
        rejected: 0,
        pursue_account: 0,
        bad_use_case: 0,
        undecided,
        opportunities: 0,
        verdict_minutes: 0.0,
        fast_track_percent: 3,
        reject_reasons: QUIET,
        intents: match intent.as_bytes() {
            b"webinar_attended" => &[("webinar_attended", 1)],
            b"download" => &[("download", 1)],
            b"email_reply" => &[("email_reply", 1)],
            b"contact_form" => &[("contact_form", 1)],
            _ => &[("trial_activation", 1)],
        },
    }
}

/// Opportunities of the month that carry a lead source; all others have none.
pub(crate) const OPPORTUNITIES_WITH_SOURCE: u32 = 5;

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(count: fn(&Source) -> u32) -> u32 {
        SOURCES.iter().map(count).sum()
    }

    fn total(source: &Source) -> u32 {
        let worked = source.pursue_account + source.bad_use_case;
        source.submitted + source.rejected + worked + source.undecided
    }

    #[test]
    fn the_month_adds_up_to_the_reference() {
        assert_eq!(sum(total), 8_488);
        assert_eq!(sum(|it| it.submitted), 3_434);
        assert_eq!(sum(|it| it.rejected), 2_092);
        assert_eq!(sum(|it| it.opportunities), 320);
        assert_eq!(320 - OPPORTUNITIES_WITH_SOURCE, 315);
        let others: u32 = SOURCES.iter().skip(6).map(total).sum();
        assert_eq!(others, 1_906);
    }

    #[test]
    fn opportunities_come_only_of_handoffs_that_were_worked() {
        for source in SOURCES {
            assert!(source.opportunities <= source.submitted + source.pursue_account);
        }
    }
}
