-- The oids of the project's objects as they were recorded, those included whose files are gone.
-- Parameters: ledger (schema), project. Columns: answer (JSON: [oid]). Versions: 14-18.
select coalesce(pg_catalog.json_agg(o.oid::bigint), '[]') as answer from :"ledger".object o where o.project = :'project'
