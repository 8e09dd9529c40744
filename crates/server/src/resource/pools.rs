//! Pools and where their rotation stands.

use axum::Json;
use axum::extract::State;
use engine::crew::{MemberView, PoolView};
use serde::Serialize;
use utoipa::ToSchema;

use crate::App;
use crate::error::ApiError;
use crate::extract::Segment;
use crate::page::Page;

/// A pool.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(example = json!({ "id": "emea", "strategy": "round_robin", "sequence": 12, "epoch": 1,
    "picks": 12, "next": "olga", "members": [{ "rep": "olga", "weight": 1, "taken": 2, "owed": 0,
    "present": true }] }))]
pub struct Pool {
    /// Its id.
    pub id: String,
    /// `round_robin`, `weighted`, `least_open` or `least_value`.
    pub strategy: String,
    /// Number of its latest pick.
    pub sequence: u64,
    /// Epoch of the rotation; a new one begins when members or weights change.
    pub epoch: u64,
    /// Picks in the epoch.
    pub picks: u64,
    /// Who is next if every present member can take the lead; only where members go in turn.
    pub next: Option<String>,
    /// Its members, by id.
    pub members: Vec<Member>,
}

/// A member of a pool.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = PoolMember)]
pub struct Member {
    /// Who.
    pub rep: String,
    /// Share of leads.
    pub weight: u32,
    /// Picks in the epoch.
    pub taken: u64,
    /// Leads owed for ones that were taken back.
    pub owed: u32,
    /// Whether they take leads now: their own switch, and no absence.
    pub present: bool,
}

/// All pools, by id.
#[utoipa::path(get, path = "/api/v1/pools", tag = "pools", operation_id = "list_pools",
    responses((status = 200, body = Page<Pool>, description = "All of them")))]
pub(crate) async fn list(State(app): State<App>) -> Result<Json<Page<Pool>>, ApiError> {
    let pools = app.engine.pools().await?;
    Ok(Json(Page { items: pools.into_iter().map(Pool::from).collect(), next: None }))
}

/// One pool.
#[utoipa::path(get, path = "/api/v1/pools/{pool}", tag = "pools", operation_id = "get_pool",
    params(("pool" = String, Path, description = "The pool", example = "emea")),
    responses((status = 200, body = Pool, description = "The pool")))]
pub(crate) async fn get(State(app): State<App>, pool: Segment) -> Result<Json<Pool>, ApiError> {
    let pools = app.engine.pools().await?;
    let found = pools.into_iter().find(|it| it.id == pool.text());
    found.map(|it| Json(Pool::from(it))).ok_or_else(|| ApiError::not_found("pool", pool.text()))
}

impl From<PoolView> for Pool {
    fn from(view: PoolView) -> Self {
        let member = |it: MemberView| Member {
            rep: it.rep.to_string(),
            weight: it.weight,
            taken: it.taken,
            owed: it.owed,
            present: it.present,
        };
        Self {
            id: view.id,
            strategy: view.strategy.to_owned(),
            sequence: view.sequence,
            epoch: view.epoch,
            picks: view.picks,
            next: view.next.map(|it| it.to_string()),
            members: view.members.into_iter().map(member).collect(),
        }
    }
}
