-- A part of saved.sql: what putting a thing back would run that an untrusted role wrote, or may write anew.
-- The server evaluates, as the role that works: the checks of tables and domains, stored generated columns, and what a foreign
-- key's first check plans; and of anything, literals of types that hold a domain. As the owner, in an operation that cannot get
-- out of his rights: indexes, statistics, and the rows of a materialized view. That is harm only where the owner is trusted.
-- Nothing else is evaluated when it is made.
-- Columns: those of `line` in saved.sql. Parameters: none. Needs: trusted. Versions: 14-18.
evaluated(node, thing, classid, objid, objsubid, whole) as materialized (
  -- whole: all that it uses; else only the types of its literals
  select n.node, n.thing, r.classid, r.objid, r.objsubid, true
    from named n
    left join pg_catalog.pg_constraint c on n.what = 'constraint' and c.oid = n.objid
    left join pg_catalog.pg_class m on n.what = 'relation' and m.oid = n.objid
   cross join lateral (
     select exists (select from trusted t
                     where t.oid = (select k.relowner from pg_catalog.pg_class k where k.oid = n.relid)) as owner) t
   cross join lateral (
     select n.classid, n.objid, n.objsubid
      where c.contype = 'c' and c.convalidated and n.relkind is distinct from 'f'
         or t.owner and (c.contype in ('p', 'u', 'x') or n.what in ('index', 'statistics'))
         or n.what = 'column'
         or n.what = 'routine' and exists (
              select from pg_catalog.pg_aggregate a where a.aggfnoid = n.objid and coalesce(a.agginitval, a.aggminitval) is not null)
     union all -- an expression of the column's default is an object of its own
     select 'pg_catalog.pg_attrdef'::regclass, v.oid, 0
       from pg_catalog.pg_attrdef v
      where n.what = 'column' and v.adrelid = n.relid and v.adnum = n.objsubid
     union all
     select 'pg_catalog.pg_class'::regclass, c.conindid, 0
      where t.owner and c.contype in ('p', 'u', 'x')
     union all
     select 'pg_catalog.pg_rewrite'::regclass, w.oid, 0
       from pg_catalog.pg_rewrite w
      where t.owner and m.relkind = 'm' and m.relispopulated and w.ev_class = m.oid
     union all -- the planner works out what it can of all that belongs to both tables
     select x.classid, x.objid, x.objsubid
       from (values (c.conrelid), (c.confrelid)) k(relid)
      cross join lateral (
        select k.relid
        union
        select t.relid from pg_catalog.pg_partition_tree(k.relid) t) f(relid)
      cross join lateral (
        select 'pg_catalog.pg_class'::regclass as classid, i.indexrelid as objid, 0 as objsubid
          from pg_catalog.pg_index i where i.indrelid = f.relid
        union all
        select 'pg_catalog.pg_constraint'::regclass, k.oid, 0
          from pg_catalog.pg_constraint k where k.conrelid = f.relid and k.contype = 'c'
        union all
        select 'pg_catalog.pg_attrdef'::regclass, v.oid, 0
          from pg_catalog.pg_attrdef v where v.adrelid = f.relid
        union all
        select 'pg_catalog.pg_statistic_ext'::regclass, s.oid, 0
          from pg_catalog.pg_statistic_ext s where s.stxrelid = f.relid
        union all
        select 'pg_catalog.pg_class'::regclass, f.relid, a.attnum
          from pg_catalog.pg_attribute a where a.attrelid = f.relid and a.attnum >= 0 and not a.attisdropped
        union all
        select 'pg_catalog.pg_class'::regclass, f.relid, 0) x
      where c.contype = 'f' and c.convalidated) r(classid, objid, objsubid)
  union all
  select h.node, n.thing, h.classid, h.objid, h.objsubid, false
    from home h
    left join named n on n.classid = h.classid and n.objid = h.objid and n.objsubid = h.objsubid

-- What they use, as edges from one thing to another; `whole` is null where the first is itself something used.
), uses(whole, fclass, fobj, fsub, classid, objid) as (
  select e.whole, e.classid, e.objid, e.objsubid, x.classid, x.objid
    from (select distinct v.classid, v.objid, v.objsubid, v.whole from evaluated v) e
   cross join lateral (
     select p.refclassid as classid, p.refobjid as objid
       from pg_catalog.pg_depend p
      where p.classid = e.classid and p.objid = e.objid and p.objsubid = e.objsubid
        and case when e.whole then p.refclassid in ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass,
                                                    'pg_catalog.pg_type'::regclass, 'pg_catalog.pg_class'::regclass)
                                   -- A check of a domain does not use that domain.
                                   and not (p.deptype = 'a' and p.classid = 'pg_catalog.pg_constraint'::regclass
                                            and p.refclassid = 'pg_catalog.pg_type'::regclass)
                 else p.refclassid = 'pg_catalog.pg_type'::regclass and exists (
                   select from pg_catalog.pg_type y
                    where y.oid = p.refobjid and (y.typtype in ('c', 'r', 'm') or y.typelem <> 0)) end
     union all -- the types of the columns that it names: a function may come to evaluate their domains and casts
     select 'pg_catalog.pg_type'::regclass, a.atttypid
       from pg_catalog.pg_depend p
       join pg_catalog.pg_attribute a on a.attrelid = p.refobjid and a.attnum = p.refobjsubid
      where e.whole and p.classid = e.classid and p.objid = e.objid and p.objsubid = e.objsubid
        and p.refclassid = 'pg_catalog.pg_class'::regclass and p.refobjsubid > 0 and a.atttypid >= 16384) x
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
        select 'pg_catalog.pg_type'::regclass, g.rngtypid
          from pg_catalog.pg_range g where y.typtype = 'm' and y.oid = g.rngmultitypid
        union all
        select 'pg_catalog.pg_type'::regclass, a.atttypid
          from pg_catalog.pg_attribute a where a.attrelid = y.typrelid and a.attnum > 0 and not a.attisdropped
        union all
        select 'pg_catalog.pg_constraint'::regclass, k.oid
          from pg_catalog.pg_constraint k where k.contypid = y.oid
        union all
        select 'pg_catalog.pg_proc'::regclass, k.castfunc
          from pg_catalog.pg_cast k where y.oid in (k.castsource, k.casttarget)) x
      where u.classid = 'pg_catalog.pg_type'::regclass and y.oid = u.objid
     ) x
   -- What comes with the server is its owner's.
   where u.objid >= 16384 and x.objid >= 16384
), stranger(classid, objid, code, owner) as materialized (
  select s.classid, s.objid, s.code, s.owner
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
      where u.classid = 'pg_catalog.pg_type'::regclass and y.oid = u.objid and y.typtype = 'd') s
   where s.owner not in (select t.oid from trusted t)

