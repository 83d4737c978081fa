-- Views, materialized views and sequences. The sequence of an identity column is told with the column.
-- Parameters: schemas (text[]), ledger, histories (text[]: see parts/snapshot_scope.sql). Columns: answer (as in
-- snapshot_whole.sql). Versions: 14-18.
:snapshot_scope
select coalesce(json_agg(json_strip_nulls(i.item)), '[]') as answer
  from (
    select json_build_object(
             'at', 'pg_class/' || r.oid || '/0',
             'kind', case r.relkind when 'v' then 'view' else 'materialized view' end,
             'schema', r.nspname,
             'name', r.relname,
             'definition', concat_ws(E';\n',
               format('create %sview %s', case r.relkind when 'm' then 'materialized ' end, r.fq)
                 || case when r.relkind = 'v' then coalesce(' (' || c.names || ')', '') else '' end
                 || case when r.relkind = 'm' and m.amname <> 'heap' then ' using ' || quote_ident(m.amname) else '' end
                 || coalesce(' with (' || o.options || ')', '')
                 || coalesce(' tablespace ' || quote_ident(s.spcname), '')
                 || E' as\n' || rtrim(pg_get_viewdef(r.oid), ';')
                 || case when r.relkind = 'm' and not r.relispopulated then E'\n with no data' else '' end,
               c.settings),
             'attributes', json_build_object(
               'columns', c.names,
               'types', c.types,
               'options', o.options,
               'tablespace', s.spcname,
               'access-method', case when r.relkind = 'm' and m.amname <> 'heap' then m.amname end,
               'populated', case when r.relkind = 'm' then case when r.relispopulated then 'yes' else 'no' end end,
               'column-settings', c.settings)) as item
      from relation r
      left join pg_catalog.pg_am m on m.oid = r.relam
      left join pg_catalog.pg_tablespace s on s.oid = r.reltablespace
     cross join lateral (
       select string_agg(format('%s = %L', split_part(x.option, '=', 1), substr(x.option, strpos(x.option, '=') + 1)), ', '
                         order by x.option) as options
         from (select unnest(r.reloptions)
               union all
               select 'toast.' || unnest(t.reloptions)
                 from pg_catalog.pg_class t where t.oid = r.reltoastrelid) x(option)) o
     cross join lateral (
       select string_agg(quote_ident(a.attname), ', ' order by a.attnum) as names,
              string_agg(format_type(a.atttypid, a.atttypmod) || coalesce(' collate ' || case
                when a.attcollation not in (0, y.typcollation) then a.attcollation::regcollation end, ''), ', '
                order by a.attnum) as types,
              string_agg(z.statements, E';\n' order by a.attnum) as settings
         from pg_catalog.pg_attribute a
         join pg_catalog.pg_type y on y.oid = a.atttypid
        cross join lateral (
          select nullif(concat_ws(E';\n',
                   w.begin || 'storage ' || case when r.relkind = 'm' and a.attstorage <> y.typstorage then
                     case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'x' then 'extended' else 'main' end end,
                   w.begin || 'compression ' || case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end,
                   w.begin || 'statistics ' || case when a.attstattarget >= 0 then a.attstattarget end,
                   w.begin || '(' || array_to_string(a.attoptions, ', ') || ')'), '') as statements
            from (select format('alter materialized view %s alter column %I set ', r.fq, a.attname) as begin) w) z
        where a.attrelid = r.oid and a.attnum > 0) c
     where r.relkind in ('v', 'm')
    union all
    select json_build_object(
             'at', 'pg_class/' || r.oid || '/0',
             'kind', 'sequence',
             'schema', r.nspname,
             'name', r.relname,
             'part_of', 'pg_class/' || owned.relid || '/0',
             'definition', format('create %ssequence %s as %s increment %s minvalue %s maxvalue %s start %s cache %s%s',
                                  case r.relpersistence when 'u' then 'unlogged ' end, r.fq, format_type(q.seqtypid, null),
                                  q.seqincrement, q.seqmin, q.seqmax, q.seqstart, q.seqcache, case when q.seqcycle then ' cycle' end)
               || coalesce(format(E';\nalter sequence %s owned by ', r.fq) || owned.name, ''),
             'attributes', json_build_object(
               'type', format_type(q.seqtypid, null),
               'increment', q.seqincrement::text,
               'minimum', q.seqmin::text,
               'maximum', q.seqmax::text,
               'start', q.seqstart::text,
               'cache', q.seqcache::text,
               'cycle', case when q.seqcycle then 'yes' else 'no' end,
               'owned-by', owned.name))
      from relation r
      join pg_catalog.pg_sequence q on q.seqrelid = r.oid
      left join lateral (
        select p.refobjid as relid, format('%s.%I', p.refobjid::regclass, a.attname) as name
          from pg_catalog.pg_depend p
          join pg_catalog.pg_attribute a on a.attrelid = p.refobjid and a.attnum = p.refobjsubid
         where p.classid = 'pg_class'::regclass and p.objid = r.oid and p.deptype = 'a'
           and p.refclassid = 'pg_class'::regclass) owned on true
     where not exists (
       select
         from pg_catalog.pg_depend p
        where p.classid = 'pg_class'::regclass and p.objid = r.oid and p.deptype = 'i')) i
