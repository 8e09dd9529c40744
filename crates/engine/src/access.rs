//! Who may do what: one table, read by the server and by the test that attacks it.
//!
//! Default deny: what the table does not grant is refused. Roles are per workspace. An API key
//! acts with its own scopes and never with more than its creator's role grants at that moment.

use std::fmt;
use std::str::FromStr;

/// What a person is in a workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Works leads.
    Rep,
    /// Answers for a team.
    Manager,
    /// Owns the policy.
    MarketingOps,
    /// Runs the workspace.
    Admin,
    /// Reads and verifies.
    Auditor,
}

/// Something one may want to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Create leads and activities.
    CreateLead,
    /// Read leads with contact data.
    ReadLead,
    /// Read leads with contact data masked.
    ReadLeadMasked,
    /// Accept, reject, log a touch, pause, recycle.
    Respond,
    /// Take a lead from a queue.
    TakeFromQueue,
    /// Give a lead to somebody else.
    Reassign,
    /// Switch a rep's presence, enter absences, say when and where messages come.
    Availability,
    /// Change reps, teams, capacities and caps.
    EditRoster,
    /// Read reps, teams, pools and queues.
    ReadRoster,
    /// Check, simulate and read policies.
    DraftPolicy,
    /// Read policies.
    ReadPolicy,
    /// Make a policy live.
    PublishPolicy,
    /// Read reports.
    ReadReport,
    /// Record meetings, opportunities, wins and losses.
    RecordOutcome,
    /// Read quarantined submissions, mend and replay them.
    Quarantine,
    /// Manage users, roles and API keys.
    ManageAccess,
    /// See users and API keys, without secrets.
    ReadAccess,
    /// Read and verify the event log and the audit log.
    ReadAudit,
    /// See and end one's own sign-in.
    OwnSession,
    /// Read one's own messages, and say in which browsers they are shown.
    ReadInbox,
    /// Read the words of messages.
    ReadTemplates,
    /// Change the words of messages and try them out on a handoff.
    EditTemplates,
    /// See how outside systems are reached, without secrets.
    ReadConnections,
    /// Change how outside systems are reached.
    ManageConnections,
    /// Change who outside is told of events, and say what became of tasks.
    ManageHooks,
}

/// How far a grant reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// Not at all.
    Nothing,
    /// What one owns oneself.
    Own,
    /// What one's team owns.
    Team,
    /// Everything of the workspace.
    Workspace,
}

impl Reach {
    /// Its name, as callers are told of their rights.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Nothing => "nothing",
            Self::Own => "own",
            Self::Team => "team",
            Self::Workspace => "workspace",
        }
    }
}

/// Every role, in the order of the table's columns.
pub const ROLES: [Role; 5] =
    [Role::Rep, Role::Manager, Role::MarketingOps, Role::Admin, Role::Auditor];

const NO: Reach = Reach::Nothing;
const O: Reach = Reach::Own;
const T: Reach = Reach::Team;
const W: Reach = Reach::Workspace;

/// A row: the action, what each role may, and the scope with which an API key may (`None`: never).
type Grant = (Action, [Reach; 5], Option<&'static str>);

/// The table. Columns: rep, manager, marketing ops, admin, auditor, API key's scope.
#[rustfmt::skip]
pub const GRANTS: [Grant; 25] = [
    (Action::CreateLead,     [NO, T,  W,  W,  NO], Some("leads:write")),
    (Action::ReadLead,       [O,  T,  W,  W,  NO], Some("leads:read")),
    (Action::ReadLeadMasked, [O,  T,  W,  W,  W],  Some("leads:read")),
    (Action::Respond,        [O,  T,  NO, NO, NO], Some("handoffs:respond")),
    (Action::TakeFromQueue,  [O,  T,  NO, NO, NO], None),
    (Action::Reassign,       [NO, T,  NO, W,  NO], Some("handoffs:reassign")),
    (Action::Availability,   [O,  T,  NO, W,  NO], Some("roster:write")),
    (Action::EditRoster,     [NO, NO, NO, W,  NO], Some("roster:write")),
    (Action::ReadRoster,     [W,  W,  W,  W,  W],  Some("roster:read")),
    (Action::DraftPolicy,    [NO, NO, W,  W,  NO], Some("policies:draft")),
    (Action::ReadPolicy,     [NO, W,  W,  W,  W],  Some("policies:read")),
    (Action::PublishPolicy,  [NO, NO, W,  W,  NO], None),
    (Action::ReadReport,     [O,  T,  W,  W,  W],  Some("reports:read")),
    (Action::RecordOutcome,  [NO, NO, W,  W,  NO], Some("outcomes:write")),
    (Action::Quarantine,     [NO, NO, W,  W,  NO], Some("leads:write")),
    (Action::ManageAccess,   [NO, NO, NO, W,  NO], None),
    (Action::ReadAccess,     [NO, NO, NO, W,  W],  None),
    (Action::ReadAudit,      [NO, NO, NO, NO, W],  None),
    (Action::OwnSession,     [O,  O,  O,  O,  O],  None),
    (Action::ReadInbox,      [O,  O,  O,  O,  O],  None),
    (Action::ReadTemplates,  [NO, W,  W,  W,  W],  None),
    (Action::EditTemplates,  [NO, NO, W,  W,  NO], None),
    (Action::ReadConnections,   [NO, NO, NO, W, W],  None),
    (Action::ManageConnections, [NO, NO, NO, W, NO], None),
    (Action::ManageHooks,       [NO, NO, NO, W, NO], Some("hooks:write")),
];

/// Every scope an API key may have, sorted.
pub const SCOPES: [&str; 11] = [
    "handoffs:reassign",
    "handoffs:respond",
    "hooks:write",
    "leads:read",
    "leads:write",
    "outcomes:write",
    "policies:draft",
    "policies:read",
    "reports:read",
    "roster:read",
    "roster:write",
];

impl Role {
    /// How far this role may do `action`.
    pub fn reach(self, action: Action) -> Reach {
        let column = ROLES.iter().position(|it| *it == self);
        let row = GRANTS.iter().find(|(granted, _, _)| *granted == action);
        match (row, column) {
            (Some((_, reaches, _)), Some(column)) => reaches.get(column).copied().unwrap_or(NO),
            _ => NO,
        }
    }

    /// The role's stored name.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Rep => "rep",
            Self::Manager => "manager",
            Self::MarketingOps => "marketing_ops",
            Self::Admin => "admin",
            Self::Auditor => "auditor",
        }
    }
}

