-- Gives the next lock what is left of one deadline for all, counted from the start of the message.
-- Parameters: milliseconds (of the whole). Columns: none of use. Versions: 14-18.
select pg_catalog.set_config('lock_timeout', greatest(1, :milliseconds - (extract(epoch from
         pg_catalog.clock_timestamp() - pg_catalog.statement_timestamp()) * 1000)::int)::text, true)
