-- A part of uses.sql, CTEs: what of untrusted roles a filling, the making of an index, or a query would run without using it
-- itself. The names in a body in quotes are looked up when it runs, so words decide: a call, a view, a type that checks
-- something, an operator or a word that means one. And of a table that is read, the server works out what its indexes, checks,
-- generated columns, statistics, policies and partition key call.
-- A body that sets a search_path is looked at for what is in schemas which that names, too.
-- Parameters: filled, caller (as in uses.sql), called (text[]: functions that an index or a query is about to call), said_means
-- (the text of parts/body_means.sql, for that text), apart (that of parts/body_apart.sql), body_means (that of
-- parts/body_means.sql, for functions). Columns of caller_code: those of foreign_code in uses.sql; of reached_hit: identity,
-- schema, name, what, owner (of the thing), body (the function whose body names it), runs (what the server would run of a
-- table's). Needs: used, thing, the variables path and trusted. Versions: 14-18.
said as materialized (
  select m.class, m.oid, m.follow, m.found, m.call
    from (:said_means) m
), caller_code (identity, class, oid, schema, name, owner, what) as (
  select :'caller', t.class, t.oid, t.schema, t.name, t.owner, t.what
    from thing t
   where t.class = 'pg_catalog.pg_proc'::pg_catalog.regclass and t.name = any (:'called'::text[])
     and exists (select from pg_catalog.pg_proc p
                  where p.oid = t.oid and p.pronamespace = any (path)
                    and (p.pronargs = 0 or exists (select from pg_catalog.unnest(p.proargtypes) a(oid) where not (:apart))))
   union
  select :'caller', t.class, t.oid, t.schema, t.name, t.owner, t.what
    from thing t
    join said s on s.class = t.class and s.oid = t.oid and s.found and not s.call
), reached (identity, class, oid) as (
  (select u.identity, u.refclassid, u.refobjid
     from used u
    where u.identity = any (:'filled'::text[]) and u.refobjid >= 16384
    union
   select :'caller', s.class, s.oid from said s where s.follow)
   union
  select r.identity, x.class, x.oid
    from reached r
   cross join lateral (
     -- A function's defaults and parsed body, and what an aggregate is made of.
     select d.refclassid as class, d.refobjid as oid
       from pg_catalog.pg_depend d
      where r.class = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.classid = r.class and d.objid = r.oid
      union all
     select 'pg_catalog.pg_proc'::pg_catalog.regclass, o.oprcode
       from pg_catalog.pg_operator o
      where r.class = 'pg_catalog.pg_operator'::pg_catalog.regclass and o.oid = r.oid
      union all
     select d.refclassid, d.refobjid
       from pg_catalog.pg_class c
       join pg_catalog.pg_rewrite w on w.ev_class = c.oid
       join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = w.oid
      where r.class = 'pg_catalog.pg_class'::pg_catalog.regclass and c.oid = r.oid and c.relkind = 'v'
      union all
     select r.class, i.inhrelid
       from pg_catalog.pg_inherits i
      where r.class = 'pg_catalog.pg_class'::pg_catalog.regclass and i.inhparent = r.oid
      union all
     select d.refclassid, d.refobjid
       from pg_catalog.pg_constraint k
       join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_constraint'::pg_catalog.regclass and d.objid = k.oid
      where r.class = 'pg_catalog.pg_type'::pg_catalog.regclass and k.contypid = r.oid
      union all
     -- What a type consists of, and what changes it into others.
     select y.class, y.oid
       from pg_catalog.pg_type t
      cross join lateral (
        select r.class, e.oid from (values (t.typelem), (t.typbasetype)) e(oid)
         union all
        select r.class, g.rngsubtype
          from pg_catalog.pg_range g where t.oid in (g.rngtypid, g.rngmultitypid)
         union all
        select r.class, a.atttypid
          from pg_catalog.pg_attribute a
         where a.attrelid = t.typrelid and a.attnum > 0 and not a.attisdropped
         union all
        select 'pg_catalog.pg_proc'::pg_catalog.regclass, k.castfunc
          from pg_catalog.pg_cast k where t.oid in (k.castsource, k.casttarget)) y
      where r.class = 'pg_catalog.pg_type'::pg_catalog.regclass and t.oid = r.oid
      union all
     select m.class, m.oid
       from pg_catalog.pg_proc p
       join pg_catalog.pg_language l on l.oid = p.prolang and l.lanname not in ('c', 'internal')
      cross join lateral (
        :body_means) m
      where r.class = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid = r.oid and p.prosqlbody is null
        and p.proowner = any (trusted) and m.follow) x
   where x.oid >= 16384
     and x.class in ('pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_operator'::pg_catalog.regclass,
                     'pg_catalog.pg_type'::pg_catalog.regclass, 'pg_catalog.pg_class'::pg_catalog.regclass)
), named (body, class, oid, schema, name, what, owner) as (
  select distinct p.oid, t.class, t.oid, t.schema, t.name, t.what, t.owner
    from (select distinct r.oid from reached r where r.class = 'pg_catalog.pg_proc'::pg_catalog.regclass) r
    join pg_catalog.pg_proc p on p.oid = r.oid and p.prosqlbody is null and p.proowner = any (trusted)
    join pg_catalog.pg_language l on l.oid = p.prolang and l.lanname not in ('c', 'internal')
   cross join lateral (
     :body_means) m
    join thing t on t.class = m.class and t.oid = m.oid
   where m.found
), laden as materialized ( -- what the server would run of the tables of untrusted roles
  select c.oid, x.class, x.ran, x.says
    from pg_catalog.pg_class c
   cross join lateral (
     select d.refclassid as class, d.refobjid as ran, false as says
       from pg_catalog.pg_depend d
      where d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objid = c.oid
      union all
     select d.refclassid, d.refobjid, false
       from pg_catalog.pg_depend o
       join pg_catalog.pg_depend d on d.classid = o.classid and d.objid = o.objid
      where o.refclassid = 'pg_catalog.pg_class'::pg_catalog.regclass and o.refobjid = c.oid and o.deptype in ('a', 'i', 'n')
        and (o.classid in ('pg_catalog.pg_constraint'::pg_catalog.regclass, 'pg_catalog.pg_statistic_ext'::pg_catalog.regclass,
                           'pg_catalog.pg_policy'::pg_catalog.regclass)
             or o.classid = 'pg_catalog.pg_attrdef'::pg_catalog.regclass and exists (
                  select from pg_catalog.pg_attrdef v
                    join pg_catalog.pg_attribute a on a.attrelid = v.adrelid and a.attnum = v.adnum and a.attgenerated <> ''
                   where v.oid = o.objid)
             or o.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and exists (
                  select from pg_catalog.pg_index i where i.indexrelid = o.objid))
      union all
     -- One of the server's that does what its arguments say.
     select 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, true
       from pg_catalog.pg_policy y
      cross join lateral pg_catalog.regexp_matches(y.polqual::text, ':funcid ([0-9]+)', 'g') f(found)
       join pg_catalog.pg_proc p on p.oid = f.found[1]::oid
      where y.polrelid = c.oid and p.provolatile = 'v' and p.oid < 16384) x
   where x.class in ('pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_operator'::pg_catalog.regclass,
                     'pg_catalog.pg_class'::pg_catalog.regclass)
     and c.relkind in ('r', 'p', 'm', 'f') and c.relowner <> all (trusted)
     and c.oid in (select r.oid from reached r where r.class = 'pg_catalog.pg_class'::pg_catalog.regclass)
), reached_hit as (
  select r.identity, n.schema, n.name, n.what, n.owner, 'function ' || n.body::pg_catalog.regprocedure::text as body, null::text as runs
    from reached r
    join named n on r.class = 'pg_catalog.pg_proc'::pg_catalog.regclass and n.body = r.oid
   union all
  select r.identity, n.nspname, c.relname,
         case c.relkind when 'm' then 'materialized view ' when 'f' then 'foreign table ' else 'table ' end
           || c.oid::pg_catalog.regclass::text, c.relowner, null, coalesce(t.what, 'function ' || l.ran::pg_catalog.regprocedure::text)
    from reached r
    join pg_catalog.pg_class c on r.class = 'pg_catalog.pg_class'::pg_catalog.regclass and c.oid = r.oid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
    join laden l on l.oid = c.oid
    left join thing t on t.class = l.class and t.oid = l.ran
   where l.says or t.oid is not null
)
