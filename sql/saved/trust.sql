-- A part of saved.sql, a CTE's query: what putting a thing back would run that an untrusted role wrote, or may write anew; and
-- what that rests on, to ask again when it is put back (trust_unchanged/again.sql).
-- The server evaluates, as the role that works: the checks of tables and domains, stored generated columns, and what a foreign
-- key's first check plans; and of anything, literals of types that hold a domain. As the owner, in an operation that cannot get
-- out of his rights: indexes, statistics, and the rows of a materialized view. That is harm only where the owner is trusted.
-- Nothing else is evaluated when it is made.
-- The names in a body in quotes are looked up when it runs, so words decide (parts/body_means.sql).
-- Columns: those of `line` in saved.sql.
-- Parameters: schemas (text[]: the project's, and those of its path), relid, body_means (see src/read/trusted.rs). Needs:
-- trusted. Versions: 14-18.
searching as materialized (
  select :'schemas'::text[] as schemas
)

, evaluated(node, thing, classid, objid, objsubid, whole, planned) as materialized (
  -- whole: all that it uses; else only the types of its literals. planned: the table with which it is.
  select n.node, n.thing, r.classid, r.objid, r.objsubid, true, r.planned
    from named n
    left join pg_catalog.pg_constraint c on n.what = 'constraint' and c.oid = n.objid
    left join pg_catalog.pg_class m on n.what = 'relation' and m.oid = n.objid
   cross join lateral (
     select exists (select from trusted t
                     where t.oid = (select k.relowner from pg_catalog.pg_class k where k.oid = n.relid)) as owner) t
   cross join lateral (
     select n.classid, n.objid, n.objsubid, null::oid
      where c.contype = 'c' and c.convalidated and n.relkind is distinct from 'f'
         or t.owner and (c.contype in ('p', 'u', 'x') or n.what in ('index', 'statistics'))
         or n.what = 'column'
         or n.what = 'routine' and exists (
              select from pg_catalog.pg_aggregate a
               where a.aggfnoid = n.objid and coalesce(a.agginitval, a.aggminitval) is not null)
     union all -- an expression of the column's default is an object of its own
     select 'pg_catalog.pg_attrdef'::regclass, v.oid, 0, null
       from pg_catalog.pg_attrdef v
      where n.what = 'column' and v.adrelid = n.relid and v.adnum = n.objsubid
     union all
     select 'pg_catalog.pg_class'::regclass, c.conindid, 0, null
      where t.owner and c.contype in ('p', 'u', 'x')
     union all
     select 'pg_catalog.pg_rewrite'::regclass, w.oid, 0, null
       from pg_catalog.pg_rewrite w
      where t.owner and m.relkind = 'm' and m.relispopulated and w.ev_class = m.oid
     union all
     select x.classid, x.objid, x.objsubid, k.relid
       from (select v.relid
               from (values (c.conrelid), (c.confrelid)) v(relid)
              where c.contype = 'f' and c.convalidated
             union all -- for each row of a partitioned table: the partitions get it, too, and are looked up by their keys
             select n.relid where n.what = 'trigger' and n.relkind = 'p') k
      cross join lateral (
        :trust_planned) x) r(classid, objid, objsubid, planned)
  union all
  select h.node, n.thing, h.classid, h.objid, h.objsubid, false, null
    from home h
    left join named n on n.classid = h.classid and n.objid = h.objid and n.objsubid = h.objsubid

), direct(whole, fclass, fobj, fsub, classid, objid) as materialized (
  select e.whole, e.classid, e.objid, e.objsubid, x.classid, x.objid
    from (select distinct v.classid, v.objid, v.objsubid, v.whole from evaluated v) e
   cross join lateral (
     :trust_direct) x

), :trust_uses

-- Back from what is a stranger's to what would run it.
, runs(whole, classid, objid, objsubid, sclass, sobj) as (
  select null::boolean, s.classid, s.objid, 0, s.classid, s.objid from stranger s
  union
  select u.whole, u.fclass, u.fobj, u.fsub, r.sclass, r.sobj
    from runs r
    join uses u on u.classid = r.classid and u.objid = r.objid
   where r.whole is null
)

-- The words of an expression are a stranger's where he wrote it, and a function that is trusted may do what its arguments say: it
-- executes one as SQL (query_to_xml, a function of somebody's own), changes something (lo_export, nextval, dblink), or reads a text
-- as a type that a number or a text names (array_in, pg_input_is_valid). No dependency tells of the type as which json_value reads.
, written(node, thing, holder, owner, text, classid, objid, type) as materialized (
  select n.node, n.thing, n.on_table, n.owner, c.conbin::text, n.classid, n.objid, null::oid
    from named n
    join pg_catalog.pg_constraint c on n.what = 'constraint' and c.oid = n.objid and c.contype = 'c' and c.convalidated
   where n.relkind is distinct from 'f' and n.owner not in (select t.oid from trusted t)
  union all
  select n.node, n.thing, n.on_table, n.owner, v.adbin::text, 'pg_catalog.pg_attrdef'::regclass, v.oid, a.atttypid
    from named n
    join pg_catalog.pg_attrdef v on n.what = 'column' and v.adrelid = n.relid and v.adnum = n.objsubid
    join pg_catalog.pg_attribute a on a.attrelid = v.adrelid and a.attnum = v.adnum
   where n.owner not in (select t.oid from trusted t)
), told(node, classid, objid) as ( -- what gets such words: not what functions make of them
  select w.node, x.classid, x.objid
    from written w
   cross join lateral (
     select p.refclassid as classid, p.refobjid as objid
       from pg_catalog.pg_depend p
      where p.classid = w.classid and p.objid = w.objid and p.deptype = 'n'
        and p.refclassid in ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass, 'pg_catalog.pg_type'::regclass)
     union all
     select 'pg_catalog.pg_type'::regclass, w.type where w.type is not null) x
   where x.objid >= 16384
  union
  select o.node, x.classid, x.objid
    from told o
   cross join lateral (
     select 'pg_catalog.pg_proc'::regclass as classid, p.oprcode::oid as objid
       from pg_catalog.pg_operator p
      where o.classid = 'pg_catalog.pg_operator'::regclass and p.oid = o.objid
     union all
     select p.refclassid, p.refobjid
       from pg_catalog.pg_constraint k
       join pg_catalog.pg_depend p on p.classid = 'pg_catalog.pg_constraint'::regclass and p.objid = k.oid and p.deptype = 'n'
      where o.classid = 'pg_catalog.pg_type'::regclass and k.contypid = o.objid
        and p.refclassid in ('pg_catalog.pg_proc'::regclass, 'pg_catalog.pg_operator'::regclass, 'pg_catalog.pg_type'::regclass)
     union all
     select 'pg_catalog.pg_type'::regclass, t.oid
       from pg_catalog.pg_type y
      cross join lateral (
        select y.typelem as oid
        union all
        select y.typbasetype
        union all
        select g.rngsubtype from pg_catalog.pg_range g where y.oid = g.rngtypid
        union all
        select g.rngtypid
          from pg_catalog.pg_range g where y.typtype = 'm' and y.oid = g.rngmultitypid
        union all
        select a.atttypid
          from pg_catalog.pg_attribute a
         where a.attrelid = y.typrelid and a.attnum > 0 and not a.attisdropped) t
      where o.classid = 'pg_catalog.pg_type'::regclass and y.oid = o.objid) x
   where x.objid >= 16384
)

, :trust_obedient

, loose(node, thing, code, holder, owner, make) as materialized (
  select w.node, w.thing, 'function ' || p.oid::regprocedure, w.holder, w.owner, null
    from written w
   cross join lateral (
     select distinct f.found[1]::oid as oid
       from regexp_matches(w.text, ':(?:op)?funcid (\d+)', 'g') f(found)) f
    join does_as_told d on d.oid = f.oid
    join pg_catalog.pg_proc p on p.oid = d.oid
  union all
  select w.node, w.thing, 'function ' || p.oid::regprocedure || ', which may run what it is given,', w.holder, w.owner,
         'function ' || p.oid::regprocedure
    from written w
    join told o on o.node = w.node and o.classid = 'pg_catalog.pg_proc'::regclass
    join obedient b on b.oid = o.objid
    join pg_catalog.pg_proc p on p.oid = b.oid
  union all
  select w.node, w.thing, 'an SQL/JSON function', w.holder, w.owner, null
    from written w
   where w.text ~ '\{JSONEXPR '
)

, :trust_namesakes

, :trust_shadow

, trust_line(node, field, place, key, option, col, late, statement, about) as (
  select n.node, 'exact', 0, '', null::text, null::text, false, 'true', null::jsonb
    from named n
   where (n.own and n.what = 'column' or n.what = 'index') and (select s.cast_by from shadow s)
  union
  select e.node, 'untrusted', 0, n.other, format('alter %s owner to', n.other), null, false,
         format('it uses %s, and %s, which belongs to %I, has the same name', n.code, n.other, pg_get_userbyid(n.owner)),
         e.thing || '{"does": "make"}'
    from evaluated e
    join namesake n on e.whole and n.fclass = e.classid and n.fobj = e.objid and n.fsub = e.objsubid
  union
  select e.node, 'untrusted', 0, x.code, format('alter %s owner to', x.code), null, false,
         case when x.body is null then format('it runs %s, which belongs to %I', x.code, pg_get_userbyid(x.owner))
              else format('it may run %s, which belongs to %I, for a name that the body of %s writes without a schema', x.code,
                          pg_get_userbyid(x.owner), x.body) end, e.thing || '{"does": "make"}'
    from evaluated e
    join runs r on r.whole = e.whole and r.classid = e.classid and r.objid = e.objid and r.objsubid = e.objsubid
    join stranger x on x.classid = r.sclass and x.objid = r.sobj
  union
  select l.node, 'untrusted', 0, l.code, format('alter %s owner to', l.holder), l.make, false,
         format('it runs %s with words of %I, who owns %s', l.code, pg_get_userbyid(l.owner), l.holder),
         l.thing || '{"does": "make"}'
    from loose l
  union -- what is put back rests on these
  select e.node, 'rest', 0, e.whole || ' ' || d.classid || '/' || d.objid || '/0', case when e.whole then 'whole' else 'types' end,
         i.identity, false, d.classid || '/' || d.objid || '/0', e.thing || '{"does": "make"}'
    from evaluated e
    join direct d on d.whole = e.whole and d.fclass = e.classid and d.fobj = e.objid and d.fsub = e.objsubid
   cross join lateral pg_catalog.pg_identify_object(d.classid, d.objid, 0) i
   where e.planned is null and d.objid >= 16384
  union -- where bodies in quotes find their names
  select distinct e.node, 'rest', 0, 'path', 'path', (select s.schemas::text from searching s), false, '0/0/0',
                  e.thing || '{"does": "make"}'
    from evaluated e
    left join direct d on d.whole and d.fclass = e.classid and d.fobj = e.objid and d.fsub = e.objsubid and d.objid >= 16384
   where e.planned is not null or d.objid is not null
  union
  select distinct e.node, 'rest', 0, 'planned ' || e.planned, 'planned', e.planned::regclass::text, false,
         'pg_catalog.pg_class'::regclass::oid || '/' || e.planned || '/0', e.thing || '{"does": "make"}'
    from evaluated e
   where e.planned is not null
  union
  select n.node, 'rest', 0, 'plain', 'plain', null, false, '0/0/0', n.thing || '{"does": "make"}'
    from named n
   where (n.own and n.what = 'column' or n.what = 'index') and not (select s.cast_by from shadow s)
)
