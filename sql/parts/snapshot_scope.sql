-- A part of snapshot_attached.sql, snapshot_constraints.sql, snapshot_defaults.sql, snapshot_owned.sql,
-- snapshot_publications.sql, snapshot_routines.sql, snapshot_searching.sql, snapshot_tables.sql, snapshot_types.sql,
-- snapshot_untold.sql, snapshot_views.sql and snapshot_whole.sql, at their begin: the schemas that are read, members of
-- extensions, the relations in these schemas, and when a trigger or rule fires, in words. The ledger, the migration history and
-- the server's own objects are left out.
-- Parameters: schemas (text[], all when empty), ledger (its schema), histories (text[] of quoted names). Settings: pinned,
-- search_path to pg_catalog, here and in all of them. Versions: 14-18.
with member as materialized (
  select e.classid, e.objid, e.refobjid as extension
    from pg_catalog.pg_depend e
   where e.deptype = 'e'
), scope as materialized (
  select n.oid, n.nspname, n.nspowner, n.nspacl
    from pg_catalog.pg_namespace n
   where n.nspname !~ '^pg_'
     and n.nspname not in ('information_schema', :'ledger')
     and (:'schemas' = '{}' or n.nspname = any (:'schemas'::text[]))
     and n.oid not in (select m.objid from member m where m.classid = 'pg_namespace'::regclass)
), relation as materialized (
  select c.*, s.nspname, format('%I.%I', s.nspname, c.relname) as fq
    from pg_catalog.pg_class c
    join scope s on s.oid = c.relnamespace
   where c.relkind in ('r', 'p', 'f', 'v', 'm', 'S')
     and c.oid >= 16384
     and c.oid not in (select m.objid from member m where m.classid = 'pg_class'::regclass)
     and format('%I.%I', s.nspname, c.relname) <> all (:'histories'::text[])
), firing (fires, word, state) as (
  values ('O'::"char", 'enable', 'yes'), ('D', 'disable', 'no'), ('R', 'enable replica', 'replica'), ('A', 'enable always', 'always')
)
