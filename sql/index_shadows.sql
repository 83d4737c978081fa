-- What the server makes of the indexes, extended statistics, defaults and rules of temporary copies of views.
-- Parameters: copies (JSON: [{key, relation}]).
-- Columns: answer (JSON: {key: what parts/made.sql gives}). Settings: pinned, search_path to pg_catalog. Versions: 14-18.
select coalesce(pg_catalog.json_object_agg(w.key, :made), '{}') as answer
  from pg_catalog.json_to_recordset(:'copies') as w(key text, relation text)
 cross join lateral (select pg_catalog.to_regclass(w.relation)::oid as oid) o
