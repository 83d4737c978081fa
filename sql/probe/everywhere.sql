-- A part of probe/refusals.sql and probe/whose.sql, CTEs after a recursive one: roles that are not trusted and may write into
-- every table here, the ledger's too, which no grant on a table shows. These are the members of pg_write_all_data that may log in
-- to this database: one that may not does what its members do.
-- Columns: role, member (of those by which the role is one, the one that has the right itself), both quoted.
-- Parameters: none. Needs: trusted. Versions: 14-18.
writing (oid, member) as (
  select pg_catalog.to_regrole('pg_write_all_data')::oid, null::oid
  union
  select m.member, coalesce(w.member, m.member)
    from writing w
    join pg_catalog.pg_auth_members m on m.roleid = w.oid
     -- 16 brought members who may neither use a role's rights nor become it.
     and (m.admin_option
          or coalesce((pg_catalog.to_jsonb(m) ->> 'set_option')::bool, true)
          or coalesce((pg_catalog.to_jsonb(m) ->> 'inherit_option')::bool, true))
   where w.member is null or w.oid not in (select t.oid from trusted t)
), everywhere (role, member) as materialized (
  select pg_catalog.quote_ident(r.rolname), min(pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(w.member)))
    from writing w
    join pg_catalog.pg_roles r on r.oid = w.oid
   where r.rolcanlogin
     and r.oid not in (select t.oid from trusted t)
     and pg_catalog.has_database_privilege(r.oid, pg_catalog.current_database(), 'connect')
   group by r.rolname
)
