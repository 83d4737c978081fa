-- A part of parts/body_means.sql (as :apart) and uses/reached.sql (as :apart), a condition: whether a type, a(oid), belongs to an
-- untrusted role and nothing has it of which a text could take a value: no column of a trusted role's relations or of one that
-- the text names, no function, no cast that is made by itself, and not the text, which does not name it. A domain is none: a
-- value of what it is made of fits.
-- Parameters: whom (an expression for the trusted roles, oid[]), said (one for the words of the text, name[]). Versions: 14-18.
exists (
  select from pg_catalog.pg_type y
    join pg_catalog.pg_type e on e.oid = case when y.typcategory = 'A' and y.typelem <> 0 then y.typelem else y.oid end
   where y.oid = a.oid and e.typtype in ('e', 'c', 'r', 'm') and e.typowner <> all (:whom) and e.typname <> all (:said)
     and not exists (
       select from pg_catalog.pg_depend d
        where d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.refobjid in (e.oid, e.typarray)
          and case d.classid
                when 'pg_catalog.pg_class'::pg_catalog.regclass
                then exists (select from pg_catalog.pg_class c
                              where c.oid = d.objid and (c.relowner = any (:whom) or c.relname = any (:said)))
                when 'pg_catalog.pg_proc'::pg_catalog.regclass
                then exists (select from pg_catalog.pg_proc f
                              where f.oid = d.objid
                                and (f.proowner = any (:whom)
                                     or f.proname = any (:said)
                                        and (f.prorettype in (e.oid, e.typarray)
                                             or coalesce(f.proallargtypes, '{}') && array[e.oid, e.typarray])))
                when 'pg_catalog.pg_type'::pg_catalog.regclass
                then exists (select from pg_catalog.pg_type z where z.oid = d.objid and z.oid <> e.typarray and z.typowner = any (:whom))
                when 'pg_catalog.pg_cast'::pg_catalog.regclass
                then exists (select from pg_catalog.pg_cast k
                              where k.oid = d.objid and k.castcontext = 'i' and k.casttarget in (e.oid, e.typarray)) end))
