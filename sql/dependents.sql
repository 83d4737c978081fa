-- Everything that hangs on some views, directly or through others, and would stop their DROP; their own parts (rules,
-- triggers, defaults, row types) left out. The path goes through relations, so views on views are all here.
-- Parameters: oids (bigint[]). Columns: answer (JSON: [{oid (of a relation, else null), kind, identity}]).
-- Versions: 14-18.
with recursive roots as (
  select r.oid from pg_catalog.unnest(:'oids'::oid[]) as r(oid)
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
)
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
         'oid', case when o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and o.objsubid = 0
                     then o.objid::bigint end,
         'kind', i.type,
         'identity', i.identity) order by i.type, i.identity), '[]') as answer
  from others o
 cross join lateral pg_catalog.pg_identify_object(o.classid, o.objid, o.objsubid) i
