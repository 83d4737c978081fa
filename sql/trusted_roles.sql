-- A part of statements, a CTE after "with recursive" or after another CTE: the roles whose word we take and whose code may run
-- with our rights. These are the role that works, what it is a member of, the owner of the database, also under the name
-- pg_database_owner, and superusers.
-- By the closure of pg_auth_members: pg_has_role says of a superuser that it is a member of all.
-- Parameters: none. Columns: oid. Versions: 14-18.
member_of (oid) as (
  select r.oid from pg_catalog.pg_roles r where r.rolname operator(pg_catalog.=) current_user
  union
  select m.roleid from member_of o join pg_catalog.pg_auth_members m on m.member operator(pg_catalog.=) o.oid
), trusted (oid) as materialized (
  select o.oid from member_of o
  union
  select d.datdba from pg_catalog.pg_database d where d.datname operator(pg_catalog.=) pg_catalog.current_database()
  union
  select r.oid from pg_catalog.pg_roles r where r.rolsuper or r.rolname operator(pg_catalog.=) 'pg_database_owner'
)
