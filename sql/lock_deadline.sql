-- Gives the next lock what is left of one deadline for all, counted from the start of the message. It is half of deadlock_timeout
-- at most: a reader that waits for a lock of ours then finds no circle when its time has come, because we wait for no lock any
-- more. What more locks than fit into it take has to do with a millisecond each.
-- Parameters: milliseconds (of the whole). Columns: set_config (of no use). Versions: 14-18.
select pg_catalog.set_config('lock_timeout', greatest(1, least(:milliseconds, extract(epoch from
         pg_catalog.current_setting('deadlock_timeout')::pg_catalog.interval) * 500) - (extract(epoch from
         pg_catalog.clock_timestamp() - pg_catalog.statement_timestamp()) * 1000))::int::text, true)
