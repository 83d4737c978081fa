-- Where unqualified names go now, and why.
-- Parameters: none. Columns: answer (JSON: {schema, path}). Versions: 14-18.
select pg_catalog.json_build_object(
         'schema', pg_catalog.current_schema(),
         'path', pg_catalog.current_setting('search_path')) as answer
