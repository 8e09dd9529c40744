-- A row that is mended in a file ends what its import left open.

create index quarantine_row on quarantine (workspace_id, import_id, row_no)
    where import_id is not null;
