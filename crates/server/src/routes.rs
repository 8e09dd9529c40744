//! Every route with what it needs. The router and the API's description are made from this table,
//! so a route that is not in it does not exist.

use engine::access::Action;
use utoipa_axum::router::UtoipaMethodRouter;
use utoipa_axum::routes;

use crate::App;
use crate::resource::{
    api_keys, audit, connections, handoffs, health, leads, links, notifications, outcomes,
    policies, pools, preferences, push, quarantine, queues, reports, reps, roster, session, slack,
    sms, stream, tasks, templates, users, webhooks, work as open_work,
};

/// What a caller needs for a route.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Anybody may, without credentials.
    Nobody,
    /// A signature in the request itself, which its handler checks.
    Signature,
    /// What one signs in with, in the request itself, which its handler checks.
    SignIn,
    /// The right to do this.
    Action(Action),
}

/// How large a body may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyKind {
    /// One thing.
    Single,
    /// Many at once.
    Batch,
}

/// One route.
pub struct Entry {
    /// What a caller needs.
    pub need: Need,
    /// How large its body may be.
    pub body: BodyKind,
    /// Path, method, handler and description.
    pub router: UtoipaMethodRouter<App>,
}

impl std::fmt::Debug for Entry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let paths: Vec<_> = self.router.1.paths.keys().collect();
        f.debug_struct("Entry").field("need", &self.need).field("paths", &paths).finish()
    }
}

fn entry(action: Action, router: UtoipaMethodRouter<App>) -> Entry {
    Entry { need: Need::Action(action), body: BodyKind::Single, router }
}

fn batch(action: Action, router: UtoipaMethodRouter<App>) -> Entry {
    Entry { body: BodyKind::Batch, ..entry(action, router) }
}

fn open(router: UtoipaMethodRouter<App>) -> Entry {
    Entry { need: Need::Nobody, body: BodyKind::Single, router }
}

fn signed(router: UtoipaMethodRouter<App>) -> Entry {
    Entry { need: Need::Signature, body: BodyKind::Single, router }
}

fn sign_in(router: UtoipaMethodRouter<App>) -> Entry {
    Entry { need: Need::SignIn, body: BodyKind::Single, router }
}

/// All routes.
pub fn table() -> Vec<Entry> {
    let mut table = vec![
        open(routes!(health::live)),
        open(routes!(health::ready)),
        open(routes!(health::document)),
        open(routes!(session::options)),
        sign_in(routes!(session::sign_in)),
        sign_in(routes!(session::sign_in_to_demo)),
        entry(Action::OwnSession, routes!(session::get, session::sign_out)),
        entry(Action::OwnSession, routes!(session::sign_out_everywhere)),
    ];
    table.extend(work());
    table.extend(crew());
    table.extend(rules());
    table.extend(messages());
    table
}

/// Leads and handoffs.
fn work() -> Vec<Entry> {
    vec![
        entry(Action::CreateLead, routes!(leads::create)),
        batch(Action::CreateLead, routes!(leads::create_batch)),
        entry(Action::ReadLeadMasked, routes!(leads::list)),
        entry(Action::ReadLeadMasked, routes!(leads::get)),
        entry(Action::CreateLead, routes!(leads::add_activity)),
        entry(Action::Reassign, routes!(leads::merge)),
        entry(Action::Reassign, routes!(leads::unmerge)),
        entry(Action::ReadLeadMasked, routes!(handoffs::list)),
        entry(Action::ReadLeadMasked, routes!(handoffs::get)),
        entry(Action::ReadLead, routes!(open_work::list)),
        entry(Action::ReadLead, routes!(open_work::get)),
        entry(Action::ReadLead, routes!(handoffs::context::context)),
        entry(Action::ReadLead, routes!(handoffs::reasons::list)),
        entry(Action::ReadLead, routes!(handoffs::why)),
        entry(Action::ReadLead, routes!(handoffs::why_not)),
        entry(Action::Respond, routes!(handoffs::respond::accept)),
        entry(Action::Respond, routes!(handoffs::respond::reject)),
        entry(Action::Respond, routes!(handoffs::respond::touch)),
        entry(Action::Respond, routes!(handoffs::respond::dispose)),
        entry(Action::Respond, routes!(handoffs::respond::recycle)),
        entry(Action::Respond, routes!(handoffs::respond::pause)),
        entry(Action::Respond, routes!(handoffs::respond::resume)),
        entry(Action::Respond, routes!(handoffs::respond::undo)),
        entry(Action::Reassign, routes!(handoffs::respond::reassign)),
        entry(Action::RecordOutcome, routes!(outcomes::create)),
        entry(Action::ReadLeadMasked, routes!(outcomes::list)),
        entry(Action::Quarantine, routes!(quarantine::list)),
        entry(Action::Quarantine, routes!(quarantine::get)),
        entry(Action::Quarantine, routes!(quarantine::replay)),
        entry(Action::Quarantine, routes!(quarantine::discard)),
    ]
}

