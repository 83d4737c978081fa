-- What would go with something that is dropped with CASCADE, as far as the catalog says so beforehand.
-- Parameters: targets (JSON: [{what, name, part}]; see src/act/run/migrations/target.rs).
-- Columns: answer (JSON: [text], as `view bi.totals`). Settings: the search_path under which the names are written. Versions: 14-18.
with recursive target as (
  select t.value ->> 'what' as what, t.value ->> 'name' as name, t.value ->> 'part' as part
    from pg_catalog.json_array_elements(:'targets'::pg_catalog.json) t(value)
), root(classid, objid, objsubid) as (
  select 'pg_catalog.pg_class'::pg_catalog.regclass::pg_catalog.oid, pg_catalog.to_regclass(t.name)::pg_catalog.oid, 0
    from target t
   where t.what = 'relation'
  union all
  select 'pg_catalog.pg_class'::pg_catalog.regclass, a.attrelid, a.attnum::pg_catalog.int4
    from target t
    join pg_catalog.pg_attribute a on a.attrelid = pg_catalog.to_regclass(t.name) and a.attname = t.part and a.attnum > 0
   where t.what = 'column'
  union all
  select 'pg_catalog.pg_constraint'::pg_catalog.regclass, c.oid, 0
    from target t
    join pg_catalog.pg_constraint c on c.conrelid = pg_catalog.to_regclass(t.name) and c.conname = t.part
   where t.what = 'constraint'
  union all
  select 'pg_catalog.pg_type'::pg_catalog.regclass, pg_catalog.to_regtype(t.name), 0
    from target t
   where t.what = 'type'
  union all
  select 'pg_catalog.pg_namespace'::pg_catalog.regclass, pg_catalog.to_regnamespace(t.name), 0
    from target t
   where t.what = 'schema'
  union all
  select 'pg_catalog.pg_proc'::pg_catalog.regclass,
         case when t.name like '%)' then pg_catalog.to_regprocedure(t.name)::pg_catalog.oid
              else pg_catalog.to_regproc(t.name)::pg_catalog.oid end, 0
    from target t
   where t.what = 'routine'
), reached(classid, objid, objsubid, named) as ( -- named: the server would name it, and not only take it along
  select r.classid, r.objid, r.objsubid, false from root r where r.objid is not null
  union
  select x.classid, x.objid, x.objsubid, x.named
    from reached d
   cross join lateral (
     select p.classid, p.objid, p.objsubid, p.deptype = 'n' as named
       from pg_catalog.pg_depend p
      where p.refclassid = d.classid and p.refobjid = d.objid
        and (d.objsubid = 0 or p.refobjsubid = d.objsubid)
        and p.deptype in ('n', 'a', 'i', 'P', 'S')
     union all -- from a rule to its view
     select p.refclassid, p.refobjid, p.refobjsubid, true
       from pg_catalog.pg_depend p
      where d.named and p.classid = d.classid and p.objid = d.objid and p.objsubid = d.objsubid and p.deptype = 'i') x
)
select coalesce(pg_catalog.json_agg(distinct i.type || ' ' || i.identity), '[]') as answer
  from reached r
 cross join lateral pg_catalog.pg_identify_object(r.classid, r.objid, r.objsubid) i
 where r.named
   and not exists (select from root o where o.classid = r.classid and o.objid = r.objid and o.objsubid = r.objsubid)
   and not exists (select from pg_catalog.pg_depend p
                    where p.classid = r.classid and p.objid = r.objid and p.objsubid = r.objsubid and p.deptype = 'i')
