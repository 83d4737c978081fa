-- A part of saved/trust.sql and trust_unchanged/again.sql, a CTE: functions and operators of somebody who is not trusted with the
-- names of those that something uses which is evaluated. A text is read again, and one of them may then fit better: one that
-- takes any type, or has defaults, gives way to one that takes just what is given.
-- Columns: fclass, fobj, fsub (what uses it), code, other, owner.
-- Parameters: none. Needs: direct (see parts/trust_uses.sql), trusted. Versions: 14-18.
namesake(fclass, fobj, fsub, code, other, owner) as (
  select d.fclass, d.fobj, d.fsub, x.code, x.other, x.owner
    from direct d
   cross join lateral (
     select 'function ' || p.oid::regprocedure as code, 'function ' || o.oid::regprocedure as other, o.proowner as owner
       from pg_catalog.pg_proc p
       join pg_catalog.pg_proc o on o.proname = p.proname and o.pronamespace = p.pronamespace and o.oid <> p.oid
      where d.classid = 'pg_catalog.pg_proc'::regclass and p.oid = d.objid
     union all
     select 'operator ' || p.oid::regoperator, 'operator ' || o.oid::regoperator, o.oprowner
       from pg_catalog.pg_operator p
       join pg_catalog.pg_operator o on o.oprname = p.oprname and o.oprnamespace = p.oprnamespace and o.oid <> p.oid
      where d.classid = 'pg_catalog.pg_operator'::regclass and p.oid = d.objid) x
   where d.whole and d.objid >= 16384 and x.owner not in (select t.oid from trusted t)
)
