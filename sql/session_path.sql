-- The schemas in which this session finds unqualified names, and those in which a session that begins now does.
-- Parameters: found (the session's search_path). Columns: answer (the search_path, which is set; then JSON: names, twice; all names
-- here have their schemas, because the session's own are looked for under its search_path). Settings: left at pg_catalog, pg_temp.
-- Versions: 14-18.
select pg_catalog.set_config('search_path', :'found', true) as answer;
select pg_catalog.array_to_json(pg_catalog.current_schemas(false)) as answer;
set local search_path to default;
select pg_catalog.array_to_json(pg_catalog.current_schemas(false)) as answer;
set local search_path to pg_catalog, pg_temp
