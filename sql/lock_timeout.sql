-- Gives each lock from here on this long, and half of deadlock_timeout at most (see lock_deadline.sql).
-- Parameters: milliseconds. Columns: deadline (of no use, and no number). Versions: 14-18.
select pg_catalog.set_config('lock_timeout', greatest(1, least(:milliseconds, extract(epoch from
         pg_catalog.current_setting('deadlock_timeout')::pg_catalog.interval) * 500))::int::text, true) || ' ms' as deadline
