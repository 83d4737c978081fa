-- A part of saved.sql, a CTE's query: the statements that make what belongs to a relation or domain anew: policies, rules,
-- triggers, defaults, constraints, statistics, generated columns. Indexes are in saved/indexes.sql.
-- Columns: those of `line` in saved.sql. Parameters: none. Versions: 14-18.
part_line(node, field, place, key, option, col, late, statement, about) as (
  select n.node, 'create', 0, '', null::text, null::text, false,
         format('create policy %I on %s as %s for %s to %s%s%s', p.polname, n.fq,
                case when p.polpermissive then 'permissive' else 'restrictive' end,
                case p.polcmd when 'r' then 'select' when 'a' then 'insert' when 'w' then 'update'
                              when 'd' then 'delete' else 'all' end,
                r.names, ' using (' || pg_get_expr(p.polqual, p.polrelid) || ')',
                ' with check (' || pg_get_expr(p.polwithcheck, p.polrelid) || ')'), null::jsonb
    from holed n
    join pg_catalog.pg_policy p on p.oid = n.objid
   cross join lateral (
     select string_agg(case when r.oid = 0 then 'public' else quote_ident(pg_get_userbyid(r.oid)) end, ', '
                       order by r.place) as names
       from unnest(p.polroles) with ordinality r(oid, place)) r
   where n.what = 'policy'
  union all
  select n.node, f.field, n.place, w.rulename || x.step, null, null, n.late, x.statement,
         n.thing || '{"does": "make"}' || x.act
    from holed n
   cross join lateral (select case when n.own then 'create' else 'part' end as field) f
    join pg_catalog.pg_rewrite w on w.oid = n.objid
   cross join lateral (
     select substr(rtrim(pg_get_ruledef(w.oid), ';'), length('CREATE RULE ' || quote_ident(w.rulename)) + 1) as text) d
   cross join lateral (select strpos(d.text, ' TO ' || n.name) as at) p
   cross join lateral (
     -- REPLACE: the file of an object may state it, too.
     select 1 as step,
            'create or replace rule ' || quote_ident(w.rulename)
              || case when p.at > 0 then overlay(d.text placing n.fq from p.at + 4 for length(n.name)) else d.text end as statement,
            '{"act": "make"}'::jsonb as act
     union all
     select 2, format('alter table %s %s rule %I', n.fq,
                      case w.ev_enabled when 'D' then 'disable' when 'R' then 'enable replica' else 'enable always' end,
                      w.rulename), '{"act": "fire"}'
      where w.ev_enabled <> 'O') x
   where n.what = 'rule'
  union all
  select n.node, case when n.own and x.step = 1 then 'create' else 'part' end, n.place, t.tgname || x.step, null, null,
         n.late, x.statement, n.thing || '{"does": "make"}' || x.act
    from holed n
    join pg_catalog.pg_trigger t on t.oid = n.objid
   cross join lateral (
     select left(a.text, a.length) as head, substr(a.text, a.length + 1) as text
       from (select regexp_replace(pg_get_triggerdef(t.oid), '^CREATE TRIGGER', 'create or replace trigger') as text,
                    length('create or replace trigger ' || quote_ident(t.tgname)) as length) a) d
   cross join lateral (select strpos(d.text, ' ON ' || n.name) as at) p
   cross join lateral (
     select 1 as step,
            d.head || case when p.at > 0 then overlay(d.text placing n.fq from p.at + 4 for length(n.name)) else d.text end
              as statement,
            '{"act": "make"}'::jsonb as act
     union all
     select 2, format('alter table %s %s trigger %I', n.fq,
                      case t.tgenabled when 'D' then 'disable' when 'R' then 'enable replica' else 'enable always' end,
                      t.tgname), '{"act": "fire"}'
      where t.tgenabled <> 'O'
     union all -- what somebody made of it on a partition, from the top down: a partition's own partitions follow it
     select 2 + l.level, format('alter table %s %s trigger %I', l.relation::regclass,
                                case l.fires when 'O' then 'enable' when 'D' then 'disable' when 'R' then 'enable replica'
                                             else 'enable always' end, t.tgname), '{"act": "fire_on_partition"}'
       from (:clones) l
      where l.fires <> l.above) x
   where n.what = 'trigger'
  union all
  select n.node, case when n.own then 'create' else 'part' end, n.place, t.attname, null,
         case when not n.own then t.attname end, n.late,
         format('alter %s alter column %I set default %s',
                case when n.relkind in ('r', 'p') then 'table only ' || n.fq else n.on_table end, t.attname,
                pg_get_expr(v.adbin, v.adrelid)), n.thing || '{"does": "make", "act": "make"}'
    from holed n
    join pg_catalog.pg_attrdef v on v.oid = n.objid
    join pg_catalog.pg_attribute t on t.attrelid = v.adrelid and t.attnum = v.adnum
   where n.what = 'default'
  union all
  -- A check is made in two steps: what it means is settled under the path under which its text was made, and what it calls
  -- runs under the project's. In between nobody can change what its names mean any more, and it is asked what that runs.
  select n.node, case when n.own and x.step = 0 then 'create' else 'part' end, n.place + x.step, c.conname, null, null,
         n.late or x.step = 1, x.statement, case when x.step = 1 then '{"act": "validate"}'::jsonb end
    from holed n
    join pg_catalog.pg_constraint c on c.oid = n.objid
   cross join lateral (select c.contype = 'c' and c.convalidated as checks) k
   cross join lateral (
     select 0 as step, format('alter %s add constraint %I %s%s', n.on_table, c.conname, pg_get_constraintdef(c.oid),
                              case when k.checks then ' NOT VALID' end) as statement
     union all
     select 1, format('alter %s validate constraint %I', n.on_table, c.conname) where k.checks) x
   where n.what = 'constraint'
  union all
  select n.node, x.field, n.place + x.step, s.stxname, null, null, n.late, x.statement, n.thing || x.about
    from holed n
    join pg_catalog.pg_statistic_ext s on s.oid = n.objid
   -- The target is null where there is none since 17, and -1 before.
   cross join lateral (select (to_jsonb(s) ->> 'stxstattarget')::int as statistics) target
   cross join lateral (
     select case when n.own then 'create' else 'part' end as field, 0 as step,
            case when n.fq = n.name then d.text else left(d.text, - length(n.name)) || n.fq end as statement,
            '{"does": "make", "act": "make"}'::jsonb as about
       from pg_get_statisticsobjdef(s.oid) d(text)
     union all
     select 'part', 1, format('alter %s set statistics %s', n.spoken, target.statistics), '{"does": "rest"}'
      where target.statistics >= 0) x
   where n.what = 'statistics'
  union all
  select n.node, 'create', 0, '', null, null, false,
         format('alter %s add column %I %s%s generated always as (%s) %s', n.on_table, t.attname,
                format_type(t.atttypid, t.atttypmod),
                case when t.attcollation <> y.typcollation then ' collate ' || t.attcollation::regcollation end,
                pg_get_expr(v.adbin, v.adrelid), case t.attgenerated when 's' then 'stored' else 'virtual' end), null
    from holed n
    join pg_catalog.pg_attribute t on t.attrelid = n.relid and t.attnum = n.objsubid
    join pg_catalog.pg_type y on y.oid = t.atttypid
    join pg_catalog.pg_attrdef v on v.adrelid = t.attrelid and v.adnum = t.attnum
   where n.what = 'column'
)
