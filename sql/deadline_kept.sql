-- Behind a statement of a migration that speaks of lock_timeout: a deadline of its own holds, and none at all says nothing. Under
-- the migration's search_path.
-- Parameters: milliseconds. Columns: set_config (of no use). Versions: 14-18.
select pg_catalog.set_config('lock_timeout', :'milliseconds', true)
 where pg_catalog.current_setting('lock_timeout') operator(pg_catalog.=) '0'::pg_catalog.text
