-- A part of probe.sql, a query, run there: the hash of the migration history.
-- Parameters: history_hash (with its table: %s). Versions: 14-18.
select :history_hash
