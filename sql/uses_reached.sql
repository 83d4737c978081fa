-- A part of uses.sql, CTEs: what of untrusted roles a filling, the making of an index, or a query would run without using it itself.
-- The names in a body in quotes are looked up when it runs, so words decide: a call, a view, a type that checks something, an
-- operator or a word that means one. And of a table that is read, the server works out what its indexes, checks, generated columns,
-- statistics, policies and partition key call.
-- A body that sets a search_path is looked at for what is in schemas which that names, too.
-- Parameters: filled, called, unqualified, operators, caller (as in uses.sql), words (text[]: all words of the query). Columns of reached_hit: identity, schema, name, what, owner (of the
-- thing), body (the function whose body names it), runs (what the server would run of a table's). Needs: used, thing, the variables path and
-- trusted. Versions: 14-18.
reached (identity, class, oid) as (
  (select u.identity, u.refclassid, u.refobjid
     from used u
    where u.identity = any (:'filled'::text[]) and u.refobjid >= 16384
    union
   select :'caller', 'pg_catalog.pg_proc'::pg_catalog.regclass::oid, p.oid
     from pg_catalog.pg_proc p where p.pronamespace = any (path) and p.proname = any (:'called'::text[])
    union
   select :'caller', 'pg_catalog.pg_operator'::pg_catalog.regclass::oid, o.oid
     from pg_catalog.pg_operator o where o.oprnamespace = any (path) and :operators
    union
   select :'caller', 'pg_catalog.pg_class'::pg_catalog.regclass::oid, c.oid
     from pg_catalog.pg_class c where c.relname = any (:'words'::text[])
      and (c.relowner = any (trusted) or c.relnamespace = any (path) and c.relname = any (:'unqualified'::text[])))
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
     select n.class, n.oid
       from pg_catalog.pg_proc p
       join pg_catalog.pg_language l on l.oid = p.prolang and l.lanname not in ('c', 'internal')
      cross join lateral pg_catalog.regexp_matches(p.prosrc, '"((?:[^"]|"")+)"|((?:[[:alpha:]_]|[^ -~[:space:]])(?:[[:alnum:]_$]|[^ -~[:space:]])*)', 'g')
             as m(word)
      cross join lateral (
        select 'pg_catalog.pg_proc'::pg_catalog.regclass::oid as class, q.oid
          from pg_catalog.pg_proc q
         where q.proname = coalesce(pg_catalog.replace(m.word[1], '""', '"'), pg_catalog.lower(m.word[2]))
           and q.proowner = any (trusted)
         union all
        select 'pg_catalog.pg_class'::pg_catalog.regclass, c.oid
          from pg_catalog.pg_class c
         where c.relname = coalesce(pg_catalog.replace(m.word[1], '""', '"'), pg_catalog.lower(m.word[2]))
           and (c.relowner = any (trusted) or c.relnamespace = any (path))) n
      where r.class = 'pg_catalog.pg_proc'::pg_catalog.regclass and p.oid = r.oid and p.prosqlbody is null
        and p.proowner = any (trusted)) x
   where x.oid >= 16384
     and x.class in ('pg_catalog.pg_proc'::pg_catalog.regclass, 'pg_catalog.pg_operator'::pg_catalog.regclass,
                     'pg_catalog.pg_type'::pg_catalog.regclass, 'pg_catalog.pg_class'::pg_catalog.regclass)
), body as materialized (
  select b.oid, b.schemas, b.prosrc, m.word[1] is not null as dotted,
         coalesce(pg_catalog.replace(m.word[2], '""', '"'), pg_catalog.lower(m.word[3])) as word, m.word[4] is not null as called
    from (select p.oid, p.prosrc,
                 -- Those of the path, and those that it says itself.
                 array(select n.nspname from pg_catalog.pg_namespace n
                        where case when c.says is null then n.oid = any (path)
                                   else n.nspname = any (pg_catalog.regexp_split_to_array(c.says, '[", ]+')) end) as schemas
            from pg_catalog.pg_proc p
            join pg_catalog.pg_language l on l.oid = p.prolang and l.lanname not in ('c', 'internal')
           cross join lateral (
             select (select pg_catalog.substr(s.setting, 13) from pg_catalog.unnest(p.proconfig) s(setting)
                      where pg_catalog.starts_with(s.setting, 'search_path=')) as says) c
           where p.prosqlbody is null and p.proowner = any (trusted)
             and p.oid in (select r.oid from reached r where r.class = 'pg_catalog.pg_proc'::pg_catalog.regclass)) b
   cross join lateral pg_catalog.regexp_matches(b.prosrc, '([.][[:space:]]*)?(?:"((?:[^"]|"")+)"|((?:[[:alpha:]_]|[^ -~[:space:]])(?:[[:alnum:]_$]|[^ -~[:space:]])*))([[:space:]]*[(])?', 'g')
          as m(word)
), named (body, class, oid, schema, name, what, owner) as (
  select distinct b.oid, t.class, t.oid, t.schema, t.name, t.what, t.owner
    from body b
    join thing t on t.name = b.word and t.schema = any (b.schemas)
   where case t.class
           -- `(x).f` calls f with a row.
           when 'pg_catalog.pg_proc'::pg_catalog.regclass
           then b.called and not b.dotted
                or b.dotted and not b.called
                   and exists (select from pg_catalog.pg_proc p
                                 join pg_catalog.pg_type y on y.oid = p.proargtypes[0]
                                where p.oid = t.oid and p.pronargs - p.pronargdefaults <= 1 and y.typtype in ('c', 'p'))
           when 'pg_catalog.pg_type'::pg_catalog.regclass
           then not b.dotted and exists (select from pg_catalog.pg_constraint k where k.contypid = t.oid)
           else not b.dotted end
   union
  select b.oid, t.class, t.oid, t.schema, t.name, t.what, t.owner
    from (select distinct b.oid, b.schemas, b.prosrc from body b) b
    join thing t on t.class = 'pg_catalog.pg_operator'::pg_catalog.regclass and t.schema = any (b.schemas)
   where pg_catalog.strpos(b.prosrc, t.name) > 0
      or t.name in ('=', '<>', '<', '>', '<=', '>=', '~', '!~', '~~', '!~~', '~~*', '!~~*')
         and pg_catalog.lower(b.prosrc) ~ '(^|[^[:alnum:]_])(in|using|natural|case|nullif|distinct|between|like|ilike|similar)([^[:alnum:]_]|$)'
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
