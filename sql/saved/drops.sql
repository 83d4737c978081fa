-- A part of saved.sql, a CTE's query: how each is locked and dropped, and what is not quite the same afterwards.
-- Columns: those of `line` in saved.sql. Parameters: none. Versions: 14-18.
drop_line(node, field, place, key, option, col, late, statement) as (
  select n.node, x.field, 9, '', null::text, null::text, false, x.statement
    from named n
   cross join lateral (
     select 'drop' as field, case n.what
              when 'default' then
                (select format('alter %s alter column %I drop default',
                               case when n.relkind in ('r', 'p') then 'table only ' || n.fq else n.on_table end, t.attname)
                   from pg_catalog.pg_attrdef v
                   join pg_catalog.pg_attribute t on t.attrelid = v.adrelid and t.attnum = v.adnum
                  where v.oid = n.objid)
              when 'column' then
                (select format('alter %s drop column %I', n.on_table, t.attname)
                   from pg_catalog.pg_attribute t
                  where t.attrelid = n.relid and t.attnum = n.objsubid)
              when 'constraint' then
                (select format('alter %s drop constraint %I', n.on_table, c.conname)
                   from pg_catalog.pg_constraint c
                  where c.oid = n.objid)
              else 'drop ' || n.spoken end as statement
     union all
     select 'lock',
            -- LOCK TABLE knows no foreign tables, and goes from a view to all below it.
            case when n.relkind in ('v', 'm', 'f') then
                   format('alter %s owner to %I', n.on_table,
                          pg_get_userbyid((select c.relowner from pg_catalog.pg_class c where c.oid = n.relid)))
                 -- What partitions and children have, too, goes from them with it.
                 when n.what in ('policy', 'rule', 'default') then
                   format('lock table only %s in access exclusive mode', n.fq)
                 else format('lock table %s in access exclusive mode', n.fq) end
      where n.relid <> 0) x
   where n.own
  union all
  select n.node, 'warning', 0, t.attname, null, null, false,
         format('column "%s" of table %s is its last one now', t.attname, n.fq)
    from named n
    join pg_catalog.pg_attribute t on t.attrelid = n.relid and t.attnum = n.objsubid
   where n.what = 'column' and exists (
           select from pg_catalog.pg_attribute l
            where l.attrelid = n.relid and l.attnum > n.objsubid and not l.attisdropped)
  union all
  select n.node, 'warning', 0, c.relname, null, null, false,
         format('index "%s" of %s is not valid and does not come back', c.relname, n.on_table)
    from named n
    join pg_catalog.pg_index i on i.indexrelid = n.objid and not i.indisvalid
    join pg_catalog.pg_class c on c.oid = n.objid and c.relkind = 'i'
   where n.what = 'index'
)
