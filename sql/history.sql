-- The rows of refinery's history. Versions come as text, whatever their width.
-- Parameters: table (already quoted). Columns: answer (JSON: [{version, type, name, checksum}]). Versions: 14-18.
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
         'version', h.version::text,
         'type', pg_catalog.pg_typeof(h.version)::text,
         'name', h.name,
         'checksum', h.checksum) order by h.version), '[]') as answer
  from :table h
