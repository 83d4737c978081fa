-- The server's clock, which all replicas share.
-- Parameters: none. Columns: answer (JSON: seconds since 1970). Versions: 14-18.
select pg_catalog.to_json(pg_catalog.date_part('epoch', pg_catalog.clock_timestamp())) as answer
