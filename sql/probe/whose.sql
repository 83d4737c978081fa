-- A part of probe.sql, a query where a role that is no superuser finds a ledger that somebody else may write: whether it has to
-- be trusted by that role, and whose it is. A role that works here, and so obeys the ledger, may own or create in the project's
-- schema, create schemas, or write to the ledger or its schema; what PUBLIC may do in the project's schema does not tell that it
-- works (before 15 that is everybody in public). Any other one only reads what a deploying role wrote, which need not be one that
-- it trusts: that one owns the project's schema, the migration history, or something in the project's schema. works: the role
-- works here. alien: somebody who is not trusted may write the ledger or change it. strangers (quoted names): the owners of the
-- ledger who are not trusted and own nothing of the project.
-- Parameters: ledger (schema), histories (as in probe/relations.sql), schema (the project's). Columns: answer (JSON: {works,
-- alien, strangers}). Versions: 14-18.
with recursive :trusted_roles, :everywhere, relation as materialized (
  select x.relation, x.relowner, x.relacl, x.place from (:relations) x
), home as materialized (
  select n.oid, n.nspowner, n.nspacl from pg_catalog.pg_namespace n where n.nspname = :'ledger'
), project as materialized (
  select n.oid, n.nspowner, n.nspacl from pg_catalog.pg_namespace n where n.nspname = :'schema'
), owner (role) as materialized (
  select o.role
    from (select r.relowner from relation r where r.place is null union select h.nspowner from home h) o(role)
   where o.role not in (select t.oid from trusted t)
), granted (role) as materialized (
  select a.grantee
    from home h cross join lateral pg_catalog.aclexplode(h.nspacl) a
   where a.privilege_type = 'CREATE' and a.grantee <> h.nspowner
  union all
  select a.grantee
    from relation r cross join lateral pg_catalog.aclexplode(r.relacl) a
   where r.place is null and a.privilege_type <> 'SELECT' and a.grantee <> r.relowner
  union all
  select a.grantee
    from relation r
    join pg_catalog.pg_attribute c on c.attrelid = r.relation and c.attacl is not null
   cross join lateral pg_catalog.aclexplode(c.attacl) a
   where r.place is null and a.privilege_type <> 'SELECT' and a.grantee <> r.relowner
)
select pg_catalog.json_build_object(
         'works', pg_catalog.has_database_privilege(pg_catalog.current_database(), 'create')
           or exists (select from home h where pg_catalog.has_schema_privilege(h.oid, 'create'))
           or exists (select from relation r
                       where r.place is null and pg_catalog.has_table_privilege(r.relation, 'insert, update, delete, truncate, trigger'))
           or exists (select from project p where pg_catalog.pg_has_role(p.nspowner, 'usage'))
           or exists (select from project p cross join lateral pg_catalog.aclexplode(p.nspacl) a
                       where a.privilege_type = 'CREATE' and a.grantee <> 0 and pg_catalog.pg_has_role(a.grantee, 'usage')),
         'alien', exists (select from owner)
           or exists (select from granted g where g.role not in (select t.oid from trusted t))
           or exists (select from everywhere),
         'strangers', array(
           select pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(o.role))
             from owner o
            where not exists (select from project p where p.nspowner = o.role)
              and not exists (select from relation r where r.place is not null and r.relowner = o.role)
              and not exists (select from project p join pg_catalog.pg_class c on c.relnamespace = p.oid where c.relowner = o.role)
              and not exists (select from project p join pg_catalog.pg_proc f on f.pronamespace = p.oid where f.proowner = o.role)
            order by 1)) as answer