-- Back from what is a stranger's to what would run it.
), runs(whole, classid, objid, objsubid, sclass, sobj) as (
  select null::boolean, s.classid, s.objid, 0, s.classid, s.objid from stranger s
  union
  select u.whole, u.fclass, u.fobj, u.fsub, r.sclass, r.sobj
    from runs r
    join uses u on u.classid = r.classid and u.objid = r.objid
   where r.whole is null

-- A check may call a function of the server, or of an extension, that does what its arguments say (query_to_xml, lo_export,
-- nextval, dblink), or reads a text as a type that a number or a text names (array_in, pg_input_is_valid): these are trusted, the
-- words are not where a stranger wrote the check. No dependency tells of the type as which json_value reads.
), written(node, thing, holder, owner, text) as materialized (
  select n.node, n.thing, n.on_table, n.owner, c.conbin::text
    from named n
    join pg_catalog.pg_constraint c on n.what = 'constraint' and c.oid = n.objid and c.contype = 'c' and c.convalidated
   where n.relkind is distinct from 'f' and n.owner not in (select t.oid from trusted t)
  union all
  select n.node, n.thing, n.on_table, n.owner, v.adbin::text
    from named n
    join pg_catalog.pg_attrdef v on n.what = 'column' and v.adrelid = n.relid and v.adnum = n.objsubid
   where n.owner not in (select t.oid from trusted t)
), loose(node, thing, code, holder, owner) as materialized (
  select w.node, w.thing, 'function ' || p.oid::regprocedure, w.holder, w.owner
    from written w
   cross join lateral (
     select distinct f.found[1]::oid as oid
       from regexp_matches(w.text, ':funcid (\d+)', 'g') f(found)) f
    join pg_catalog.pg_proc p on p.oid = f.oid
   where (p.provolatile = 'v' and p.proname not in ('clock_timestamp', 'gen_random_uuid', 'random', 'timeofday')
          or p.proname ~ '^(query|table|schema|database|cursor)_to_xml|^pg_input_'
          or p.proargtypes::oid[] && '{cstring,internal}'::regtype[]::oid[])
     and (p.oid < 16384 or exists (select from pg_catalog.pg_depend e
                                    where e.classid = 'pg_catalog.pg_proc'::regclass and e.objid = p.oid and e.deptype = 'e'))
  union all
  select w.node, w.thing, 'an SQL/JSON function', w.holder, w.owner
    from written w
   where w.text ~ '\{JSONEXPR '

-- A text is read again, and a function of a stranger's with the same name may then fit better: one that takes any type, or
-- has defaults, gives way to one that takes just what is given.
), namesake(node, thing, code, other, owner) as (
  select e.node, e.thing, x.code, x.other, x.owner
    from evaluated e
    join uses u on u.whole = e.whole and u.fclass = e.classid and u.fobj = e.objid and u.fsub = e.objsubid
   cross join lateral (
     select 'function ' || p.oid::regprocedure as code, 'function ' || o.oid::regprocedure as other, o.proowner as owner
       from pg_catalog.pg_proc p
       join pg_catalog.pg_proc o on o.proname = p.proname and o.pronamespace = p.pronamespace and o.oid <> p.oid
      where u.classid = 'pg_catalog.pg_proc'::regclass and p.oid = u.objid
     union all
     select 'operator ' || p.oid::regoperator, 'operator ' || o.oid::regoperator, o.oprowner
       from pg_catalog.pg_operator p
       join pg_catalog.pg_operator o on o.oprname = p.oprname and o.oprnamespace = p.oprnamespace and o.oid <> p.oid
      where u.classid = 'pg_catalog.pg_operator'::regclass and p.oid = u.objid) x
   where e.whole and u.objid >= 16384 and x.owner not in (select t.oid from trusted t)
), shadow(cast_by) as materialized ( -- whether a stranger has anything named like a function or operator of the server's
  select exists (select from pg_catalog.pg_proc p
                   join pg_catalog.pg_proc b on b.proname = p.proname and b.pronamespace = 'pg_catalog'::regnamespace
                  where p.oid >= 16384 and p.proowner not in (select t.oid from trusted t))
         or exists (select from pg_catalog.pg_operator p
                      join pg_catalog.pg_operator b on b.oprname = p.oprname and b.oprnamespace = 'pg_catalog'::regnamespace
                     where p.oid >= 16384 and p.oprowner not in (select t.oid from trusted t))
), trust_line(node, field, place, key, option, col, late, statement, about) as (
  select n.node, 'exact', 0, '', null::text, null::text, false, 'true', null::jsonb
    from named n
   where n.own and n.what in ('column', 'index') and (select s.cast_by from shadow s)
  union
  select n.node, 'untrusted', 0, n.other, format('alter %s owner to', n.other), null, false,
         format('it uses %s, and %s, which belongs to %I, has the same name', n.code, n.other, pg_get_userbyid(n.owner)),
         n.thing || '{"does": "make"}'
    from namesake n
  union
  select e.node, 'untrusted', 0, x.code, format('alter %s owner to', x.code), null, false,
         format('it runs %s, which belongs to %I', x.code, pg_get_userbyid(x.owner)), e.thing || '{"does": "make"}'
    from evaluated e
    join runs r on r.whole = e.whole and r.classid = e.classid and r.objid = e.objid and r.objsubid = e.objsubid
    join stranger x on x.classid = r.sclass and x.objid = r.sobj
  union
  select l.node, 'untrusted', 0, l.code, format('alter %s owner to', l.holder), null, false,
         format('it runs %s with words of %I, who owns %s', l.code, pg_get_userbyid(l.owner), l.holder),
         l.thing || '{"does": "make"}'
    from loose l
)
