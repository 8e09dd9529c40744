//! Stable words for the values of decisions, used in stored formats and texts.

use policy::Truth;
use policy::section::{Channel, Exit, GatewayResult, NotifyOn};

use crate::effect::TimerKind;
use crate::reason::{How, Period, RepCondition};
use crate::trace::{Board, Criterion, ExclusionList, ExitCause};

pub(crate) const fn truth(truth: Truth) -> &'static str {
    match truth {
        Truth::True => "true",
        Truth::False => "false",
        Truth::Unknown => "unknown",
    }
}

pub(crate) const fn exit(exit: Exit) -> &'static str {
    match exit {
        Exit::Nurture => "nurture",
        Exit::SelfService => "self_service",
    }
}

pub(crate) const fn gateway(result: GatewayResult) -> &'static str {
    match result {
        GatewayResult::Direct => "direct",
        GatewayResult::Standard => "standard",
        GatewayResult::Exit(Exit::Nurture) => "nurture",
        GatewayResult::Exit(Exit::SelfService) => "self_service",
    }
}

pub(crate) const fn how(how: How) -> &'static str {
    match how {
        How::Turn => "turn",
        How::Load => "load",
        How::Sticky => "sticky",
        How::Credit => "credit",
        How::Account => "account",
        How::Name => "name",
    }
}

pub(crate) const fn period(period: Period) -> &'static str {
    match period {
        Period::Day => "day",
        Period::Week => "week",
        Period::Month => "month",
    }
}

pub(crate) const fn condition(which: RepCondition) -> &'static str {
    match which {
        RepCondition::Only => "only",
        RepCondition::Filter => "filter",
        RepCondition::Skill => "skill",
    }
}

pub(crate) const fn list(list: ExclusionList) -> &'static str {
    match list {
        ExclusionList::Disqualify => "disqualify",
        ExclusionList::Suppress => "suppress",
    }
}

pub(crate) const fn cause(cause: ExitCause) -> &'static str {
    match cause {
        ExitCause::BelowTiers => "below_tiers",
        ExitCause::Gateway => "gateway",
        ExitCause::Target => "target",
        ExitCause::Suppressed => "suppressed",
    }
}

pub(crate) const fn board(board: Board) -> &'static str {
    match board {
        Board::Score => "score",
        Board::Matrix => "matrix",
    }
}

pub(crate) const fn criterion(which: Criterion) -> &'static str {
    match which {
        Criterion::Mql => "mql",
        Criterion::Sql => "sql",
    }
}

pub(crate) const fn timer(kind: TimerKind) -> &'static str {
    match kind {
        TimerKind::Acknowledge => "acknowledge",
        TimerKind::Touch => "touch",
        TimerKind::Disposition => "disposition",
        TimerKind::Reminder(_) => "reminder",
        TimerKind::Escalation { .. } => "escalation",
        TimerKind::Relax => "relax",
        TimerKind::Resume => "resume",
    }
}

pub(crate) const fn occasion(on: NotifyOn) -> &'static str {
    match on {
        NotifyOn::Assigned => "assigned",
        NotifyOn::Queued => "queued",
        NotifyOn::Reminder => "reminder",
        NotifyOn::Unacknowledged => "unacknowledged",
        NotifyOn::Breached => "breached",
        NotifyOn::Rejected => "rejected",
        NotifyOn::Disqualified => "disqualified",
        NotifyOn::Converted => "converted",
        NotifyOn::Won => "won",
        NotifyOn::Lost => "lost",
    }
}

pub(crate) const fn channel(channel: Channel) -> &'static str {
    match channel {
        Channel::InApp => "in_app",
        Channel::Email => "email",
        Channel::Slack => "slack",
        Channel::Teams => "teams",
        Channel::WebPush => "web_push",
        Channel::Sms => "sms",
        Channel::Webhook => "webhook",
        Channel::CrmTask => "crm_task",
    }
}
