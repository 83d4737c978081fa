-- The texts of views and materialized views, as they look under the search_path that is set.
-- Parameters: oids (oid[]). Columns: answer (JSON: [{oid, name, columns, alone, text}]). Versions: 14-18.
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
         'oid', c.oid::bigint,
         'name', c.relname,
         'columns', (select coalesce(pg_catalog.json_agg(a.attname order by a.attnum), '[]')
                       from pg_catalog.pg_attribute a
                      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped),
         -- Under this path it may be called by its name alone, and nothing else may.
         'alone', not exists (select from pg_catalog.pg_class x
                               where x.relname = c.relname
                                 and x.oid <> c.oid
                                 and x.relnamespace = any (
                                       select n.oid from pg_catalog.pg_namespace n
                                        where n.nspname = any (pg_catalog.current_schemas(true)))),
         'text', pg_catalog.rtrim(pg_catalog.pg_get_viewdef(c.oid), ';'))), '[]') as answer
  from pg_catalog.pg_class c
 where c.oid = any (:'oids'::oid[])
   and c.relkind in ('v', 'm')
