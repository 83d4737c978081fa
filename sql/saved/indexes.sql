-- A part of saved.sql, a CTE's query: the statements that make indexes anew. That of a partitioned table is made on the parent
-- alone and the partitions' own are attached, so that each keeps its name.
-- Columns: those of `line` in saved.sql. Parameters: none. Versions: 14-18.
tree(node, own, late, place, key, index, above, level, made, thing, fq, on_table) as (
  select n.node, n.own, n.late, n.place, c.relname::text, c.oid, null::oid, 0, true, n.thing, n.fq, n.on_table
    from holed n
    join pg_catalog.pg_class c on c.oid = n.objid
   where n.what = 'index'
  union all -- the index of a constraint comes with it
  select n.node, n.own, n.late, n.place, i.relname::text, i.oid, null, 0, false, null, null, null
    from holed n
    join pg_catalog.pg_constraint c on c.oid = n.objid and c.contype in ('p', 'u', 'x')
    join pg_catalog.pg_class i on i.oid = c.conindid
   where n.what = 'constraint'
  union all
  select t.node, t.own, t.late, t.place, t.key, h.inhrelid, h.inhparent, t.level + 1, true, null, null, null
    from tree t
    join pg_catalog.pg_inherits h on h.inhparent = t.index
   where t.made
), index_line(node, field, place, key, option, col, late, statement, about) as (
  select t.node, case when x.step > 2 or not t.own then 'part' else 'create' end,
         t.place + case when x.step = 6 then 9 else least(t.level, 5) end,
         t.key || lpad(t.level::text, 3, '0') || t.index || x.step
           -- In their order.
           || coalesce(lpad(strpos(array_to_string(c.reloptions, ' '), x.option || '=')::text, 5, '0'), ''),
         x.option, null::text, t.late, x.statement, t.thing || x.about
    from tree t
    join pg_catalog.pg_class c on c.oid = t.index
    join pg_catalog.pg_index i on i.indexrelid = t.index and (i.indisvalid or c.relkind = 'I')
   cross join lateral (
     select i.indexrelid::regclass as fq,
            (select case r.relkind when 'm' then 'materialized view ' else 'table ' end
               from pg_catalog.pg_class r
              where r.oid = i.indrelid) || i.indrelid::regclass as on_table,
            (select format('%I.%I', s.nspname, r.relname)
               from pg_catalog.pg_class r
               join pg_catalog.pg_namespace s on s.oid = r.relnamespace
              where r.oid = i.indrelid and r.relkind = 'm') as view,
            format('CREATE %sINDEX %I ON ', case when i.indisunique then 'UNIQUE ' end, c.relname) as head,
            coalesce((select s.spcname from pg_catalog.pg_tablespace s where s.oid = c.reltablespace), '') as space,
            current_setting('default_tablespace') as usual) n
   cross join lateral (
     select 1 as step,
            s.before || case when n.view is null then d.text
                             else n.head || t.fq || substr(d.text, length(n.head || n.view) + 1) end || s.behind as statement,
            jsonb_build_object('does', 'make', 'act', case when s.before = '' then 'make' else 'make_elsewhere' end) as about,
            null::text as option
       from pg_get_indexdef(t.index) d(text)
      cross join lateral (
        select '' as before, '' as behind
         where n.space = n.usual
        union all
        select format('set local default_tablespace to %L; ', n.space),
               format('; set local default_tablespace to %L', n.usual)
         where n.space <> n.usual) s
      where t.made
     union all
     select 2, format('alter index %s attach partition %s', t.above::regclass, n.fq), '{}', null
      where t.above is not null
     union all
     select 3, format('alter index %s set tablespace %I', n.fq, n.space),
            case when t.made then '{"does": "rest", "act": "storage"}' else '{}' end::jsonb, null
      where n.space <> '' and (n.view is not null or not t.made)
     union all
     select 3, format('alter index %s set (%I = %L)', n.fq, split_part(o.option, '=', 1),
                      substr(o.option, strpos(o.option, '=') + 1)), '{"does": "rest", "act": "storage"}',
            split_part(o.option, '=', 1)
       from unnest(c.reloptions) o(option)
      where n.view is not null
     union all
     select 4, format('alter index %s alter column %s set statistics %s', n.fq, a.attnum, a.attstattarget),
            '{"does": "column"}', null
       from pg_catalog.pg_attribute a
      where a.attrelid = c.oid and a.attstattarget >= 0
     union all
     select 5, format('comment on index %s is %L', n.fq, d.description), '{"does": "comment", "act": "comment"}', null
       from pg_catalog.pg_description d
      where d.classoid = 'pg_catalog.pg_class'::regclass and d.objoid = c.oid and d.objsubid = 0
     union all -- (behind all indexes of the relation)
     select 6, format('alter %s cluster on %I', case when n.view is null then n.on_table else t.on_table end, c.relname),
            '{"does": "rest", "act": "cluster"}', null
      where i.indisclustered
     union all
     select 7, format('alter %s replica identity using index %I', n.on_table, c.relname), '{"does": "rest"}', null
      where i.indisreplident) x
)
