-- The schemas of a project's path that are here, each with the extensions that are in it, in an order in which they can be made.
-- Parameters: schemas (text[]). Columns: answer (JSON: [{schema, extensions: [names]}]). Settings: none. Versions: 14-18.
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
         'schema', n.nspname,
         'extensions', array(select e.extname from pg_catalog.pg_extension e where e.extnamespace = n.oid order by e.oid))
         order by s.place), '[]') as answer
  from pg_catalog.unnest(:'schemas'::text[]) with ordinality as s(name, place)
  join pg_catalog.pg_namespace n on n.nspname = s.name
