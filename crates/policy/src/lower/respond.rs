//! `notifications`, `dispositions` and `measures`.

use calendar::TimeOfDay;
use model::Seconds;

use crate::diagnostic::Diagnostic;
use crate::lower::read::meaning;
use crate::lower::{Context, Stage};
use crate::section::{
    AfterReject, Channel, Dispositions, MeasureTarget, Measures, Notification, NotifyOn, Quiet,
    Recipient, RejectReason, ThresholdHealth,
};
use crate::shape::scalar;
use crate::tree::Node;

const EVENTS: &[(&str, NotifyOn)] = &[
    ("assigned", NotifyOn::Assigned),
    ("queued", NotifyOn::Queued),
    ("reminder", NotifyOn::Reminder),
    ("unacknowledged", NotifyOn::Unacknowledged),
    ("breached", NotifyOn::Breached),
    ("rejected", NotifyOn::Rejected),
    ("disqualified", NotifyOn::Disqualified),
    ("converted", NotifyOn::Converted),
    ("won", NotifyOn::Won),
    ("lost", NotifyOn::Lost),
];

const CHANNELS: &[(&str, Channel)] = &[
    ("in_app", Channel::InApp),
    ("email", Channel::Email),
    ("slack", Channel::Slack),
    ("teams", Channel::Teams),
    ("web_push", Channel::WebPush),
    ("sms", Channel::Sms),
    ("webhook", Channel::Webhook),
    ("crm_task", Channel::CrmTask),
];

const REJECTS_MAX_DEFAULT: u32 = 3;
const PAUSE_MAX_DEFAULT: Seconds = Seconds::from_days(90);
const VIOLATIONS_DEFAULT: u32 = 3;

