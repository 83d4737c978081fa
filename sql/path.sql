-- What the schemas of the project's path are here: the server passes over one that is not there, or that the role may not use,
-- without a word. In an open one roles that are not trusted may create things, which unqualified names then mean; the right of
-- everybody counts where there is such a role that may log in.
-- Parameters: schemas (text[]: the project's, and those of its path).
-- Columns: answer (JSON: {role, missing, closed: lists of names, open: [{schema, roles, owner}]: roles that were granted CREATE,
-- and an owner that is not trusted). Settings: search_path to pg_catalog, pg_temp. Versions: 14-18.
with recursive :trusted_roles, named as (
  select s.name, s.place, n.oid, n.nspowner, n.nspacl
    from pg_catalog.unnest(:'schemas'::text[]) with ordinality as s(name, place)
    left join pg_catalog.pg_namespace n on n.nspname = s.name
), granted as (
  select n.place, a.grantee
    from named n
   cross join lateral pg_catalog.aclexplode(n.nspacl) a
   where a.privilege_type = 'CREATE'
     and a.grantee <> n.nspowner
     and a.grantee not in (select t.oid from trusted t)
     and (a.grantee <> 0
          or exists (select from pg_catalog.pg_roles r
                      where r.rolcanlogin and r.oid not in (select t.oid from trusted t)
                        and pg_catalog.has_database_privilege(r.oid, pg_catalog.current_database(), 'connect')))
), opened as (
  select n.name, n.place,
         array(select case g.grantee when 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(g.grantee)) end
                 from granted g where g.place = n.place order by 1) as roles,
         -- That of a schema which has no other stands for the database's owner.
         (select pg_catalog.quote_ident(r.rolname) from pg_catalog.pg_roles r
           where r.oid = n.nspowner and r.rolname <> 'pg_database_owner'
             and r.oid not in (select t.oid from trusted t)) as owner
    from named n
)
select pg_catalog.json_build_object(
  'role', current_user,
  'missing', array(select n.name from named n where n.oid is null order by n.place),
  'closed', array(select n.name from named n
                   where n.oid is not null and not pg_catalog.has_schema_privilege(n.oid, 'usage')
                   order by n.place),
  'open', coalesce((
    select pg_catalog.json_agg(pg_catalog.json_build_object('schema', o.name, 'roles', o.roles, 'owner', o.owner) order by o.place)
      from opened o
     where o.roles <> '{}' or o.owner is not null), '[]')) as answer
