-- The materialized views of the project whose rows may be old now, because this transaction wrote into a table that they read,
-- directly or through views: it holds the lock of INSERT, UPDATE and DELETE there. What was undone to a savepoint has
-- given its locks back. Not seen: TRUNCATE alone, whose lock is that of ALTER TABLE too, and tables that only the text of a function
-- names. Other materialized views are not looked through: their rows are what counts.
-- Parameters: wanted (JSON: [{place, schema, name}]). Columns: answer (JSON: [{place, table}]). Versions: 14-18.
with recursive below as (
  select w.place, c.oid, true as open
    from pg_catalog.json_to_recordset(:'wanted') as w(place int, schema text, name text)
    join pg_catalog.pg_namespace n on n.nspname = w.schema
    join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = w.name
   where c.relkind = 'm'
  union
  select b.place, c.oid, c.relkind <> 'm'
    from below b
   cross join lateral (
     select d.refobjid as oid
       from pg_catalog.pg_rewrite r
       join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
                                  and d.objid = r.oid
                                  and d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
      where r.ev_class = b.oid
     union all
     -- A partition may be written by its own name.
     select i.inhrelid from pg_catalog.pg_inherits i where i.inhparent = b.oid) step
    join pg_catalog.pg_class c on c.oid = step.oid and c.oid <> b.oid
   where b.open)
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('place', f.place, 'table', f.name)), '[]') as answer
  from (
    select b.place, pg_catalog.min(pg_catalog.format('%I.%I', n.nspname, c.relname)) as name
      from below b
      join pg_catalog.pg_locks l on l.relation = b.oid
      join pg_catalog.pg_class c on c.oid = b.oid
      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
     where l.pid = pg_catalog.pg_backend_pid()
       and l.locktype = 'relation'
       and l.mode = 'RowExclusiveLock'
       and l.granted
     group by b.place) f
