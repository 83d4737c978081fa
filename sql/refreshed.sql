-- How many rows this session wrote into a materialized view and did not report yet. Read before and after a REFRESH without
-- CONCURRENTLY, which counts as TRUNCATE and INSERT, the difference is what it wrote: all rows that are there. The command's tag
-- has no number, and counting the rows takes time in which readers would wait. Only where track_counts is on.
-- Parameters: name (qualified). Columns: answer (number of rows). Versions: 14-18.
select pg_catalog.pg_stat_get_xact_tuples_inserted(:'name'::pg_catalog.regclass) as answer
