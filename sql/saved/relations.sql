-- A part of saved.sql, a CTE's query: the statements that make views and materialized views anew, and what a materialized view
-- keeps.
-- Columns: those of `line` in saved.sql. Parameters: none. Versions: 14-18.
relation_line(node, field, place, key, option, col, late, statement, about) as (
  select n.node, 'create', 0, '', null::text, null::text, false,
         -- The options are put back one by one.
         format('create %s%s%s%s as %s%s', n.spoken, ' (' || col.names || ')', ' using ' || am.name,
                ' tablespace ' || space.name,
                rtrim(pg_get_viewdef(c.oid), ';'), case when c.relkind = 'm' then ' with no data' end), null::jsonb
    from named n
    join pg_catalog.pg_class c on c.oid = n.objid
   cross join lateral (
     select string_agg(quote_ident(t.attname), ', ' order by t.attnum) as names
       from pg_catalog.pg_attribute t
      where t.attrelid = c.oid and t.attnum > 0 and not t.attisdropped) col
    left join lateral (
      select quote_ident(a.amname) as name
        from pg_catalog.pg_am a
       where c.relkind = 'm' and a.oid = c.relam and a.amname <> current_setting('default_table_access_method')) am on true
    left join lateral (
      select quote_ident(s.spcname) as name
        from pg_catalog.pg_database b
        join pg_catalog.pg_tablespace s on s.oid = coalesce(nullif(c.reltablespace, 0), b.dattablespace)
       where b.datname = current_database() and c.relkind = 'm'
         and (c.reltablespace <> 0 or current_setting('default_tablespace') <> '')) space on true
   where n.what = 'relation'
  union all
  select n.node, 'part', 1, lpad(o.place::text, 4, '0'), k.name, null, false,
         format('alter %s set (%s = %L)', n.spoken, k.name, substr(o.option, strpos(o.option, '=') + 1)),
         '{"act": "option"}'
    from holed n
    join pg_catalog.pg_class c on c.oid = n.objid and c.relkind in ('v', 'm')
   cross join lateral (
     select o.option, o.place
       from unnest(c.reloptions) with ordinality o(option, place)
     union all
     select 'toast.' || o.option, 1000 + o.place
       from pg_catalog.pg_class t
      cross join lateral unnest(t.reloptions) with ordinality o(option, place)
      where t.oid = c.reltoastrelid) o
   cross join lateral (select split_part(o.option, '=', 1) as name) k
   where n.what = 'relation'
  union all -- where a materialized view is kept: what the statement above says, and a file's need not
  select n.node, 'part', 2, x.place::text, null, null, false, x.statement, '{"act": "storage"}'
    from holed n
    join pg_catalog.pg_class c on c.oid = n.objid and c.relkind = 'm'
   cross join lateral (
     select 1 as place, format('alter %s set tablespace %I', n.spoken, s.spcname) as statement
       from pg_catalog.pg_tablespace s
      where s.oid = c.reltablespace
     union all
     select 2, format('alter %s set access method %I', n.spoken, a.amname)
       from pg_catalog.pg_am a
      where a.oid = c.relam and a.amname <> current_setting('default_table_access_method')
        and (select me.version from me) >= 150000) x
   where n.what = 'relation'
  union all -- the rows
  select n.node, 'part', x.place, '', null, null, true, x.statement, jsonb_build_object('act', x.act)
    from holed n
    join pg_catalog.pg_class c on c.oid = n.objid and c.relkind = 'm' and c.relispopulated
   cross join lateral (
     select v.place, v.act, v.statement
       from (values (105, 'refresh', 'refresh ' || n.spoken), (190, 'analyze', 'analyze ' || n.fq)) v(place, act, statement)
     union all -- both need a right of their own since 17, which an owner can lack
     select v.place, v.act, v.statement
       from (values (104, 'lend_maintain', format('grant maintain on %s to %I', n.fq, pg_get_userbyid(n.owner))),
                    (191, 'take_maintain',
                     format('revoke maintain on %s from %I', n.fq, pg_get_userbyid(n.owner)))) v(place, act, statement)
      where case when (select me.version from me) >= 170000
                 then not has_table_privilege(n.owner, c.oid, 'maintain') end) x
   where n.what = 'relation'
  union all -- how its columns, or a generated column, are kept
  select n.node, 'part', x.place, t.attnum::text, null, t.attname, x.place > 100 and n.relkind = 'm',
         format('alter %s alter column %I set %s', n.on_table, t.attname, x.setting), '{"act": "column"}'
    from holed n
    join pg_catalog.pg_attribute t on t.attrelid = n.relid and t.attnum > 0 and not t.attisdropped
     and (n.what = 'relation' and n.relkind = 'm' or n.what = 'column' and t.attnum = n.objsubid)
    join pg_catalog.pg_type y on y.oid = t.atttypid
   cross join lateral (
     -- Since 18 a constraint says so.
     select 3 as place, 'not null' as setting
      where n.what = 'column' and t.attnotnull and (select me.version from me) < 180000
     union all
     select 4, 'storage ' || case t.attstorage when 'p' then 'plain' when 'e' then 'external' when 'x' then 'extended'
                                               else 'main' end
      where t.attstorage <> y.typstorage
     union all
     select 5, 'compression ' || case t.attcompression when 'l' then 'lz4' else 'pglz' end
      where t.attcompression <> ''
     union all
     select 120, 'statistics ' || t.attstattarget where t.attstattarget >= 0
     union all
     select 121, '(' || array_to_string(t.attoptions, ', ') || ')' where t.attoptions is not null) x
)
