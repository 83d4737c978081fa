-- A part of live.sql, record.sql and parts/objects_here.sql, an expression: the types of the input arguments of the routine p, with
-- commas between them, as the ledger keeps them.
-- Parameters: none. Settings: pinned, search_path to pg_catalog. Versions: 14-18.
(
select coalesce(pg_catalog.string_agg(pg_catalog.format_type(t.type, null), ',' order by t.place), '')
  from pg_catalog.unnest(p.proargtypes) with ordinality t(type, place)
)
