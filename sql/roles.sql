-- The roles of the server, other than its own.
-- Parameters: none. Columns: answer (JSON: [name]). Settings: none. Versions: 14-18.
select coalesce(pg_catalog.json_agg(r.rolname order by r.rolname), '[]') as answer
  from pg_catalog.pg_roles r
 where r.rolname !~ '^pg_'
