-- The objects that are not as they were recorded.
-- Parameters: ledger (schema), project. Columns: answer (JSON: {identity: whether it is gone}). Settings: pinned, search_path to
-- pg_catalog. Versions: 14-18.
select coalesce(pg_catalog.json_object_agg(d.identity, d.gone order by d.identity), '{}') as answer
  from :drift d
 where d.project = :'project'
