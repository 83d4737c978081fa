-- The deparsed text and the columns of views, as they look under the search_path that is set: a live view under the
-- project's schemas, its temporary twin under pg_temp before them. So the two can be compared as text.
-- Parameters: oids (bigint[]) of live views, or none with temporary (text[]): names in pg_temp.
-- Columns: answer (JSON). Versions: 14-18.
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
         'oid', c.oid::bigint,
         'name', c.relname,
         'text', pg_catalog.pg_get_viewdef(c.oid),
         'options', coalesce(c.reloptions, '{}'),
         'columns', (select pg_catalog.json_agg(pg_catalog.json_build_object(
                              'name', a.attname,
                              'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
                              'collation', case when a.attcollation <> 0
                                                then (a.attcollation::pg_catalog.regcollation)::text end)
                            order by a.attnum)
                       from pg_catalog.pg_attribute a
                      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped))), '[]') as answer
  from pg_catalog.pg_class c
 where c.relkind = 'v'
   and (c.oid = any (:'oids'::oid[])
        or (c.relnamespace = pg_catalog.pg_my_temp_schema() and c.relname = any (:'temporary'::text[])))
