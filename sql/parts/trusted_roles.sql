-- A part of elsewhere.sql, evaluated.sql, exportable.sql, history_elsewhere.sql, live.sql, meanings.sql, meant.sql, path.sql,
-- saved.sql, schema_owner.sql, strange_triggers.sql, uses.sql, probe/refusals.sql, probe/whose.sql and trust_unchanged/again.sql,
-- a CTE after "with recursive" or after another CTE: the roles whose word we take and whose code may run with our rights. These
-- are the role that works, what it is a member of, the owner of the database, also under the name pg_database_owner, and
-- superusers. By the closure of pg_auth_members: pg_has_role says of a superuser that it is a member of all. To be a member is
-- not the member's choice: before 15 a role may grant itself to anybody. So what counts is who granted it.
-- Parameters: none. Columns: oid. Versions: 14-18.
member_of (oid) as (
  select r.oid from pg_catalog.pg_roles r where r.rolname = current_user
  union
  select m.roleid
    from member_of o
    join pg_catalog.pg_auth_members m on m.member = o.oid
    join pg_catalog.pg_roles g on g.oid = m.grantor
   where (g.rolsuper
          or g.rolname = current_user
          or g.oid = (select d.datdba from pg_catalog.pg_database d where d.datname = pg_catalog.current_database())
          -- Before 16 whoever may create roles may be a member of all but superusers anyway.
          or g.rolcreaterole and pg_catalog.current_setting('server_version_num')::int < 160000)
     -- 16 brought members who may neither use a role's rights nor become it.
     and (coalesce((pg_catalog.to_jsonb(m) ->> 'set_option')::bool, true)
          or coalesce((pg_catalog.to_jsonb(m) ->> 'inherit_option')::bool, true))
), trusted (oid) as materialized (
  select o.oid from member_of o
  union
  select d.datdba
    from pg_catalog.pg_database d
   where d.datname operator(pg_catalog.=) pg_catalog.current_database()
  union
  select r.oid
    from pg_catalog.pg_roles r
   where r.rolsuper or r.rolname operator(pg_catalog.=) 'pg_database_owner'
)
