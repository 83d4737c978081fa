-- Whether an index is there, and valid. Without a schema it is looked for where the search_path would create it.
-- Parameters: schema, name. Columns: answer (JSON: null when it is not there, else {valid, name}). Versions: 14-18.
select (select pg_catalog.json_build_object('valid', x.indisvalid and x.indisready,
                                            'name', pg_catalog.format('%I.%I', n.nspname, c.relname))
          from pg_catalog.pg_class c
          join pg_catalog.pg_namespace n on n.oid = c.relnamespace
          join pg_catalog.pg_index x on x.indexrelid = c.oid
         where n.nspname = :'schema' and c.relname = :'name')::text as answer
