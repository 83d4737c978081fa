-- A part of saved/trust.sql and trust_unchanged/again.sql, a subquery: what is worked out when a query of a table is planned,
-- which the planner evaluates as far as it can, for the table and its parts: indexes, checks, defaults, statistics and columns.
-- Columns: classid, objid, objsubid. Parameters: relid (an expression for the table). Versions: 14-18.
select x.classid, x.objid, x.objsubid
  from (select :relid as relid
        union
        select t.relid from pg_catalog.pg_partition_tree(:relid) t) f
 cross join lateral (
   select 'pg_catalog.pg_class'::regclass as classid, i.indexrelid as objid, 0 as objsubid
     from pg_catalog.pg_index i where i.indrelid = f.relid
   union all
   select 'pg_catalog.pg_constraint'::regclass, k.oid, 0
     from pg_catalog.pg_constraint k where k.conrelid = f.relid and k.contype = 'c'
   union all
   select 'pg_catalog.pg_attrdef'::regclass, v.oid, 0
     from pg_catalog.pg_attrdef v where v.adrelid = f.relid
   union all
   select 'pg_catalog.pg_statistic_ext'::regclass, s.oid, 0
     from pg_catalog.pg_statistic_ext s where s.stxrelid = f.relid
   union all
   select 'pg_catalog.pg_class'::regclass, f.relid, a.attnum
     from pg_catalog.pg_attribute a
    where a.attrelid = f.relid and a.attnum >= 0 and not a.attisdropped
   union all
   select 'pg_catalog.pg_class'::regclass, f.relid, 0) x
