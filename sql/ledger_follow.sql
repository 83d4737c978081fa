-- Lets the rows of a project follow it into another schema. Comes before record.sql.
-- Parameters: ledger (schema), project, schema (the project's). Columns: none. Versions: 14-18.
update :"ledger".project t set schema = :'schema' where t.name = :'project' and t.schema <> :'schema';
update :"ledger".release t set schema = :'schema' where t.project = :'project' and t.schema <> :'schema';
update :"ledger".definition t set schema = :'schema' where t.project = :'project' and t.schema <> :'schema';
update :"ledger".object t set schema = :'schema' where t.project = :'project' and t.schema <> :'schema';
update :"ledger".dependency t set schema = :'schema' where t.project = :'project' and t.schema <> :'schema';
update :"ledger".displaced t set schema = :'schema' where t.project = :'project' and t.schema <> :'schema';
update :"ledger".stale t set schema = :'schema' where t.project = :'project' and t.schema <> :'schema';
update :"ledger".claim t set schema = :'schema' where t.project = :'project' and t.schema <> :'schema';
update :"ledger".refresh t set schema = :'schema' where t.project = :'project' and t.schema <> :'schema';
update :"ledger".replaced_migration t set schema = :'schema' where t.project = :'project' and t.schema <> :'schema';
update :"ledger".stamp t set schema = :'schema' where t.project = :'project' and t.schema <> :'schema';
