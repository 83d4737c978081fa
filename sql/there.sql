-- What CASCADE could take: everything that hangs on something else, by itself or with it.
-- Parameters: none. Columns: answer (JSON: [address]). Versions: 14-18.
select coalesce(pg_catalog.json_agg(distinct d.classid::pg_catalog.int8 || '/' || d.objid::pg_catalog.int8 || '/' || d.objsubid),
                '[]') as answer
  from pg_catalog.pg_depend d
 where d.objid >= 16384
   and d.deptype in ('n', 'a')
