-- The names of the relations that are there, so that locks can be named when some of them are gone.
-- Parameters: none. Columns: answer (JSON: {oid: name}). Settings: search_path to pg_catalog. Versions: 14-18.
select coalesce(pg_catalog.json_object_agg(c.oid::text, c.oid::pg_catalog.regclass::text), '{}') as answer
  from pg_catalog.pg_class c
 where c.oid >= 16384
   and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S', 'i', 'I')
