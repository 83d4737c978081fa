-- What the owner of a materialized view lacks of the rights that its query needs: the server fills it as its owner.
-- Parameters: name (of the materialized view, quoted).
-- Columns: answer (JSON: [{owner, privilege, on_what}], names quoted). Versions: 14-18.
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
         'owner', pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(l.relowner)), 'privilege', l.privilege,
         'on_what', l.on_what) order by l.place, l.on_what), '[]') as answer
  from (
    select distinct c.relowner, x.place, x.privilege, x.on_what
      from pg_catalog.pg_class c
      join pg_catalog.pg_rewrite r on r.ev_class = c.oid
      join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = r.oid
     cross join lateral (
       select t.relnamespace as namespace, 'select' as privilege,
              (select pg_catalog.quote_ident(n.nspname) from pg_catalog.pg_namespace n where n.oid = t.relnamespace)
                || '.' || pg_catalog.quote_ident(t.relname) as on_what,
              not pg_catalog.has_table_privilege(c.relowner, t.oid, 'select')
                and not case when d.refobjsubid > 0
                          then pg_catalog.has_column_privilege(c.relowner, t.oid, d.refobjsubid::int2, 'select')
                          else pg_catalog.has_any_column_privilege(c.relowner, t.oid, 'select') end as lacks
         from pg_catalog.pg_class t
        where d.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and t.oid = d.refobjid and t.oid <> c.oid
          and t.relkind in ('r', 'p', 'v', 'm', 'f')
       union all
       select p.pronamespace, 'execute', 'function ' || p.oid::pg_catalog.regprocedure,
              not pg_catalog.has_function_privilege(c.relowner, p.oid, 'execute')
         from pg_catalog.pg_proc p
        where d.refclassid = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid = d.refobjid) u
     cross join lateral (
       select 1 as place, 'usage' as privilege, 'schema ' || pg_catalog.quote_ident(n.nspname) as on_what
         from pg_catalog.pg_namespace n
        where n.oid = u.namespace and not pg_catalog.has_schema_privilege(c.relowner, n.oid, 'usage')
       union all
       select 2, u.privilege, u.on_what where u.lacks) x
     where c.oid = pg_catalog.to_regclass(:'name')) l
