-- The texts of definitions, as they were recorded.
-- Parameters: ledger (schema), project, ids (bigint[]). Columns: answer (JSON: [{id, text, entry}], without those that have none).
-- Versions: 14-18.
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('id', d.id, 'text', d.text, 'entry', d.entry)), '[]')
         as answer
  from :"ledger".definition d
 where d.project = :'project'
   and d.id = any (:'ids'::bigint[])
   and d.forgotten is null
   and d.text is not null
   and d.entry is not null
