-- A part of saved.sql, a CTE's query: comments, security labels, membership in extensions, owned sequences.
-- Columns: those of `line` in saved.sql. Parameters: none. Versions: 14-18.
attached_line(node, field, place, key, option, col, late, statement, about) as (
  select n.node, 'part', n.place + case when n.place = 0 then 30 else 3 end, coalesce(t.attname, ''), null::text, t.attname,
         n.late, format('comment on %s is %L', coalesce(format('column %s.', n.fq) || quote_ident(t.attname), n.spoken),
                        d.description),
         coalesce(n.thing || '{"does": "comment"}', '{}') || '{"act": "comment"}'
    from holed n
    join pg_catalog.pg_description d on d.classoid = n.classid and d.objoid = n.objid
     and (d.objsubid = n.objsubid or n.what = 'relation')
    left join pg_catalog.pg_attribute t on n.what = 'relation' and t.attrelid = n.objid and t.attnum = d.objsubid
     and d.objsubid > 0
   where n.what not in ('index', 'default')
  union all
  select n.node, 'part', 31, '', null, null, false, format('comment on type %s is %L', n.fq, d.description), null
    from holed n
    join pg_catalog.pg_class c on c.oid = n.objid
    join pg_catalog.pg_description d on d.classoid = 'pg_catalog.pg_type'::regclass and d.objoid = c.reltype
   where n.what = 'relation'
  union all
  select n.node, 'part', 41, s.provider || coalesce(t.attname, ''), null, t.attname, false,
         format('security label for %I on %s is %L', s.provider,
                coalesce(format('column %s.', n.fq) || quote_ident(t.attname), n.spoken), s.label), null
    from holed n
    join pg_catalog.pg_seclabel s on s.classoid = n.classid and s.objoid = n.objid
     and (s.objsubid = n.objsubid or n.what = 'relation')
    left join pg_catalog.pg_attribute t on n.what = 'relation' and t.attrelid = n.objid and t.attnum = s.objsubid
     and s.objsubid > 0
  union all -- a member of an extension cannot be dropped
  select n.node, x.field, x.place, e.extname, null, null, false,
         format('alter extension %I %s %s', e.extname, x.verb, n.spoken), n.thing || '{"does": "rest"}'
    from holed n
    join pg_catalog.pg_depend p on p.classid = n.classid and p.objid = n.objid and p.objsubid = 0 and p.deptype = 'e'
    join pg_catalog.pg_extension e on p.refclassid = 'pg_catalog.pg_extension'::regclass and e.oid = p.refobjid
   cross join (values ('drop', 0, 'drop'), ('part', 42, 'add')) x(field, place, verb)
   where n.what not in ('column', 'default')
  union all -- DEPENDS ON EXTENSION
  select n.node, 'part', n.place + case when n.place = 0 then 43 else 4 end, e.extname, null, null, n.late,
         format('alter %s depends on extension %I', n.spoken, e.extname),
         coalesce(n.thing || '{"does": "rest"}', '{}') || '{"act": "depend"}'
    from holed n
    join pg_catalog.pg_depend p on p.classid = n.classid and p.objid = n.objid and p.objsubid = 0 and p.deptype = 'x'
    join pg_catalog.pg_extension e on p.refclassid = 'pg_catalog.pg_extension'::regclass and e.oid = p.refobjid
  union all -- an owned sequence would go with the column
  select n.node, x.field, x.place, s.fq, null, case when x.field = 'part' and n.what = 'relation' then t.attname end, false,
         format('alter sequence %s owned by %s', s.fq,
                case when x.field = 'drop' then 'none' else format('%s.%I', n.fq, t.attname) end), null
    from holed n
    join pg_catalog.pg_depend p on p.refclassid = 'pg_catalog.pg_class'::regclass and p.refobjid = n.objid
     and p.deptype = 'a' and p.classid = 'pg_catalog.pg_class'::regclass
     and (n.what = 'relation' or p.refobjsubid = n.objsubid)
    join pg_catalog.pg_attribute t on t.attrelid = p.refobjid and t.attnum = p.refobjsubid
   cross join lateral (
     select c.oid::regclass::text as fq
       from pg_catalog.pg_class c
      where c.oid = p.objid and c.relkind = 'S') s
   cross join (values ('drop', 1), ('part', 40)) x(field, place)
   where n.what in ('relation', 'column')
)
