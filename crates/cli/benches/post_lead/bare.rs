//! The floor: axum, JSON to a tree, five rows with seven indexes in SQLite, one flush for all that
//! wait. It checks nothing, finds no duplicates and decides nothing.

use std::sync::mpsc::{Receiver, Sender, channel};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use rusqlite::{Connection, params};
use serde_json::Value;
use tokio::sync::oneshot;

/// Argument that makes the bench binary this server; the second one is the database file.
pub(crate) const COMMAND: &str = "bare-server";

/// Leads of one commit.
const GROUP_MAX: usize = 256;

const SCHEMA: &str = "
create table lead (id integer primary key, state text not null, owner text, email text not null,
    at integer not null, body text not null) strict;
create unique index lead_email on lead (email);
create index lead_state on lead (state, id);
create index lead_owner on lead (owner, id);
create index lead_at on lead (at);
create table handoff (id integer primary key, lead_id integer not null, owner text not null,
    state text not null, due_at integer not null) strict;
create index handoff_lead on handoff (lead_id);
create index handoff_owner on handoff (owner, state);
create table timer (id integer primary key, handoff_id integer not null,
    due_at integer not null) strict;
create index timer_due on timer (due_at);
create table outbox (id integer primary key, lead_id integer not null, body text not null) strict;
create table event (id integer primary key, lead_id integer not null, at integer not null,
    body text not null) strict;";

struct Job {
    email: String,
    body: String,
    done: oneshot::Sender<i64>,
}

/// Serves on a free port, whose address is the first line of standard output.
pub(crate) fn serve(file: &str) {
    let connection = Connection::open(file).unwrap();
    connection.execute_batch("pragma journal_mode = wal; pragma synchronous = full").unwrap();
    connection.execute_batch(SCHEMA).unwrap();
    let (jobs, waiting) = channel();
    std::thread::spawn(move || write(&connection, &waiting));
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    runtime.block_on(async {
        let app = Router::new().route("/api/v1/leads", post(take)).with_state(jobs);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        println!("bare at http://{}", listener.local_addr().unwrap());
        axum::serve(listener, app).await.unwrap();
    });
}

async fn take(
    State(jobs): State<Sender<Job>>,
    Json(lead): Json<Value>,
) -> (StatusCode, Json<Value>) {
    let (done, answer) = oneshot::channel();
    let email = lead["fields"]["email"].as_str().unwrap().to_owned();
    jobs.send(Job { email, body: lead.to_string(), done }).unwrap();
    let id = answer.await.unwrap();
    (StatusCode::CREATED, Json(serde_json::json!({ "lead": id, "owner": "ana" })))
}

fn write(connection: &Connection, waiting: &Receiver<Job>) {
    let mut id = 0;
    while let Ok(first) = waiting.recv() {
        let mut group = vec![first];
        while group.len() < GROUP_MAX
            && let Ok(next) = waiting.try_recv()
        {
            group.push(next);
        }
        let mut answers = Vec::with_capacity(group.len());
        connection.prepare_cached("begin immediate").unwrap().execute([]).unwrap();
        for job in group {
            id += 1;
            insert(connection, id, &job);
            answers.push((job.done, id));
        }
        connection.prepare_cached("commit").unwrap().execute([]).unwrap();
        for (done, id) in answers {
            let _ = done.send(id);
        }
    }
}

fn insert(connection: &Connection, id: i64, job: &Job) {
    let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| {
        connection.prepare_cached(sql).unwrap().execute(values).unwrap();
    };
    let (owner, due) = (["ana", "bo", "cy"][(id % 3) as usize], id * 60);
    run(
        "insert into lead values (?1, 'assigned', ?2, ?3, ?4, ?5)",
        params![id, owner, job.email, id, job.body],
    );
    run("insert into handoff values (?1, ?1, ?2, 'offered', ?3)", params![id, owner, due]);
    run("insert into timer values (?1, ?1, ?2)", params![id, due]);
    run("insert into outbox values (?1, ?1, 'assigned')", params![id]);
    run("insert into event values (?1, ?1, ?2, 'captured')", params![id, due]);
}
