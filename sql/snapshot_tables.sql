-- Tables, partitioned tables, partitions and foreign tables; their columns; the defaults of columns, of views too. A column that
-- comes from a parent, and a partition's default that is its parent's, are no items of their own; what such a column has
-- otherwise than the parent's is told with its table. A default is set for the children, too, and theirs after it.
-- Parameters: schemas (text[]), ledger, histories (text[]: see parts/snapshot_scope.sql). Columns: answer (as in
-- snapshot_whole.sql). Versions: 14-18.
:snapshot_scope, col as materialized (
  select r.oid as relid, r.relkind, r.relispartition, r.nspname, r.relname, r.fq, a.attnum, a.attname, a.attislocal, a.attnotnull,
         a.attstorage, a.attcompression,
         x.type, x.collation, x.identity, x.generated, e.expression,
         case when a.attgenerated = '' then e.expression end as "default",
         case when a.attstorage <> y.typstorage
              then case a.attstorage when 'p' then 'plain' when 'e' then 'external' when 'x' then 'extended' else 'main' end
         end as storage,
         case a.attcompression when 'p' then 'pglz' when 'l' then 'lz4' end as compression,
         -- No target is null since 17, and -1 before.
         case when a.attstattarget >= 0 then a.attstattarget::text end as statistics,
         array_to_string(a.attoptions, ', ') as options,
         concat_ws(' ', quote_ident(a.attname), x.type, 'collate ' || x.collation,
                   'options (' || f.options || ')',
                   'generated ' || x.generated, 'generated ' || x.identity,
                   case when a.attnotnull then 'not null' end) as line,
         f.options as foreign_options
    from relation r
    join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
    join pg_catalog.pg_type y on y.oid = a.atttypid
   cross join lateral (
     select max(pg_get_expr(v.adbin, v.adrelid)) as expression
       from pg_catalog.pg_attrdef v
      where v.adrelid = r.oid and v.adnum = a.attnum) e
   cross join lateral (
     select string_agg(format('%I %L', split_part(x.option, '=', 1), substr(x.option, strpos(x.option, '=') + 1)), ', '
                       order by x.place) as options
       from unnest(a.attfdwoptions) with ordinality x(option, place)) f
   cross join lateral (
     -- What a new identity sequence of this type has by itself is not said.
     select ' (' || nullif(concat_ws(' ',
              case when q.seqstart <> case when q.seqincrement > 0 then q.seqmin else q.seqmax end then 'start ' || q.seqstart end,
              case when q.seqincrement <> 1 then 'increment ' || q.seqincrement end,
              case when q.seqmin <> u.lowest then 'minvalue ' || q.seqmin end,
              case when q.seqmax <> u.highest then 'maxvalue ' || q.seqmax end,
              case when q.seqcache <> 1 then 'cache ' || q.seqcache end,
              case when q.seqcycle then 'cycle' end), '') || ')' as parameters
       from (select 1) one
       left join pg_catalog.pg_depend p on p.refclassid = 'pg_class'::regclass and p.refobjid = r.oid
        and p.refobjsubid = a.attnum and p.classid = 'pg_class'::regclass and p.deptype = 'i'
       left join pg_catalog.pg_sequence q on q.seqrelid = p.objid
      cross join lateral (
        -- A sequence of numbers below zero ends at -1.
        select case when q.seqincrement > 0 then 1 else -t.top - 1 end as lowest,
               case when q.seqincrement > 0 then t.top else -1 end as highest
          from (select case q.seqtypid when 'int2'::regtype then 32767 when 'int4'::regtype then 2147483647
                                       else 9223372036854775807 end as top) t) u
      order by q.seqrelid
      limit 1) s
   cross join lateral (
     select format_type(a.atttypid, a.atttypmod) as type,
            case when a.attcollation not in (0, y.typcollation) then a.attcollation::regcollation::text end as collation,
            case a.attidentity when 'a' then 'always as identity' when 'd' then 'by default as identity' end
              || coalesce(s.parameters, '') as identity,
            case a.attgenerated when 's' then format('always as (%s) stored', e.expression)
                                when 'v' then format('always as (%s) virtual', e.expression) end as generated) x
   where r.relkind in ('r', 'p', 'f', 'v')
), inherited as materialized (
  -- What a column that comes from parents has otherwise than they, or than a new child has it.
  select c.relid, c.attnum,
         concat_ws(E';\n',
           z.begin || case when c.attnotnull and not y.attnotnull then 'set not null' end,
           z.begin || 'set storage ' || case when c.attstorage <> y.attstorage then
             case c.attstorage when 'p' then 'plain' when 'e' then 'external' when 'x' then 'extended' else 'main' end end,
           z.begin || 'set compression ' || case when c.attcompression <> y.attcompression then coalesce(c.compression, 'default') end,
           z.begin || 'set statistics ' || c.statistics,
           z.begin || 'set (' || c.options || ')') as statements
    from col c
   cross join lateral (
     select bool_or(a.attnotnull) as attnotnull, max(a.attstorage::text) as attstorage,
            max(a.attcompression::text) as attcompression
       from pg_catalog.pg_inherits h
       join pg_catalog.pg_attribute a on a.attrelid = h.inhparent and a.attname = c.attname and not a.attisdropped
      where h.inhrelid = c.relid) y
   cross join lateral (
     select format('alter %stable only %s alter column %I ', case c.relkind when 'f' then 'foreign ' end, c.fq, c.attname) as begin) z
   where c.relispartition or not c.attislocal
), listed as materialized (
  select c.relid,
         string_agg(c.line, E',\n  ' order by c.attnum) filter (where c.attislocal) as lines,
         string_agg(c.line, E',\n  ' order by c.attnum) as every_line,
         string_agg(format('%I not null', c.attname), ', ' order by c.attnum) filter (where c.attnotnull) as not_null,
         string_agg(quote_ident(c.attname), ', ' order by c.attnum) as names,
         string_agg(nullif(i.statements, ''), E';\n' order by c.attnum) as settings
    from col c
    left join inherited i on i.relid = c.relid and i.attnum = c.attnum
   group by c.relid
)
select coalesce(json_agg(json_strip_nulls(i.item)), '[]') as answer
  from (
    select json_build_object(
             'at', 'pg_class/' || r.oid || '/0',
             'kind', case r.relkind when 'f' then 'foreign table' else 'table' end,
             'schema', r.nspname,
             'name', r.relname,
             'part_of', case when r.relispartition then 'pg_class/' || parent.oid || '/0' end,
             'definition', concat_ws(E';\n',
               format('create %s%stable %s', case r.relpersistence when 'u' then 'unlogged ' end,
                      case r.relkind when 'f' then 'foreign ' end, r.fq)
                 || case when r.relispartition and not attached.later then format(' partition of %s %s', parent.fq, bound.text)
                         when attached.later then format(E' (\n  %s\n)', listed.every_line)
                         when r.reloftype <> 0 then format(' of %s', format_type(r.reloftype, null))
                           || coalesce(' (' || listed.not_null || ')', '')
                         when listed.lines is null then ' ()'
                         else format(E' (\n  %s\n)', listed.lines) end
                 || coalesce(case when not r.relispartition and not attached.later then ' inherits (' || parent.names || ')' end, '')
                 || coalesce(' partition by ' || pg_get_partkeydef(r.oid), '')
                 || coalesce(' server ' || foreign_table.server || coalesce(' options (' || foreign_table.options || ')', ''), '')
                 || case when r.relkind = 'r' and m.amname <> 'heap' then ' using ' || quote_ident(m.amname) else '' end
                 || coalesce(' with (' || options.text || ')', '')
                 || coalesce(' tablespace ' || quote_ident(space.spcname), ''),
               case when attached.later and r.relispartition
                    then format('alter table only %s attach partition %s %s', parent.fq, r.fq, bound.text)
                    when attached.later then attached.statements end,
               listed.settings,
               case when r.relrowsecurity then format('alter table %s enable row level security', r.fq) end,
               case when r.relforcerowsecurity then format('alter table %s force row level security', r.fq) end,
               case when r.relkind <> 'f' and r.relreplident in ('f', 'n')
                    then format('alter table %s replica identity %s', r.fq, case r.relreplident when 'f' then 'full' else 'nothing' end)
               end),
             'attributes', json_build_object(
               'columns', coalesce(listed.names, ''),
               'column-settings', listed.settings,
               'persistence', case r.relpersistence when 'u' then 'unlogged' else 'logged' end,
               'partition', case when r.relispartition then format('of %s %s', parent.fq, bound.text) end,
               'partition-by', pg_get_partkeydef(r.oid),
               'inherits', case when not r.relispartition then parent.names end,
               'of-type', case when r.reloftype <> 0 then format_type(r.reloftype, null) end,
               'server', foreign_table.server,
               'options', coalesce(options.text, foreign_table.options),
               'access-method', case when r.relkind = 'r' and m.amname <> 'heap' then m.amname end,
               'tablespace', space.spcname,
               'row-security', case when r.relrowsecurity then case when r.relforcerowsecurity then 'forced' else 'yes' end
                                    when r.relforcerowsecurity then 'forced, but not enabled' else 'no' end,
               'replica-identity', case when r.relkind <> 'f' then
                 case r.relreplident when 'd' then 'default' when 'f' then 'full' when 'n' then 'nothing'
                                                       else 'index' end end)) as item
      from relation r
      left join pg_catalog.pg_am m on m.oid = r.relam
      left join pg_catalog.pg_tablespace space on space.oid = r.reltablespace
      left join listed on listed.relid = r.oid
     cross join lateral (
       select (array_agg(h.inhparent order by h.inhseqno))[1] as oid, max(h.inhparent::regclass::text) as fq,
              string_agg(h.inhparent::regclass::text, ', ' order by h.inhseqno) as names
         from pg_catalog.pg_inherits h
        where h.inhrelid = r.oid) parent
     cross join lateral (select pg_get_expr(r.relpartbound, r.oid) as text) bound
     -- Where the columns do not begin as the parent's, it was made first and attached later.
     cross join lateral (
       select coalesce(strpos(listed.names || ', ', (
                select string_agg(quote_ident(p.attname), ', ' order by p.attnum)
                  from pg_catalog.pg_attribute p
                 where p.attrelid = parent.oid and p.attnum > 0 and not p.attisdropped) || ', ') <> 1, false) as later,
              (select string_agg(format('alter table %s inherit %s', r.fq, h.inhparent::regclass), E';\n' order by h.inhseqno)
                 from pg_catalog.pg_inherits h
                where h.inhrelid = r.oid) as statements) attached
     cross join lateral (
       select string_agg(format('%s = %L', split_part(x.option, '=', 1), substr(x.option, strpos(x.option, '=') + 1)), ', '
                         order by x.option) as text
         from (select unnest(r.reloptions)
               union all
               select 'toast.' || unnest(t.reloptions)
                 from pg_catalog.pg_class t where t.oid = r.reltoastrelid) x(option)) options
      left join lateral (
       select quote_ident(v.srvname) as server,
              (select string_agg(format('%I %L', split_part(x.option, '=', 1), substr(x.option, strpos(x.option, '=') + 1)), ', '
                                 order by x.place)
                 from unnest(f.ftoptions) with ordinality x(option, place)) as options
         from pg_catalog.pg_foreign_table f
         join pg_catalog.pg_foreign_server v on v.oid = f.ftserver
        where f.ftrelid = r.oid) foreign_table on true
     where r.relkind in ('r', 'p', 'f')
    union all
    select json_build_object(
             'at', format('pg_class/%s/%s', c.relid, c.attnum),
             'kind', 'column',
             'name', c.attname,
             'of', json_build_array(c.nspname, c.relname),
             'part_of', 'pg_class/' || c.relid || '/0',
             'definition', concat_ws(E';\n', format('alter table %s add column %s', c.fq, c.line),
               format('alter table %s alter column %I set storage ', c.fq, c.attname) || c.storage,
               format('alter table %s alter column %I set compression ', c.fq, c.attname) || c.compression,
               format('alter table %s alter column %I set statistics ', c.fq, c.attname) || c.statistics,
               format('alter table %s alter column %I set (', c.fq, c.attname) || c.options || ')'),
             'attributes', json_build_object(
               'type', c.type,
               'timezone', case when c.type ~ '^time.*with time zone' then 'with' when c.type ~ '^time' then 'without' end,
               'nullable', case when c.attnotnull then 'no' else 'yes' end,
               'default', c."default",
               'collation', c.collation,
               'identity', c.identity,
               'generated', c.generated,
               'storage', c.storage,
               'compression', c.compression,
               'statistics-target', c.statistics,
               'options', coalesce(c.options, c.foreign_options)))
      from col c
     where c.relkind <> 'v' and c.attislocal and not c.relispartition
    union all
    select json_build_object(
             'at', format('pg_attrdef/%s/%s', c.relid, c.attnum),
             'kind', 'default',
             'name', c.attname,
             'of', json_build_array(c.nspname, c.relname),
             'part_of', format('pg_class/%s/%s', c.relid, case when c.relkind <> 'v' and c.attislocal and not c.relispartition
                                                               then c.attnum else 0 end),
             'definition', format('alter %s %s alter column %I %s',
                                  case c.relkind when 'v' then 'view' when 'f' then 'foreign table' else 'table' end, c.fq, c.attname,
                                  coalesce('set default ' || c."default", 'drop default')))
      from col c
     cross join lateral (select c.attislocal and not c.relispartition as own) l
     cross join lateral (
       select coalesce(bool_or(x.expression is distinct from c."default"), false) as another,
              coalesce(bool_or(x.expression is not null), false) as any
         from (select case when a.attgenerated = '' then pg_get_expr(v.adbin, v.adrelid) end as expression
                 from pg_catalog.pg_inherits h
                 join pg_catalog.pg_attribute a on a.attrelid = h.inhparent and a.attname = c.attname and not a.attisdropped
                 left join pg_catalog.pg_attrdef v on v.adrelid = a.attrelid and v.adnum = a.attnum
                where h.inhrelid = c.relid) x) above
     where case when l.own then c."default" is not null or above.any else above.another end) i
