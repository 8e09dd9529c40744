-- Handoffs that were made before Baton have the number 0; reports ask for the first of each lead.

create index handoff_imported on handoff (workspace_id, lead_id, created_at) where number = 0;
