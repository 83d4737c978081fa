-- The row by which a migration history says that a migration was applied, for a script that somebody else runs.
-- Parameters: table (already quoted), version (a number), name, checksum. Columns: none. Versions: 14-18.
insert into :table (version, name, applied_on, checksum)
values (:version, :'name', pg_catalog.to_char(pg_catalog.now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), :'checksum')
