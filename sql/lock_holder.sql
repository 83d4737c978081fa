-- Who else holds the project's advisory lock.
-- Parameters: key, ledger_key, schema_key (bigint).
-- Columns: answer (JSON: {pid, application, seconds: age of its transaction}). Versions: 14-18.
select pg_catalog.json_build_object(
         'pid', l.pid,
         'application', coalesce(a.application_name, ''),
         'seconds', coalesce(extract(epoch from pg_catalog.clock_timestamp() - a.xact_start)::int, 0)) as answer
  from pg_catalog.pg_locks l
  left join pg_catalog.pg_stat_activity a on a.pid = l.pid
 where l.locktype = 'advisory'
   and l.granted
   and l.objsubid = 1
   and l.database = (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
   and ((l.classid::bigint << 32) | l.objid::bigint) in (:key, :ledger_key, :schema_key)
   and l.pid <> pg_catalog.pg_backend_pid()
 limit 1