impl Action {
    /// Its name, as callers are told of their rights.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::CreateLead => "create_lead",
            Self::ReadLead => "read_lead",
            Self::ReadLeadMasked => "read_lead_masked",
            Self::Respond => "respond",
            Self::TakeFromQueue => "take_from_queue",
            Self::Reassign => "reassign",
            Self::Availability => "availability",
            Self::EditRoster => "edit_roster",
            Self::ReadRoster => "read_roster",
            Self::DraftPolicy => "draft_policy",
            Self::ReadPolicy => "read_policy",
            Self::PublishPolicy => "publish_policy",
            Self::ReadReport => "read_report",
            Self::RecordOutcome => "record_outcome",
            Self::Quarantine => "quarantine",
            Self::ManageAccess => "manage_access",
            Self::ReadAccess => "read_access",
            Self::ReadAudit => "read_audit",
            Self::OwnSession => "own_session",
            Self::ReadInbox => "read_inbox",
            Self::ReadTemplates => "read_templates",
            Self::EditTemplates => "edit_templates",
            Self::ReadConnections => "read_connections",
            Self::ManageConnections => "manage_connections",
            Self::ManageHooks => "manage_hooks",
        }
    }

    /// The scope an API key needs for it; `None` where no key may.
    pub fn scope(self) -> Option<&'static str> {
        GRANTS.iter().find(|(granted, _, _)| *granted == self).and_then(|(_, _, scope)| *scope)
    }

    /// How far an API key with `scopes` may do this: all of the workspace or nothing.
    pub fn reach_of_key(self, scopes: &[String]) -> Reach {
        match self.scope() {
            Some(wanted) if scopes.iter().any(|it| it == wanted) => W,
            Some(_) | None => NO,
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// Text that is not a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleError {
    text: String,
}

impl fmt::Display for RoleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let roles: Vec<_> = ROLES.iter().map(|it| it.as_str()).collect();
        write!(f, "`{}` is not a role: use one of {}", self.text, roles.join(", "))
    }
}

impl std::error::Error for RoleError {}

impl FromStr for Role {
    type Err = RoleError;

    fn from_str(text: &str) -> Result<Self, RoleError> {
        let wrong = || RoleError { text: text.chars().take(40).collect() };
        ROLES.into_iter().find(|it| it.as_str() == text).ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_action_has_one_row_and_every_scope_is_known() {
        for (at, (action, _, scope)) in GRANTS.iter().enumerate() {
            assert!(!GRANTS.iter().take(at).any(|(it, _, _)| it == action), "{action:?} twice");
            assert!(scope.is_none_or(|it| SCOPES.contains(&it)), "{scope:?}");
        }
        assert!(SCOPES.is_sorted());
        assert!(SCOPES.iter().all(|it| GRANTS.iter().any(|(_, _, scope)| *scope == Some(*it))));
    }

    #[test]
    fn a_rep_reaches_only_what_it_owns() {
        assert_eq!(Role::Rep.reach(Action::ReadLead), Reach::Own);
        assert_eq!(Role::Rep.reach(Action::Reassign), Reach::Nothing);
        assert_eq!(Role::Rep.reach(Action::PublishPolicy), Reach::Nothing);
    }

    #[test]
    fn contact_data_are_hidden_from_the_auditor() {
        assert_eq!(Role::Auditor.reach(Action::ReadLead), Reach::Nothing);
        assert_eq!(Role::Auditor.reach(Action::ReadLeadMasked), Reach::Workspace);
    }

    #[test]
    fn a_key_without_the_scope_reaches_nothing() {
        let scopes = vec!["leads:write".to_owned()];
        assert_eq!(Action::CreateLead.reach_of_key(&scopes), Reach::Workspace);
        assert_eq!(Action::ReadLead.reach_of_key(&scopes), Reach::Nothing);
        assert_eq!(Action::ManageAccess.reach_of_key(&scopes), Reach::Nothing);
    }
}
