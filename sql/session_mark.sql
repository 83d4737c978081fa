-- What the session holds, before a migration, of what no transaction takes back, for sql/session_back.sql. Amid what others wrote: it
-- keeps their search_path.
-- Parameters: none. Columns: answer (JSON: {pid, since (seconds since 1970, as text), locks: [advisory locks], channels: [name],
-- temporary: [oid]}). Versions: 14-18.
select pg_catalog.json_build_object(
         'pid', pg_catalog.pg_backend_pid(),
         'since', extract(epoch from pg_catalog.clock_timestamp())::pg_catalog.text,
         'locks', (
           select coalesce(pg_catalog.json_agg(pg_catalog.format('%s %s %s %s', l.classid, l.objid, l.objsubid, l.mode)), '[]')
             from pg_catalog.pg_locks l
            where l.locktype operator(pg_catalog.=) 'advisory'
              and l.pid operator(pg_catalog.=) pg_catalog.pg_backend_pid()),
         'channels', (select coalesce(pg_catalog.json_agg(c.name), '[]') from pg_catalog.pg_listening_channels() as c(name)),
         'temporary', (
           select coalesce(pg_catalog.json_agg(c.oid::pg_catalog.int8), '[]')
             from pg_catalog.pg_class c
            where c.relnamespace operator(pg_catalog.=) pg_catalog.pg_my_temp_schema())) as answer
