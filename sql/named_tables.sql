-- The tables of these names that are there.
-- Parameters: names (text[]: as a text writes them). Columns: answer (JSON: [address]).
-- Settings: the search_path under which they are written. Versions: 14-18.
select coalesce(pg_catalog.json_agg(distinct '1259/' || c.oid::pg_catalog.int8 || '/0'), '[]') as answer
  from pg_catalog.unnest(:'names'::pg_catalog.text[]) n(name)
  join pg_catalog.pg_class c on c.oid = pg_catalog.to_regclass(n.name)
