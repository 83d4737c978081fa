-- A part of probe.sql, a query: the hash of the migration history.
-- Parameters: table (%s: the history). Versions: 14-18.
select :history_hash
