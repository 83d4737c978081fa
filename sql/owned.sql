-- The addresses of the project's objects as they were recorded, those included whose files are gone.
-- Parameters: ledger (schema), project. Columns: answer (JSON: [class/oid/0]). Versions: 14-18.
select coalesce(pg_catalog.json_agg(o.class || '/' || o.oid || '/0'), '[]') as answer
  from :"ledger".object o
 where o.project = :'project'
