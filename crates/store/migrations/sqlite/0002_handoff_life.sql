-- The state of each handoff after its first event, as the decision core keeps it.

create table handoff_life (
    workspace_id integer not null,
    handoff_id integer not null,
    version integer not null,
    body text not null,
    primary key (workspace_id, handoff_id)
) strict, without rowid;
