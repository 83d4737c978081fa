-- The objects that are not as they were recorded.
-- Parameters: ledger (schema), project. Columns: answer (JSON: [identity]). Settings: pinned, search_path to pg_catalog.
-- Versions: 14-18.
select coalesce(pg_catalog.json_agg(d.identity order by d.identity), '[]') as answer
  from :drift d
 where d.project = :'project'
