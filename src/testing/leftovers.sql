-- Our own databases of runs that no longer have a session. A run's databases are named as its session, and a number.
-- The session's name is shown to every role, and of every database of the server.
-- Columns: name.
select d.datname::text as name
from pg_catalog.pg_database d
where d.datname ~ '^viewkeeper_test_[0-9a-f]{16}_[0-9]+$'
  and d.datdba = (select r.oid from pg_catalog.pg_roles r where r.rolname = current_user)
  and not exists (
    select
    from pg_catalog.pg_stat_activity a
    where a.application_name = pg_catalog.left(d.datname::text, 32)
  )
