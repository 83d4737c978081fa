-- Provisional.
with recursive roots as (
  select pg_catalog.split_part(r.id, '/', 2)::oid as oid from pg_catalog.unnest(:'roots'::text[]) as r(id)
), dep(classid, objid, objsubid, via) as (
  select 'pg_catalog.pg_class'::pg_catalog.regclass::oid, r.oid, 0, 'root'::"char" from roots r
  union
  select x.classid, x.objid, x.objsubid, x.deptype
    from dep d
   cross join lateral (
     select p.classid, p.objid, p.objsubid, p.deptype
       from pg_catalog.pg_depend p
      where p.refclassid = d.classid and p.refobjid = d.objid
        and (d.objsubid = 0 or p.refobjsubid = d.objsubid)
        and p.deptype in ('n', 'a', 'i', 'P', 'S')
     union all -- the owner of an internal part: from a rule to its view
     select p.refclassid, p.refobjid, p.refobjsubid, 'o'::"char"
       from pg_catalog.pg_depend p
      where p.classid = d.classid and p.objid = d.objid and p.objsubid = d.objsubid and p.deptype = 'i') x
), found as (
  select distinct d.classid, d.objid, d.objsubid
    from dep d
   where d.via in ('n', 'o')
     and not (d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objsubid = 0
              and d.objid in (select r.oid from roots r))
), relations as (
  select f.objid as oid from found f
   where f.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and f.objsubid = 0
  union select r.oid from roots r
), others as (
  select f.*
    from found f
   where not (f.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and exists (
                select from pg_catalog.pg_rewrite w
                 where w.oid = f.objid and (w.rulename = '_RETURN' or w.ev_class in (select r.oid from relations r))))
     and not (f.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass and exists (
                select from pg_catalog.pg_trigger t
                 where t.oid = f.objid and t.tgrelid in (select r.oid from relations r)))
     and not (f.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and exists (
                select from pg_catalog.pg_attrdef a
                 where a.oid = f.objid and a.adrelid in (select r.oid from relations r)))
     and not (f.classid = 'pg_catalog.pg_type'::pg_catalog.regclass and exists (
                select from pg_catalog.pg_type t
                 where t.oid = f.objid and (t.typrelid <> 0 or t.typelem <> 0)))
), views as (
  select r.oid from roots r union select o.objid from others o join pg_catalog.pg_class c on c.oid = o.objid and c.relkind = 'v'
   where o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and o.objsubid = 0
), r as (
  select c.*, pg_catalog.format('%I.%I', n.nspname, c.relname) as fq
    from pg_catalog.pg_class c
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where c.oid in (select v.oid from views v)
), a as (
  select r.oid, r.fq, t.attname, t.attnum, t.attacl
    from r
    join pg_catalog.pg_attribute t on t.attrelid = r.oid and t.attnum > 0 and not t.attisdropped
), part(oid, ord, key, col, statement) as (
  select r.oid, 0, pg_catalog.split_part(o.option, '=', 1), null::name,
         pg_catalog.format('alter view %s set (%I = %L)', r.fq, pg_catalog.split_part(o.option, '=', 1),
                           pg_catalog.substr(o.option, pg_catalog.strpos(o.option, '=') + 1))
    from r
   cross join lateral pg_catalog.unnest(r.reloptions) o(option)
  union all
  select r.oid, 1, '', null::name, pg_catalog.format('alter view %s owner to %I', r.fq, pg_catalog.pg_get_userbyid(r.relowner))
    from r
  union all -- undo ALTER DEFAULT PRIVILEGES, which the new object got
  select distinct r.oid, 2, d.grantee::text, null::name,
         pg_catalog.format('revoke all on %s from %s', r.fq,
           case when d.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(d.grantee)) end)
    from r
    join pg_catalog.pg_default_acl da
      on da.defaclobjtype = 'r' and (da.defaclnamespace = 0 or da.defaclnamespace = r.relnamespace)
   cross join lateral pg_catalog.aclexplode(da.defaclacl) d
  union all -- an owner whose own rights were cut
  select r.oid, 2, 'owner', null, pg_catalog.format('revoke all on %s from %I', r.fq, pg_catalog.pg_get_userbyid(r.relowner))
    from r
   where r.relacl is not null
  union all
  select r.oid, 3, x.grantee || x.is_grantable, null, pg_catalog.format('grant %s on %s to %s%s', x.privileges, r.fq, x.grantee,
         case when x.is_grantable then ' with grant option' else '' end)
    from r
   cross join lateral (
     select case when e.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(e.grantee)) end as grantee,
            e.is_grantable, pg_catalog.string_agg(distinct e.privilege_type, ', ') as privileges
       from pg_catalog.aclexplode(r.relacl) e
      group by 1, 2) x
  union all
  select a.oid, 4, a.attnum::text || x.grantee, a.attname, pg_catalog.format('grant %s on %s to %s%s', x.privileges, a.fq, x.grantee,
         case when x.is_grantable then ' with grant option' else '' end)
    from a
   cross join lateral (
     select case when e.grantee = 0 then 'public' else pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(e.grantee)) end as grantee,
            e.is_grantable,
            pg_catalog.string_agg(distinct pg_catalog.format('%s (%I)', e.privilege_type, a.attname), ', ') as privileges
       from pg_catalog.aclexplode(a.attacl) e
      group by 1, 2) x
  union all
  select r.oid, 5, coalesce(a.attname, ''), a.attname,
         case when d.objsubid = 0 then pg_catalog.format('comment on view %s is %L', r.fq, d.description)
              else pg_catalog.format('comment on column %s.%I is %L', r.fq, a.attname, d.description) end
    from r
    join pg_catalog.pg_description d on d.objoid = r.oid and d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
    left join a on a.oid = r.oid and a.attnum = d.objsubid
  union all
  select a.oid, 6, a.attname, a.attname, pg_catalog.format('alter view %s alter column %I set default %s', a.fq, a.attname,
         pg_catalog.pg_get_expr(d.adbin, d.adrelid))
    from a
    join pg_catalog.pg_attrdef d on d.adrelid = a.oid and d.adnum = a.attnum
  union all
  select r.oid, 10, t.rulename, null, pg_catalog.rtrim(pg_catalog.pg_get_ruledef(t.oid), ';')
    from r
    join pg_catalog.pg_rewrite t on t.ev_class = r.oid and t.rulename <> '_RETURN'
  union all
  select r.oid, 11, t.rulename, null, pg_catalog.format('comment on rule %I on %s is %L', t.rulename, r.fq, d.description)
    from r
    join pg_catalog.pg_rewrite t on t.ev_class = r.oid and t.rulename <> '_RETURN'
    join pg_catalog.pg_description d on d.objoid = t.oid and d.classoid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass
  union all
  select r.oid, 12, t.tgname, null, pg_catalog.pg_get_triggerdef(t.oid)
    from r
    join pg_catalog.pg_trigger t on t.tgrelid = r.oid and not t.tgisinternal
  union all
  select r.oid, 13, t.tgname, null, pg_catalog.format('comment on trigger %I on %s is %L', t.tgname, r.fq, d.description)
    from r
    join pg_catalog.pg_trigger t on t.tgrelid = r.oid and not t.tgisinternal
    join pg_catalog.pg_description d on d.objoid = t.oid and d.classoid = 'pg_catalog.pg_trigger'::pg_catalog.regclass
  union all
  select r.oid, 14, s.provider, null, pg_catalog.format('security label for %I on view %s is %L', s.provider, r.fq, s.label)
    from r
    join pg_catalog.pg_seclabel s
      on s.objoid = r.oid and s.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass and s.objsubid = 0
  union all
  select r.oid, 15, e.extname, null, pg_catalog.format('alter extension %I add view %s', e.extname, r.fq)
    from r
    join pg_catalog.pg_depend d
      on d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = r.oid and d.deptype = 'e'
    join pg_catalog.pg_extension e on e.oid = d.refobjid
  union all
  select r.oid, 16, s.oid::text, a.attname, pg_catalog.format('alter sequence %I.%I owned by %s.%I', n.nspname, s.relname, r.fq, a.attname)
    from r
    join a on a.oid = r.oid
    join pg_catalog.pg_depend d
      on d.refobjid = r.oid and d.refobjsubid = a.attnum
     and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.deptype = 'a'
    join pg_catalog.pg_class s on s.oid = d.objid and s.relkind = 'S'
    join pg_catalog.pg_namespace n on n.oid = s.relnamespace
), edge as (
  select distinct w.ev_class as oid, p.refobjid as below, p.refobjsubid as sub
    from views v join pg_catalog.pg_rewrite w on w.ev_class = v.oid and w.rulename = '_RETURN'
    join pg_catalog.pg_depend p on p.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and p.objid = w.oid and p.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass
   where p.refobjid <> v.oid and p.refobjid in (select x.oid from views x)
), depth(oid, level) as (
  select v.oid, 0 from views v union select e.oid, d.level + 1 from depth d join edge e on e.below = d.oid
), node as (
  select r.oid, 0 as grade, (select max(d.level) from depth d where d.oid = r.oid) as level, pg_catalog.json_build_object(
    'id', '1259/' || r.oid || '/0', 'relation', r.oid::bigint, 'kind', 'view', 'identity', (select i.identity from pg_catalog.pg_identify_object('pg_class'::regclass, r.oid, 0) i),
    'needs', (select coalesce(pg_catalog.json_agg(distinct '1259/' || e.below || '/0'), '[]') from edge e where e.oid = r.oid),
    'uses', (select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('of', '1259/' || e.below || '/0', 'column', t.attname)), '[]') from edge e join pg_catalog.pg_attribute t on t.attrelid = e.below and t.attnum = e.sub and e.sub > 0 where e.oid = r.oid),
    'lock', pg_catalog.format('alter view %s owner to %I', r.fq, pg_catalog.pg_get_userbyid(r.relowner)),
    'drop', 'drop view ' || r.fq,
    'create', pg_catalog.json_build_array(pg_catalog.format('create view %s (%s) as %s', r.fq, (select pg_catalog.string_agg(pg_catalog.quote_ident(t.attname), ', ' order by t.attnum) from pg_catalog.pg_attribute t where t.attrelid = r.oid and t.attnum > 0), pg_catalog.rtrim(pg_catalog.pg_get_viewdef(r.oid), ';'))),
    'parts', (select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('option', case when p.ord = 0 then p.key end, 'column', p.col, 'late', p.ord between 6 and 13, 'statement', p.statement) order by p.ord, p.key), '[]') from part p where p.oid = r.oid),
    'impossible', null, 'missing', '[]'::json, 'warnings', '[]'::json) as n
  from r
  union all
  select o.objid, 1, 0, pg_catalog.json_build_object('id', o.classid || '/' || o.objid || '/' || o.objsubid, 'relation', null, 'kind', i.type, 'identity', i.identity, 'needs', '[]'::json, 'uses', '[]'::json, 'lock', null, 'drop', '', 'create', '[]'::json, 'parts', '[]'::json, 'impossible', 'viewkeeper cannot create a ' || i.type || ' anew', 'missing', '[]'::json, 'warnings', '[]'::json)
    from others o cross join lateral pg_catalog.pg_identify_object(o.classid, o.objid, o.objsubid) i
   where not (o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and o.objid in (select v.oid from views v))
)
select coalesce(pg_catalog.json_agg(node.n order by grade, level, oid), '[]') as answer from node
