-- A part of saved.sql, a CTE's query: owners and grants. A grant is made again by who made it, where our role may become that
-- one, and after what gives him the right to it.
-- Columns: those of `line` in saved.sql. Parameters: none. Versions: 14-18.
granted as materialized (
  select n.node, n.owner, n.nsp, a.target, a.col, a.acl, a.usual, a.place, a.act,
         case when a.col is null then coalesce(d.roles, '{}') end as preset
    from holed n
   cross join me
   cross join lateral (
     select n.fq as target, null::name as col, c.relacl as acl, acldefault('r', n.owner) as usual, 'r'::"char" as kind,
            20 as place, 'grant' as act
       from pg_catalog.pg_class c
      where n.what = 'relation' and c.oid = n.objid
     union all
     select n.fq, null, p.proacl, acldefault('f', n.owner), 'f', 20, 'grant'
       from pg_catalog.pg_proc p
      where n.what = 'routine' and p.oid = n.objid
     union all
     select 'type ' || n.fq, null, y.typacl, acldefault('T', n.owner), 'T', 22, 'other'
       from pg_catalog.pg_class c
       join pg_catalog.pg_type y on y.oid = c.reltype
      where n.what = 'relation' and c.oid = n.objid
     union all
     select n.fq, t.attname, t.attacl, '{}', 'c', 24, 'grant'
       from pg_catalog.pg_attribute t
      where (n.what = 'relation' or n.what = 'column' and t.attnum = n.objsubid)
        and t.attrelid = n.relid and t.attnum > 0 and t.attacl is not null) a
    left join lateral ( -- what ALTER DEFAULT PRIVILEGES gives to what we create
      select array_agg(distinct e.grantee) as roles
        from pg_catalog.pg_default_acl v
       cross join lateral aclexplode(v.defaclacl) e
       where v.defaclrole = me.oid and v.defaclobjtype = a.kind and v.defaclnamespace in (0, n.nsp)
      having count(*) > 0) d on true
), cut as materialized (
  -- Where the usual rights are not the start of what is there, or not what we get, all are taken back first.
  select g.*, g.col is null
              and (g.preset <> '{}' or g.acl[:cardinality(g.usual)]::text is distinct from g.usual::text
                                       and g.acl is not null) as anew
    from granted g
), acl as materialized ( -- where somebody else than the owner granted
  select c.node, c.target, c.col, c.owner, i.place, e.grantor, e.grantee, e.privilege_type, e.is_grantable
    from cut c
   cross join lateral unnest(c.acl) with ordinality i(item, place)
   cross join lateral aclexplode(array[i.item]) e
   where exists (select from aclexplode(c.acl) o where o.grantor <> c.owner)
), reach(node, target, col, role, privilege, place, steps) as (
  -- How a grantor comes to his right: the place of the last grant on the way from the owner to him, and how many they are.
  select a.node, a.target, a.col, a.owner, a.privilege_type, 0::bigint, 0 from acl a
  union
  select a.node, a.target, a.col, a.grantee, a.privilege_type, greatest(r.place, a.place), r.steps + 1
    from reach r
    join acl a on a.node = r.node and a.target = r.target and a.col is not distinct from r.col
     and a.privilege_type = r.privilege and a.grantor = r.role and a.is_grantable
   where r.steps < 50
), grant_line(node, field, place, key, option, col, late, statement, about) as (
  select n.node, 'part', n.place + case when n.place = 0 then 10 else 2 end, '', null::text, null::text, n.late,
         format('alter %s owner to %I', n.spoken, pg_get_userbyid(n.owner)),
         coalesce(n.thing || '{"does": "rest"}', '{}')
           || jsonb_build_object('act', 'owner', 'to', quote_ident(pg_get_userbyid(n.owner)))
    from holed n
   cross join me
   where n.what in ('relation', 'routine', 'operator', 'statistics') and n.owner <> me.oid
  union all
  select c.node, 'part', c.place, '', null, null, false, format('revoke all on %s from %s', c.target, r.names),
         jsonb_build_object('act', c.act)
    from cut c
   cross join lateral (
     select string_agg(case when r.oid = 0 then 'public' else quote_ident(pg_get_userbyid(r.oid)) end, ', '
                       order by r.oid) as names
       from (select unnest(c.preset) as oid
             union select e.grantee from aclexplode(c.usual) e
             union select c.owner) r) r
   where c.anew
  union all
  select c.node, x.field, c.place + 1,
         lpad(greatest(g.place, g.after)::text, 6, '0') || lpad(coalesce(g.steps, 0)::text, 2, '0')
           || lpad(g.place::text, 6, '0') || g.is_grantable,
         null, c.col, false, x.statement,
         jsonb_build_object('act', c.act, 'to', g.grantee,
                            'by', case when not g.by_owner and g.may then quote_ident(pg_get_userbyid(g.grantor)) end)
    from cut c
   cross join me
   cross join lateral (
     select min(a.place) as place, e.grantor, e.is_grantable,
            case when e.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(e.grantee)) end as grantee,
            string_agg(lower(e.privilege_type) || coalesce(' (' || quote_ident(c.col) || ')', ''), ', ') as privileges,
            e.grantor = c.owner as by_owner, s.after, s.steps,
            pg_has_role(session_user, e.grantor, me.becomes)
              and has_schema_privilege(e.grantor, c.nsp, 'usage') as may
       from unnest(coalesce(c.acl, c.usual)) with ordinality a(item, place)
      cross join lateral aclexplode(array[a.item]) e
       left join lateral (
         select r.place as after, r.steps
           from reach r
          where r.node = c.node and r.target = c.target and r.role = e.grantor and r.privilege = e.privilege_type
            and r.col is not distinct from c.col
          order by r.place, r.steps
          limit 1) s on true
      where c.anew or c.acl is not null and a.place > cardinality(c.usual)
      group by e.grantor, e.grantee, e.is_grantable, s.after, s.steps) g
   cross join lateral (
     select format('grant %s on %s to %s%s', g.privileges, c.target, g.grantee,
                   case when g.is_grantable then ' with grant option' end) as statement) s
   cross join lateral (
     select 'part' as field,
            case when g.by_owner or not g.may then s.statement
                 else format('set local role %I; %s; set local role %s',
                             pg_get_userbyid(g.grantor), s.statement, me.role) end as statement
     union all
     select 'warning', format('%s on %s to %s was granted by %I, and is granted by its owner now',
                              g.privileges, c.target, g.grantee, pg_get_userbyid(g.grantor))
      where not g.by_owner and not g.may) x
   where c.anew or c.acl is not null
)
