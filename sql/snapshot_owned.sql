-- The owner and the rights on each object that has them, those of columns too; and the role that owns most. What the server's
-- initialisation granted, or what a new object has, is the usual.
-- Parameters: schemas (text[]), ledger, histories (text[]: see parts/snapshot_scope.sql). Columns: answer (JSON: {owner, owners:
-- [{at, owner}], grants: [{at, column, to, privileges (each {privilege, grantable}), usual (as privileges)}]}). A grantee is null
-- for PUBLIC and '' for the owner. Versions: 14-18.
:snapshot_scope, owned as materialized (
  select 'pg_namespace/' || s.oid || '/0' as at, case when s.nspname <> 'public' then s.nspowner end as owner, s.nspowner as grantor,
         null::name as "column", s.nspacl as acl, coalesce(i.initprivs, acldefault('n', s.nspowner)) as usual
    from scope s
    left join pg_catalog.pg_init_privs i on i.classoid = 'pg_namespace'::regclass and i.objoid = s.oid
  union all
  -- The sequence of a column follows its table.
  select 'pg_class/' || r.oid || '/0',
         case when r.relkind <> 'S' or not exists (
                select from pg_catalog.pg_depend p
                 where p.classid = 'pg_class'::regclass and p.objid = r.oid and p.deptype in ('a', 'i')
                   and p.refclassid = 'pg_class'::regclass) then r.relowner end,
         r.relowner, null, r.relacl, acldefault(case r.relkind when 'S' then 's' else 'r' end::"char", r.relowner)
    from relation r
  union all
  select 'pg_class/' || r.oid || '/' || a.attnum, null, r.relowner, a.attname, a.attacl, null
    from relation r
    join pg_catalog.pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and a.attacl is not null
  union all
  select 'pg_proc/' || p.oid || '/0', p.proowner, p.proowner, null, p.proacl, acldefault('f', p.proowner)
    from pg_catalog.pg_proc p
    join scope s on s.oid = p.pronamespace
   where p.oid >= 16384
  union all
  select 'pg_type/' || t.oid || '/0', t.typowner, t.typowner, null, t.typacl, acldefault('T', t.typowner)
    from pg_catalog.pg_type t
    join scope s on s.oid = t.typnamespace
   where t.oid >= 16384 and t.typtype in ('e', 'd', 'r', 'c')
     and (t.typrelid = 0 or exists (select from pg_catalog.pg_class c where c.oid = t.typrelid and c.relkind = 'c'))
  union all
  select 'pg_statistic_ext/' || t.oid || '/0', t.stxowner, t.stxowner, null, null, null
    from pg_catalog.pg_statistic_ext t
    join relation r on r.oid = t.stxrelid
  union all
  select 'pg_collation/' || k.oid || '/0', k.collowner, k.collowner, null, null, null
    from pg_catalog.pg_collation k
    join scope s on s.oid = k.collnamespace
  union all
  select 'pg_operator/' || o.oid || '/0', o.oprowner, o.oprowner, null, null, null
    from pg_catalog.pg_operator o
    join scope s on s.oid = o.oprnamespace
  union all
  select 'pg_ts_dict/' || d.oid || '/0', d.dictowner, d.dictowner, null, null, null
    from pg_catalog.pg_ts_dict d
    join scope s on s.oid = d.dictnamespace
  union all
  select 'pg_ts_config/' || c.oid || '/0', c.cfgowner, c.cfgowner, null, null, null
    from pg_catalog.pg_ts_config c
    join scope s on s.oid = c.cfgnamespace
  union all
  select 'pg_publication/' || p.oid || '/0', p.pubowner, p.pubowner, null, null, null
    from pg_catalog.pg_publication p
  union all
  select 'pg_event_trigger/' || t.oid || '/0', t.evtowner, t.evtowner, null, null, null
    from pg_catalog.pg_event_trigger t
  union all
  select 'pg_foreign_data_wrapper/' || w.oid || '/0', w.fdwowner, w.fdwowner, null, w.fdwacl, acldefault('F', w.fdwowner)
    from pg_catalog.pg_foreign_data_wrapper w
   where w.oid >= 16384
  union all
  select 'pg_foreign_server/' || v.oid || '/0', v.srvowner, v.srvowner, null, v.srvacl, acldefault('S', v.srvowner)
    from pg_catalog.pg_foreign_server v
), granted as (
  select o.at, o."column", o.grantor, g.grantee, coalesce(g.privileges, '[]') as privileges, coalesce(g.usual, '[]') as usual
    from owned o
   cross join lateral (
     select e.grantee,
            jsonb_agg(e.line order by e.privilege) filter (where not e.usually) as privileges,
            jsonb_agg(e.line order by e.privilege) filter (where e.usually) as usual
       from (select a.grantee, a.usually, a.privilege,
                    jsonb_build_object('privilege', a.privilege, 'grantable', bool_or(a.grantable)) as line
               from (select x.grantee, lower(x.privilege_type) as privilege, x.is_grantable as grantable, false as usually
                       from aclexplode(o.acl) x
                     union all
                     -- The first owner granted the rights on public: pg_database_owner, whoever owns it now.
                     select case when x.grantee = x.grantor then o.grantor else x.grantee end, lower(x.privilege_type),
                            x.is_grantable, true
                       from aclexplode(o.usual) x) a
              group by a.grantee, a.usually, a.privilege) e
      group by e.grantee) g
   where o.acl is not null
)
select json_build_object(
         'owner', (select pg_get_userbyid(o.owner)
                     from owned o
                    where o.owner is not null
                    group by o.owner
                    order by count(*) desc, o.owner
                    limit 1),
         'owners', (select coalesce(json_agg(json_build_object('at', o.at, 'owner', pg_get_userbyid(o.owner))), '[]')
                      from owned o
                     where o.owner is not null),
         'grants', (select coalesce(json_agg(json_build_object(
                             'at', g.at,
                             'column', g."column",
                             'to', case when g.grantee = g.grantor then '' when g.grantee <> 0 then pg_get_userbyid(g.grantee) end,
                             'privileges', g.privileges,
                             'usual', g.usual)), '[]')
                      from granted g
                     where g.privileges <> g.usual)) as answer
