-- When the session has prepared no more than what was there before a migration, for sql/prepared_back.sql. Amid what others wrote: it
-- keeps their search_path.
-- Parameters: none. Columns: answer (JSON: {pid, since (seconds since 1970, as text)}). Versions: 14-18.
select pg_catalog.json_build_object(
         'pid', pg_catalog.pg_backend_pid(),
         'since', extract(epoch from pg_catalog.clock_timestamp())::pg_catalog.text) as answer
