-- Tables with the name of refinery's history in other schemas of the search_path that the session had: refinery itself looks there.
-- The path that is set is lost; whoever asks sets it again.
-- Parameters: path (a search_path as the server shows it), history (its name), schemas (text[]: those where it is looked for anyway).
-- Columns: answer (JSON: [name, quoted], in the order of the path). Versions: 14-18.
with path as materialized (
  select pg_catalog.set_config('search_path', :'path', true) as path
)
select coalesce(pg_catalog.json_agg(pg_catalog.format('%I.%I', n.nspname, c.relname) order by s.place), '[]') as answer
  from path p
 -- "false", once the path is set.
 cross join lateral pg_catalog.unnest(pg_catalog.current_schemas(p.path is null)) with ordinality as s(name, place)
  join pg_catalog.pg_namespace n on n.nspname = s.name
  join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = :'history'
 where n.nspname <> all (:'schemas'::pg_catalog.name[])
