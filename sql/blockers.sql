-- The sessions that hold a lock on some relations, which keeps us from an exclusive one; the oldest transaction first.
-- Without relations: those that hold an exclusive lock on any, which keeps us from reading.
-- Parameters: relations (bigint[]). Columns: answer (JSON: [{relation, pid (0 for a prepared transaction), user,
-- application, seconds (age of its transaction), state}]). What it runs is its own affair: a query may hold a password.
-- Versions: 14-18.
select coalesce(pg_catalog.json_agg(b.blocker order by b.since), '[]') as answer
  from (
    select distinct on (l.pid)
           coalesce(a.xact_start, p.prepared) as since,
           pg_catalog.json_build_object(
             'relation', l.relation::pg_catalog.regclass::text,
             'pid', coalesce(l.pid, 0),
             'user', coalesce(a.usename, p.owner, ''),
             'application', coalesce(a.application_name, p.gid, ''),
             'seconds', coalesce(extract(epoch from pg_catalog.clock_timestamp() - coalesce(a.xact_start, p.prepared))::int, 0),
             'state', coalesce(a.state, 'prepared transaction')) as blocker
      from pg_catalog.pg_locks l
      left join pg_catalog.pg_stat_activity a on a.pid = l.pid
      left join pg_catalog.pg_prepared_xacts p on l.pid is null and '-1/' || p.transaction = l.virtualtransaction
     where l.locktype = 'relation'
       and l.granted
       and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
       and case :'relations' when '{}' then l.mode = 'AccessExclusiveLock' and l.relation >= 16384
                else l.relation = any (:'relations'::oid[]) end
       and l.pid is distinct from pg_catalog.pg_backend_pid()
     order by l.pid, l.relation) b
