-- A part of saved.sql, a CTE's query: what each thing is that the walk reached.
-- Columns: what (the word for its kind; `part`: of its holder alone; `unknown`: nothing that viewkeeper can create), solid (it
-- can be dropped and created by itself), hclass, hobj, hsub (the address of its holder, what it belongs to), relid (the relation
-- that it is, or belongs to), id (its address as text).
-- Parameters: none. Versions: 14-18.
item as materialized (
  select f.classid, f.objid, f.objsubid, k.what, k.solid, k.hclass, k.hobj, coalesce(k.hsub, 0) as hsub, k.relid,
         f.classid || '/' || f.objid || '/' || f.objsubid as id
    from (select distinct d.classid, d.objid, d.objsubid from reached d where not d.kept) f
   cross join lateral (
     select case when c.relkind in ('v', 'm') then 'relation'
                 when i.indexrelid is null or c.relkind = 't' then 'unknown'
                 when held.conid is not null or c.relispartition then 'part'
                 else 'index' end,
            c.relkind <> 't' and not c.relispartition and held.conid is null,
            case when i.indexrelid is null then null
                 when held.conid is not null then 'pg_catalog.pg_constraint'::regclass
                 else 'pg_catalog.pg_class'::regclass end::oid,
            coalesce(held.conid, above.inhparent, i.indrelid), 0, coalesce(i.indrelid, c.oid)
       from pg_catalog.pg_class c
       left join pg_catalog.pg_index i on i.indexrelid = c.oid
       left join pg_catalog.pg_inherits above on above.inhrelid = c.oid and c.relispartition and i.indexrelid is not null
       left join lateral (
         select p.refobjid as conid
           from pg_catalog.pg_depend p
          where p.classid = 'pg_catalog.pg_class'::regclass and p.objid = c.oid and p.objsubid = 0
            and p.deptype = 'i' and p.refclassid = 'pg_catalog.pg_constraint'::regclass
          limit 1) held on i.indexrelid is not null
      where f.classid = 'pg_catalog.pg_class'::regclass and f.objsubid = 0 and c.oid = f.objid
     union all
     select case when c.relkind in ('v', 'm') then 'part'
                 when t.attgenerated <> '' and c.relkind in ('r', 'p') then 'column'
                 else 'unknown' end,
            c.relkind not in ('v', 'm'), f.classid, c.oid, 0, c.oid
       from pg_catalog.pg_class c
       join pg_catalog.pg_attribute t on t.attrelid = c.oid and t.attnum = f.objsubid
      where f.classid = 'pg_catalog.pg_class'::regclass and f.objsubid > 0 and c.oid = f.objid
     union all -- the row type of a relation, an array, a multirange
     select case when h.hobj is null then 'unknown' else 'part' end, h.hobj is null, h.hclass, h.hobj, 0, t.typrelid
       from pg_catalog.pg_type t
       left join lateral (
         select 'pg_catalog.pg_class'::regclass::oid as hclass, t.typrelid as hobj
          where t.typrelid <> 0
         union all
         select 'pg_catalog.pg_type'::regclass, e.oid
           from pg_catalog.pg_type e
          where e.oid = t.typelem and e.typarray = t.oid
         union all
         select 'pg_catalog.pg_type'::regclass, g.rngtypid
           from pg_catalog.pg_range g
          where t.typtype = 'm' and g.rngmultitypid = t.oid) h on true
      where f.classid = 'pg_catalog.pg_type'::regclass and t.oid = f.objid
     union all
     select case when w.rulename = '_RETURN' then 'part' else 'rule' end, w.rulename <> '_RETURN',
            'pg_catalog.pg_class'::regclass, w.ev_class, 0, w.ev_class
       from pg_catalog.pg_rewrite w
      where f.classid = 'pg_catalog.pg_rewrite'::regclass and w.oid = f.objid
     union all
     select case when t.tgisinternal or t.tgparentid <> 0 then 'part' else 'trigger' end,
            not t.tgisinternal and t.tgparentid = 0,
            case when t.tgparentid <> 0 then 'pg_catalog.pg_trigger'::regclass
                 when t.tgisinternal and t.tgconstraint <> 0 then 'pg_catalog.pg_constraint'::regclass
                 else 'pg_catalog.pg_class'::regclass end,
            case when t.tgparentid <> 0 then t.tgparentid
                 when t.tgisinternal and t.tgconstraint <> 0 then t.tgconstraint
                 else t.tgrelid end, 0, t.tgrelid
       from pg_catalog.pg_trigger t
      where f.classid = 'pg_catalog.pg_trigger'::regclass and t.oid = f.objid
     union all -- the expression of a generated column is a part of the column
     select case when t.attgenerated = '' then 'default' else 'part' end, t.attgenerated = '',
            'pg_catalog.pg_class'::regclass, v.adrelid,
            case when t.attgenerated = '' then 0 else v.adnum end, v.adrelid
       from pg_catalog.pg_attrdef v
       join pg_catalog.pg_attribute t on t.attrelid = v.adrelid and t.attnum = v.adnum
      where f.classid = 'pg_catalog.pg_attrdef'::regclass and v.oid = f.objid
     union all -- a constraint trigger is dropped and made as a trigger; an inherited constraint comes with the parent's
     select case when s.itself then 'constraint' else 'part' end, s.itself,
            case when c.contype = 't' then 'pg_catalog.pg_trigger'::regclass
                 when c.conparentid <> 0 then 'pg_catalog.pg_constraint'::regclass
                 when c.contypid <> 0 then 'pg_catalog.pg_type'::regclass
                 else 'pg_catalog.pg_class'::regclass end,
            case when c.contype = 't' then (select t.oid
                                              from pg_catalog.pg_trigger t
                                             where t.tgconstraint = c.oid and not t.tgisinternal and t.tgparentid = 0)
                 when c.conparentid <> 0 then c.conparentid
                 when c.contypid <> 0 then c.contypid
                 else c.conrelid end, 0, c.conrelid
       from pg_catalog.pg_constraint c
      cross join lateral (
        select c.contype <> 't' and c.conparentid = 0 and (c.coninhcount = 0 or c.conislocal) as itself) s
      where f.classid = 'pg_catalog.pg_constraint'::regclass and c.oid = f.objid
     union all
     select 'policy', true, 'pg_catalog.pg_class'::regclass, p.polrelid, 0, p.polrelid
       from pg_catalog.pg_policy p
      where f.classid = 'pg_catalog.pg_policy'::regclass and p.oid = f.objid
     union all
     select 'statistics', true, 'pg_catalog.pg_class'::regclass, s.stxrelid, 0, s.stxrelid
       from pg_catalog.pg_statistic_ext s
      where f.classid = 'pg_catalog.pg_statistic_ext'::regclass and s.oid = f.objid
     union all -- the operators and functions of an operator class
     select case when c.opclass is null then 'unknown' else 'part' end, c.opclass is null,
            'pg_catalog.pg_opclass'::regclass, c.opclass, 0, null
       from (select (select p.refobjid
                       from pg_catalog.pg_depend p
                      where p.classid = f.classid and p.objid = f.objid and p.deptype = 'i'
                        and p.refclassid = 'pg_catalog.pg_opclass'::regclass
                      limit 1) as opclass) c
      where f.classid in ('pg_catalog.pg_amop'::regclass, 'pg_catalog.pg_amproc'::regclass)
     union all -- what stands by itself
     select case f.classid when 'pg_catalog.pg_proc'::regclass then 'routine'
                           when 'pg_catalog.pg_operator'::regclass then 'operator'
                           when 'pg_catalog.pg_cast'::regclass then 'cast'
                           when 'pg_catalog.pg_transform'::regclass then 'transform'
                           else 'unknown' end, true, null, null, 0, null
      where f.classid not in (
              'pg_catalog.pg_class'::regclass, 'pg_catalog.pg_type'::regclass, 'pg_catalog.pg_rewrite'::regclass,
              'pg_catalog.pg_trigger'::regclass, 'pg_catalog.pg_attrdef'::regclass,
              'pg_catalog.pg_constraint'::regclass, 'pg_catalog.pg_policy'::regclass,
              'pg_catalog.pg_statistic_ext'::regclass, 'pg_catalog.pg_amop'::regclass,
              'pg_catalog.pg_amproc'::regclass)
     ) k(what, solid, hclass, hobj, hsub, relid)
)
