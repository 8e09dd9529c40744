-- Old keys are forgotten a few at a time, without reading the whole table.
create index idempotency_age on idempotency (workspace_id, created_at);
