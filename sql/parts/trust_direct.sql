-- A part of saved/trust.sql and trust_unchanged/again.sql, a subquery: what something uses that is evaluated, of each e(classid,
-- objid, objsubid, whole); where not the whole of it is, only types.
-- Columns: classid, objid. Parameters: none. Versions: 14-18.
select p.refclassid as classid, p.refobjid as objid
  from pg_catalog.pg_depend p
 where p.classid = e.classid and p.objid = e.objid and p.objsubid = e.objsubid
   and case when e.whole then p.refclassid in ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass,
                                               'pg_catalog.pg_type'::regclass, 'pg_catalog.pg_class'::regclass)
                              -- A check of a domain does not use that domain.
                              and not (p.deptype = 'a' and p.classid = 'pg_catalog.pg_constraint'::regclass
                                       and p.refclassid = 'pg_catalog.pg_type'::regclass)
            else p.refclassid = 'pg_catalog.pg_type'::regclass end
union all -- the types of the columns that it names: a function may come to evaluate their domains and casts
select 'pg_catalog.pg_type'::regclass, a.atttypid
  from pg_catalog.pg_depend p
  join pg_catalog.pg_attribute a on a.attrelid = p.refobjid and a.attnum = p.refobjsubid
 where e.whole and p.classid = e.classid and p.objid = e.objid and p.objsubid = e.objsubid
   and p.refclassid = 'pg_catalog.pg_class'::regclass and p.refobjsubid > 0 and a.atttypid >= 16384
