-- A part of record.sql and parts/shifted.sql, behind "from": the fingerprint of whatever objects can depend on: relations by
-- their columns, types by their row and labels.
-- Columns: class, oid, name, namespace, xmins. Parameters: none. Versions: 14-18.
(
select 'pg_catalog.pg_class'::pg_catalog.regclass::oid as class,
       c.oid,
       c.relname as name,
       c.relnamespace as namespace,
       (select sum(a.xmin::text::int8)::text from pg_catalog.pg_attribute a where a.attrelid = c.oid and a.attnum > 0)
         as xmins
  from pg_catalog.pg_class c
union all
select 'pg_catalog.pg_type'::pg_catalog.regclass::oid,
       t.oid,
       t.typname,
       t.typnamespace,
       t.xmin::text
         || coalesce((select ':' || sum(e.xmin::text::int8) from pg_catalog.pg_enum e where e.enumtypid = t.oid), '')
         || coalesce((select ':' || sum(a.xmin::text::int8) from pg_catalog.pg_attribute a
                       where a.attrelid = t.typrelid and a.attnum > 0), '')
  from pg_catalog.pg_type t
)
