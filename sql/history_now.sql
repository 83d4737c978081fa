-- What the migration history is called that was recorded under another name.
-- Parameters: history_oid (as it was recorded), project, ledger (schema). Columns: answer (JSON: [{schema, name}]; none where it
-- is gone). Versions: 14-18.
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('schema', n.nspname, 'name', c.relname)), '[]') as answer
  from pg_catalog.pg_class c
  join pg_catalog.pg_namespace n on n.oid = c.relnamespace
 where c.oid = :'history_oid'::oid and c.relkind = 'r'
   and not exists (select from :away)
