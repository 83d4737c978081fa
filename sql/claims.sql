-- The claims of a project whose session still lives. A session of another role does not show when it started.
-- Parameters: ledger (schema), project, versions (bigint[]). Columns: answer (JSON: [{version, name, pid, application, seconds}]).
-- Versions: 14-18.
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
         'version', c.version,
         'name', c.name,
         'pid', c.pid,
         'application', coalesce(a.application_name, ''),
         'seconds', extract(epoch from pg_catalog.clock_timestamp() - c.since)::int)), '[]') as answer
  from :"ledger".claim c
  join pg_catalog.pg_stat_activity a
    on a.pid = c.pid
   and (a.backend_start is null or c.backend_start is null or a.backend_start = c.backend_start)
 where c.project = :'project'
   and c.version = any (:'versions'::bigint[])
   and c.pid <> pg_catalog.pg_backend_pid()
