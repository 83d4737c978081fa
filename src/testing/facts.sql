-- What a server is, and whether we may make databases there.
-- Columns: version ("15.18"), version_number (150018), may_create, role.
select
  pg_catalog.split_part(pg_catalog.current_setting('server_version'), ' ', 1) as version,
  pg_catalog.current_setting('server_version_num')::int4 as version_number,
  r.rolcreatedb or r.rolsuper as may_create,
  r.rolname::text as role
from pg_catalog.pg_roles r
where r.rolname = current_user
