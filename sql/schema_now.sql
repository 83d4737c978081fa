-- What the schema is called by now that had a name when objects of the project were recorded in it.
-- Parameters: schema (that name), project, ledger (schema). Columns: answer (JSON: [text]; none where it has the name, or is gone).
-- Versions: 14-18.
select coalesce(pg_catalog.json_agg(distinct n.nspname), '[]') as answer
  from :"ledger".object o
  join pg_catalog.pg_namespace n on n.oid = o.schema_oid
 where o.project = :'project' and o.schema_name = :'schema' and n.nspname <> o.schema_name
   and not exists (select from :away)