impl Context<'_> {
    /// Who is told what, in the order written.
    pub(crate) fn notifications(&mut self, root: &Node) -> Vec<Notification> {
        root.list("notifications").iter().filter_map(|it| self.notification(it)).collect()
    }

    fn notification(&mut self, node: &Node) -> Option<Notification> {
        let when = self.condition_of(node, "when", Stage::After);
        let event = node.text("on")?;
        let (channels, fallback) = (channels(node, "channels"), channels(node, "fallback"));
        if node.has_empty_list("channels") {
            let message = "a notification needs a channel";
            self.found.push(Diagnostic::error("P0128", message, node.span_of("channels")));
        }
        if let Some(twice) = fallback.iter().find(|it| channels.contains(it)) {
            let name = CHANNELS.iter().find(|it| it.1 == *twice).map_or("", |it| it.0);
            let message = format!("`{name}` is tried first already: it is no way out");
            self.found.push(Diagnostic::error("P0129", message, node.span_of("fallback")));
        }
        let unseen_after = node.duration("unseen_after");
        if unseen_after.is_some_and(|it| it.get() == 0) {
            let message = "nothing is seen at once: allow some time";
            self.found.push(Diagnostic::error("P0111", message, node.span_of("unseen_after")));
        }
        Some(Notification {
            on: meaning(event, EVENTS)?,
            to: recipient(node.child("to")?)?,
            channels,
            fallback,
            unseen_after,
            urgent: node.flag("urgent", false),
            template: node.text("template").unwrap_or(event).to_owned(),
            when,
            span: node.span_of("on"),
        })
    }

    /// When only urgent messages come.
    pub(crate) fn quiet(&mut self, root: &Node) -> Option<Quiet> {
        let node = root.child("quiet")?;
        let (from, to) = (self.time(node, "from"), self.time(node, "to"));
        let quiet = Quiet { from: from?, to: to? };
        if quiet.from == quiet.to {
            let message = "quiet hours that end when they begin are none";
            self.found.push(Diagnostic::error("P0111", message, node.span_of("to")));
        }
        Some(quiet)
    }

    fn time(&mut self, node: &Node, key: &str) -> Option<TimeOfDay> {
        let text = node.text(key)?;
        let time = text.parse::<TimeOfDay>().ok().filter(|it| it.minutes() < 24 * 60);
        if time.is_none() {
            let message = format!("`{key}` must be a time from 00:00 to 23:59, not `{text}`");
            self.found.push(Diagnostic::error("P0107", message, node.span_of(key)));
        }
        time
    }

    /// The rep's verdict.
    pub(crate) fn dispositions(&mut self, root: &Node) -> Dispositions {
        let node = root.child("dispositions");
        let reasons = node.and_then(|it| it.child("reject_reasons"));
        let after = [
            ("nurture", AfterReject::Nurture),
            ("reroute", AfterReject::Reroute),
            ("disqualify", AfterReject::Disqualify),
        ];
        let reject_reasons = reasons
            .map(Node::entries)
            .unwrap_or_default()
            .iter()
            .map(|entry| RejectReason {
                key: entry.key.clone(),
                label: entry.value.text("label").unwrap_or(&entry.key).to_owned(),
                then: entry.value.word("then", &after, AfterReject::Nurture),
                credit: entry.value.flag("credit", false),
                note_required: entry.value.flag("note_required", false),
                span: entry.key_span,
            })
            .collect();
        let rejects_max = node.and_then(|it| it.whole("rejects_max"));
        Dispositions {
            reject_reasons,
            rejects_max: rejects_max.unwrap_or(REJECTS_MAX_DEFAULT),
            silent_max: node.and_then(|it| it.whole("silent_max")).unwrap_or(0),
            pause_max: node.and_then(|it| it.duration("pause_max")).unwrap_or(PAUSE_MAX_DEFAULT),
        }
    }

    /// Healthy bands and goals.
    pub(crate) fn measures(&mut self, root: &Node) -> Measures {
        let node = root.child("measures");
        let health = node.and_then(|it| it.child("threshold_health"));
        let violations = node.and_then(|it| it.child("violations"));
        let targets = node.and_then(|it| it.child("targets")).map(Node::entries);
        let count = |key: &str| violations.and_then(|it| it.whole(key));
        Measures {
            threshold_health: health.and_then(|it| self.threshold_health(it)),
            targets: targets
                .unwrap_or_default()
                .iter()
                .filter_map(|entry| {
                    Some(MeasureTarget {
                        metric: entry.key.clone(),
                        baseline: entry.value.text("baseline").and_then(amount),
                        target: entry.value.text("target").and_then(amount)?,
                        span: entry.key_span,
                    })
                })
                .collect(),
            violations_repeated: count("repeated").unwrap_or(VIOLATIONS_DEFAULT),
            violations_persistent_weeks: count("persistent_weeks").unwrap_or(VIOLATIONS_DEFAULT),
        }
    }

    fn threshold_health(&mut self, node: &Node) -> Option<ThresholdHealth> {
        let (loose, strict) = (node.percent("loose_below")?, node.percent("strict_above")?);
        if strict <= loose {
            let message = "`strict_above` must be above `loose_below`";
            self.found.push(Diagnostic::error("P0111", message, node.span_of("strict_above")));
        }
        let score_from = node.number("score_from")?;
        Some(ThresholdHealth { score_from, loose_below: loose, strict_above: strict })
    }
}

fn channels(node: &Node, key: &str) -> Vec<Channel> {
    let names = node.list(key).iter().filter_map(Node::scalar);
    names.filter_map(|it| meaning(it, CHANNELS)).collect()
}

fn recipient(node: &Node) -> Option<Recipient> {
    match node.scalar() {
        Some("owner") => Some(Recipient::Owner),
        Some("manager") => Some(Recipient::Manager),
        Some("keeper") => Some(Recipient::Keeper),
        Some("prospect") => Some(Recipient::Prospect),
        Some("marketing") => Some(Recipient::Marketing),
        Some(_) => None,
        None => node.named("rep").map(|it| Recipient::Rep(it.0)),
    }
}

/// A number, or the number of percent.
fn amount(text: &str) -> Option<model::Number> {
    scalar::percent(text).or_else(|| scalar::number(text))
}
