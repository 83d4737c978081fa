-- A part of record.sql and probe/hashed.sql, an expression: what tells one state of a migration history from another; null where
-- it is empty.
-- Parameters: table (already quoted, and known to be a plain table). Versions: 14-18.
(select pg_catalog.md5(pg_catalog.string_agg(pg_catalog.concat_ws(' ', h.version, h.name, h.checksum), E'\n' order by h.version))
   from :table h)
