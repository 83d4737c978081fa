-- A part of scratch.sql and scratch_leftovers.sql, CTEs: the scratch databases that nobody works with any more. Their names say
-- which session made them, and since when that is there.
-- Columns: pid, since (of each session); name, owner (an oid). Parameters: none. Versions: 14-18.
session(pid, since) as (
  select a.pid, pg_catalog.to_hex((extract(epoch from a.backend_start) * 1000)::bigint)
    from pg_catalog.pg_stat_activity a
), leftover(name, owner) as (
  select o.datname, o.datdba
    from pg_catalog.pg_database o
   cross join lateral pg_catalog.regexp_match(o.datname, '^viewkeeper_scratch_[a-z0-9_]+_([0-9]+)_([0-9a-f]{11})_[0-9]{1,3}$') as m(session)
   where m.session is not null
     and not exists (
       select
         from session x
        where x.pid::text = m.session[1]
          and x.pid <> pg_catalog.pg_backend_pid()
          -- A later process may have its number; since when one is there is not for everybody to see.
          and (x.since is null or x.since = m.session[2]))
)
