-- What needs what: the normal and automatic dependencies, between objects as the snapshot knows them. A view's query
-- counts as the view, a row or array type as its relation or element, the index of a constraint as the constraint, a
-- generated expression and an identity sequence as the column, a member as its extension.
-- Parameters: none. Columns: answer (JSON: [[address, address that it needs]]). Sends two statements. Versions: 14-18.
-- The planner takes the parts for few and would walk through all of them for each dependency: minutes for a thousand tables.
set local enable_nestloop to off;
with recursive part(class, id, sub, to_class, to_id, to_sub) as materialized (
  select 'pg_rewrite'::regclass::oid, w.oid, 0, 'pg_class'::regclass::oid, w.ev_class, 0
    from pg_catalog.pg_rewrite w
   where w.oid >= 16384 and w.rulename = '_RETURN'
  union all
  select 'pg_type'::regclass, t.oid, 0, 'pg_class'::regclass, t.typrelid, 0
    from pg_catalog.pg_type t
    join pg_catalog.pg_class c on c.oid = t.typrelid and c.relkind <> 'c'
   where t.oid >= 16384
  union all
  select 'pg_class'::regclass, c.oid, 0, 'pg_type'::regclass, c.reltype, 0
    from pg_catalog.pg_class c
   where c.oid >= 16384 and c.relkind = 'c'
  union all
  select 'pg_type'::regclass, t.typarray, 0,
         case when c.oid is null then 'pg_type'::regclass else 'pg_class'::regclass end, coalesce(c.oid, t.oid), 0
    from pg_catalog.pg_type t
    left join pg_catalog.pg_class c on c.oid = t.typrelid and c.relkind <> 'c'
   where t.oid >= 16384 and t.typarray <> 0
  union all
  select 'pg_type'::regclass, r.rngmultitypid, 0, 'pg_type'::regclass, r.rngtypid, 0
    from pg_catalog.pg_range r
   where r.rngtypid >= 16384
  union all
  select 'pg_class'::regclass, k.conindid, 0, 'pg_constraint'::regclass, k.oid, 0
    from pg_catalog.pg_constraint k
   where k.contype in ('p', 'u', 'x') and k.oid >= 16384
  union all
  select 'pg_attrdef'::regclass, v.oid, 0,
         case when a.attgenerated = '' then 'pg_attrdef'::regclass else 'pg_class'::regclass end, v.adrelid, v.adnum
    from pg_catalog.pg_attrdef v
    join pg_catalog.pg_attribute a on a.attrelid = v.adrelid and a.attnum = v.adnum
  union all
  select p.classid, p.objid, 0, p.refclassid, p.refobjid, p.refobjsubid
    from pg_catalog.pg_depend p
    join pg_catalog.pg_class c on c.oid = p.objid and c.relkind = 'S'
   where p.classid = 'pg_class'::regclass and p.deptype = 'i' and p.refobjsubid > 0
  union all
  select p.classid, p.objid, 0, p.refclassid, p.refobjid, 0
    from pg_catalog.pg_depend p
   where p.deptype = 'e'
), ancestor(relid, above) as (
  select h.inhrelid, h.inhparent
    from pg_catalog.pg_inherits h
   union
  select n.relid, h.inhparent
    from ancestor n
    join pg_catalog.pg_inherits h on h.inhrelid = n.above
), edge as (
  select distinct
         coalesce(f.to_class, d.classid) as class, coalesce(f.to_id, d.objid) as id, coalesce(f.to_sub, d.objsubid) as sub,
         coalesce(t.to_class, d.refclassid) as to_class, coalesce(t.to_id, d.refobjid) as to_id,
         coalesce(t.to_sub, d.refobjsubid) as to_sub
    from pg_catalog.pg_depend d
    left join part f on f.class = d.classid and f.id = d.objid
    left join part t on t.class = d.refclassid and t.id = d.refobjid
   where d.deptype in ('n', 'a', 'P', 'S') and d.objid >= 16384
  union all
  -- A default is set for the children, too.
  select 'pg_attrdef'::regclass, n.relid, a.attnum, 'pg_attrdef'::regclass, n.above, b.attnum
    from ancestor n
    join pg_catalog.pg_attribute a on a.attrelid = n.relid and a.attnum > 0
    join pg_catalog.pg_attribute b on b.attrelid = n.above and b.attname = a.attname
    join pg_catalog.pg_attrdef v on v.adrelid = b.attrelid and v.adnum = b.attnum
)
select coalesce(json_agg(json_build_array(
         format('%s/%s/%s', e.class::regclass, e.id, e.sub),
         format('%s/%s/%s', e.to_class::regclass, e.to_id, e.to_sub))), '[]') as answer
  from edge e
 where (e.class, e.id, e.sub) is distinct from (e.to_class, e.to_id, e.to_sub)
