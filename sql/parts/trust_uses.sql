-- A part of saved/trust.sql and trust_unchanged/again.sql, CTEs after "with recursive": all that something uses which is
-- evaluated, and what of that belongs to somebody who is not trusted.
-- Columns: uses (edges from one thing to another; `whole` is null where the first is itself something used), stranger (classid,
-- objid, code, owner, body: the trusted function whose body in quotes names it without a schema, where one does).
-- Parameters: body_means (the file of that name). Needs: direct (whole, fclass, fobj, fsub, classid, objid: what the evaluated
-- things use by themselves), searching (schemas: those of the project's path), trusted. Versions: 14-18.
uses(whole, fclass, fobj, fsub, classid, objid) as (
  select d.whole, d.fclass, d.fobj, d.fsub, d.classid, d.objid
    from direct d
   -- Of what is only read, a literal may hold a domain and be evaluated at once.
   where d.whole or exists (
           select from pg_catalog.pg_type y
            where y.oid = d.objid and (y.typtype in ('c', 'r', 'm') or y.typelem <> 0))
  union
  select null, u.classid, u.objid, 0, x.classid, x.objid
    from uses u
   cross join lateral (
     select p.refclassid as classid, p.refobjid as objid
       from pg_catalog.pg_depend p
      where u.classid in ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_constraint'::regclass)
        and p.classid = u.classid and p.objid = u.objid
        and p.refclassid in ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass,
                             'pg_catalog.pg_type'::regclass, 'pg_catalog.pg_class'::regclass)
     union all -- a partition key
     select p.refclassid, p.refobjid
       from pg_catalog.pg_depend p
      where u.classid = 'pg_catalog.pg_class'::regclass
        and p.classid = u.classid and p.objid = u.objid and p.objsubid = 0
        and p.refclassid in ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass,
                             'pg_catalog.pg_type'::regclass)
     union all -- the parts of a table that is read
     select 'pg_catalog.pg_class'::regclass, h.inhrelid
       from pg_catalog.pg_inherits h
      where u.classid = 'pg_catalog.pg_class'::regclass and h.inhparent = u.objid
     union all
     select 'pg_catalog.pg_proc'::regclass, o.oprcode
       from pg_catalog.pg_operator o
      where u.classid = 'pg_catalog.pg_operator'::regclass and o.oid = u.objid
     union all -- a view that a function reads
     select p.refclassid, p.refobjid
       from pg_catalog.pg_class v
       join pg_catalog.pg_rewrite w on w.ev_class = v.oid
       join pg_catalog.pg_depend p on p.classid = 'pg_catalog.pg_rewrite'::regclass and p.objid = w.oid
      where u.classid = 'pg_catalog.pg_class'::regclass and v.oid = u.objid and v.relkind = 'v'
        and p.refclassid in ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass,
                             'pg_catalog.pg_type'::regclass, 'pg_catalog.pg_class'::regclass)
     union all -- of a table that is read, what the planner works out: indexes, checks, defaults, statistics and policies
     select p.refclassid, p.refobjid
       from pg_catalog.pg_depend o
       join pg_catalog.pg_depend p on p.classid = o.classid and p.objid = o.objid
      where u.classid = 'pg_catalog.pg_class'::regclass
        and o.refclassid = 'pg_catalog.pg_class'::regclass and o.refobjid = u.objid and o.deptype in ('a', 'i', 'n')
        and (o.classid in ('pg_catalog.pg_constraint'::regclass, 'pg_catalog.pg_attrdef'::regclass,
                           'pg_catalog.pg_statistic_ext'::regclass, 'pg_catalog.pg_policy'::regclass)
             or o.classid = 'pg_catalog.pg_class'::regclass and exists (
                  select from pg_catalog.pg_index i where i.indexrelid = o.objid))
        and p.refclassid in ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass,
                             'pg_catalog.pg_type'::regclass)
     union all -- what a type consists of, what it checks, and what changes it into others
     select x.classid, x.objid
       from pg_catalog.pg_type y
      cross join lateral (
        select 'pg_catalog.pg_type'::regclass as classid, t.oid as objid
          from (values (y.typelem), (y.typbasetype)) t(oid)
        union all
        select 'pg_catalog.pg_type'::regclass, g.rngsubtype
          from pg_catalog.pg_range g where y.oid = g.rngtypid
        union all
        select 'pg_catalog.pg_proc'::regclass, f.oid
          from pg_catalog.pg_range g
         cross join lateral (values (g.rngcanonical), (g.rngsubdiff)) f(oid)
         where y.oid = g.rngtypid
        union all
        select 'pg_catalog.pg_type'::regclass, g.rngtypid
          from pg_catalog.pg_range g where y.typtype = 'm' and y.oid = g.rngmultitypid
        union all
        select 'pg_catalog.pg_type'::regclass, a.atttypid
          from pg_catalog.pg_attribute a
         where a.attrelid = y.typrelid and a.attnum > 0 and not a.attisdropped
        union all
        select 'pg_catalog.pg_constraint'::regclass, k.oid
          from pg_catalog.pg_constraint k where k.contypid = y.oid
        union all
        select 'pg_catalog.pg_proc'::regclass, k.castfunc
          from pg_catalog.pg_cast k where y.oid in (k.castsource, k.casttarget)) x
      where u.classid = 'pg_catalog.pg_type'::regclass and y.oid = u.objid
     union all -- what a body in quotes names
     select m.class, m.oid
       from pg_catalog.pg_proc p
       join pg_catalog.pg_language l on l.oid = p.prolang and l.lanname not in ('c', 'internal')
      cross join lateral (
        :body_means) m
      where u.classid = 'pg_catalog.pg_proc'::regclass and p.oid = u.objid and p.prosqlbody is null
        and p.proowner in (select t.oid from trusted t)
     ) x
   -- What comes with the server is its owner's.
   where u.objid >= 16384 and x.objid >= 16384
), misnamed(body, classid, objid) as materialized ( -- what a body may come to run for a name without a schema
  select distinct p.oid, m.class, m.oid
    from (select distinct u.objid from uses u where u.classid = 'pg_catalog.pg_proc'::regclass and u.objid >= 16384) u
    join pg_catalog.pg_proc p on p.oid = u.objid and p.prosqlbody is null and p.proowner in (select t.oid from trusted t)
    join pg_catalog.pg_language l on l.oid = p.prolang and l.lanname not in ('c', 'internal')
   cross join lateral (
     :body_means) m
   where m.found
), stranger(classid, objid, code, owner, body) as materialized (
  select s.classid, s.objid, s.code, s.owner,
         (select min('function ' || m.body::regprocedure) from misnamed m
           where m.classid = s.classid and m.objid = s.objid
              or m.classid = 'pg_catalog.pg_operator'::regclass and s.classid = 'pg_catalog.pg_proc'::regclass
                 and exists (select from pg_catalog.pg_operator o where o.oid = m.objid and o.oprcode = s.objid))
    from (select distinct u.classid, u.objid from uses u where u.objid >= 16384) u
   cross join lateral (
     select u.classid, u.objid,
            case p.prokind when 'a' then 'aggregate ' when 'p' then 'procedure ' else 'function ' end
              || p.oid::regprocedure as code, p.proowner as owner
       from pg_catalog.pg_proc p
      where u.classid = 'pg_catalog.pg_proc'::regclass and p.oid = u.objid
     union all
     select u.classid, u.objid, 'operator ' || o.oid::regoperator, o.oprowner
       from pg_catalog.pg_operator o
      where u.classid = 'pg_catalog.pg_operator'::regclass and o.oid = u.objid
     union all
     select u.classid, u.objid, 'domain ' || format_type(y.oid, null), y.typowner
       from pg_catalog.pg_type y
      where u.classid = 'pg_catalog.pg_type'::regclass and y.oid = u.objid and y.typtype = 'd'
     union all -- whoever reads it runs what it says
     select u.classid, u.objid, 'view ' || c.oid::regclass, c.relowner
       from pg_catalog.pg_class c
      where u.classid = 'pg_catalog.pg_class'::regclass and c.oid = u.objid and c.relkind = 'v'
        and exists (select from misnamed m where m.classid = u.classid and m.objid = u.objid)) s
   where s.owner not in (select t.oid from trusted t)
)