/// People, pools and queues.
fn crew() -> Vec<Entry> {
    vec![
        entry(Action::ReadRoster, routes!(reps::list)),
        entry(Action::ReadRoster, routes!(reps::get)),
        entry(Action::Availability, routes!(reps::set_presence)),
        entry(Action::Availability, routes!(reps::add_absence)),
        entry(Action::Availability, routes!(reps::remove_absence)),
        entry(Action::ReadRoster, routes!(reps::teams)),
        entry(Action::ReadRoster, routes!(roster::get)),
        entry(Action::EditRoster, routes!(roster::put)),
        entry(Action::ReadRoster, routes!(pools::list)),
        entry(Action::ReadRoster, routes!(pools::get)),
        entry(Action::ReadRoster, routes!(queues::list)),
        entry(Action::TakeFromQueue, routes!(queues::take)),
    ]
}

/// What people are told, and how they are reached.
fn messages() -> Vec<Entry> {
    vec![
        entry(Action::ReadInbox, routes!(notifications::list)),
        entry(Action::ReadInbox, routes!(notifications::see)),
        entry(Action::ReadLeadMasked, routes!(notifications::of_handoff)),
        entry(Action::ReadLeadMasked, routes!(stream::stream)),
        entry(Action::Availability, routes!(preferences::get, preferences::put)),
        entry(Action::ReadInbox, routes!(push::key)),
        entry(Action::ReadInbox, routes!(push::list, push::subscribe)),
        entry(Action::ReadInbox, routes!(push::unsubscribe)),
        signed(routes!(sms::status)),
        signed(routes!(slack::interactions)),
        signed(routes!(links::show, links::follow)),
        signed(routes!(links::show_unsubscribe, links::unsubscribe)),
        entry(Action::ReadTemplates, routes!(templates::list)),
        entry(Action::ReadTemplates, routes!(templates::get)),
        entry(Action::EditTemplates, routes!(templates::put)),
        entry(Action::EditTemplates, routes!(templates::remove)),
        entry(Action::EditTemplates, routes!(templates::preview)),
        entry(Action::EditTemplates, routes!(templates::send)),
        entry(Action::ReadConnections, routes!(connections::list)),
        entry(Action::ManageConnections, routes!(connections::put)),
        entry(Action::ManageConnections, routes!(connections::remove)),
        entry(Action::ManageConnections, routes!(connections::test)),
        entry(Action::ReadConnections, routes!(webhooks::list)),
        entry(Action::ReadConnections, routes!(webhooks::get)),
        entry(Action::ReadConnections, routes!(webhooks::deliveries)),
        entry(Action::ManageHooks, routes!(tasks::report)),
        entry(Action::ManageHooks, routes!(webhooks::create)),
        entry(Action::ManageHooks, routes!(webhooks::change)),
        entry(Action::ManageHooks, routes!(webhooks::rotate)),
        entry(Action::ManageHooks, routes!(webhooks::remove)),
        entry(Action::ManageHooks, routes!(webhooks::replay)),
        entry(Action::ManageHooks, routes!(webhooks::replay_failed)),
        entry(Action::ManageHooks, routes!(webhooks::subscribe)),
        entry(Action::ManageHooks, routes!(webhooks::unsubscribe)),
    ]
}

/// Policies, access and logs.
fn rules() -> Vec<Entry> {
    vec![
        entry(Action::ReadReport, routes!(reports::monthly)),
        entry(Action::ReadReport, routes!(reports::touch_patterns)),
        entry(Action::ReadPolicy, routes!(policies::list)),
        entry(Action::ReadPolicy, routes!(policies::live)),
        entry(Action::ReadPolicy, routes!(policies::get)),
        entry(Action::DraftPolicy, routes!(policies::check)),
        entry(Action::PublishPolicy, routes!(policies::publish)),
        entry(Action::ManageAccess, routes!(users::create)),
        entry(Action::ReadAccess, routes!(users::list)),
        entry(Action::ReadAccess, routes!(users::get)),
        entry(Action::ManageAccess, routes!(users::change)),
        entry(Action::ManageAccess, routes!(api_keys::create)),
        entry(Action::ReadAccess, routes!(api_keys::list)),
        entry(Action::ManageAccess, routes!(api_keys::revoke)),
        entry(Action::ReadAudit, routes!(audit::rows)),
        entry(Action::ReadAudit, routes!(audit::events)),
        entry(Action::ReadAudit, routes!(audit::verify)),
    ]
}
