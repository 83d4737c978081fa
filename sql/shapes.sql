-- The deparsed text of objects, and what decides whether one can be replaced in place, as they look under the search_path that is
-- set: a live object under the project's schemas, its temporary shadow with pg_temp before them. The text is without the object's
-- own name and without the temporary schema's two, which is never searched for functions. So the two can be compared.
-- Parameters: wanted (JSON: [{key, address, relation, routine, name, trigger, on}]: the address of a live object, or of a shadow
-- the name as regclass, as regprocedure and by itself, or a trigger's name and its table as regclass).
-- text: the pretty form, because the other one keeps brackets around AND and OR that the server leaves out when it has read its own
-- text again. plain: the other form, in two pieces around the name, of what may be printed otherwise then for other reasons: an array
-- that is cast as a whole, a minus before a number, anything in a body. references: what it uses, because one text can mean two
-- operators; stands: what is recorded of those that use it.
-- Columns: answer (JSON: [{key, text, plain, options, columns, routine, references, stands}]). Versions: 14-18.
with wanted as materialized (
  select w.key,
         case when w.address is not null then pg_catalog.split_part(w.address, '/', 1)::oid
              when w.relation is not null then 'pg_catalog.pg_class'::pg_catalog.regclass::oid
              when w.routine is not null then 'pg_catalog.pg_proc'::pg_catalog.regclass::oid
              else 'pg_catalog.pg_trigger'::pg_catalog.regclass::oid end as class,
         case when w.address is not null then pg_catalog.split_part(w.address, '/', 2)::oid
              when w.relation is not null then pg_catalog.to_regclass(w.relation)::oid
              -- The row type of a shadow is written like that of the live view, and is another one.
              -- Before 16 to_regprocedure raises an error where one of the types is not there.
              when w.routine is not null then coalesce(case when not exists (
                select from pg_catalog.regexp_matches(
                              substring(w.routine from '\(([^()]+)\)$'), '(("([^"]|"")*"|[^,"])+)', 'g') a(type)
                 where pg_catalog.to_regtype(a.type[1]) is null) then pg_catalog.to_regprocedure(w.routine)::oid end, (
                select min(p.oid) from pg_catalog.pg_proc p
                 where p.pronamespace = pg_catalog.pg_my_temp_schema() and p.proname = w.name
                having count(*) = 1))
              else (select t.oid from pg_catalog.pg_trigger t
                     where t.tgrelid = pg_catalog.to_regclass(w."on") and t.tgname = w.trigger) end as oid
    from pg_catalog.json_to_recordset(:'wanted')
           as w(key text, address text, relation text, routine text, name text, trigger text, "on" text)
), shape as (
  select w.key,
         pg_catalog.pg_get_viewdef(c.oid, true) as text,
         pg_catalog.pg_get_viewdef(c.oid) as plain,
         '{"",""}'::text[] as named,
         ''::text as before,
         ''::text as behind,
         coalesce(c.reloptions, '{}') as options,
         -- A view can be without columns.
         (select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
                   'name', a.attname,
                   'type', pg_catalog.format_type(a.atttypid, a.atttypmod),
                   'collation', case when a.attcollation <> 0
                                     then (a.attcollation::pg_catalog.regcollation)::text end)
                 order by a.attnum), '[]')
            from pg_catalog.pg_attribute a
           where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped) as columns,
         null::json as routine,
         array(
           select d.refclassid || '/' || d.refobjid
             from pg_catalog.pg_rewrite r
             join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_rewrite'::pg_catalog.regclass and d.objid = r.oid
            where r.ev_class = c.oid and r.rulename = '_RETURN' and d.deptype = 'n' and d.refobjid <> c.oid) as uses,
         array(
           select x.address
             from pg_catalog.pg_type t
            cross join lateral (values ('pg_catalog.pg_class'::pg_catalog.regclass::oid || '/' || c.oid),
                                       ('pg_catalog.pg_type'::pg_catalog.regclass::oid || '/' || t.oid),
                                       ('pg_catalog.pg_type'::pg_catalog.regclass::oid || '/' || t.typarray)) x(address)
            where t.oid = c.reltype) as stands
    from wanted w
    join pg_catalog.pg_class c on c.oid = w.oid and c.relkind in ('v', 'm')
   where w.class = 'pg_catalog.pg_class'::pg_catalog.regclass
  union all
  select w.key,
         case when p.prokind = 'a' then :aggregate else d.text end,
         d.text,
         array[d.named, d.named],
         '',
         '(',
         '{}',
         '[]',
         pg_catalog.json_build_object(
           'kind', case p.prokind when 'p' then 'procedure' when 'a' then 'aggregate' when 'w' then 'window function'
                                  else 'function' end,
           -- Replacing cannot change the columns of a result that arguments describe.
           'result', pg_catalog.replace(coalesce(pg_catalog.pg_get_function_result(p.oid), '') || coalesce((
             select ' (' || pg_catalog.string_agg(p.proargnames[a.place] || ' ' || pg_catalog.format_type(a.type, null), ', '
                                                  order by a.place) || ')'
               from rows from (pg_catalog.unnest(p.proallargtypes), pg_catalog.unnest(p.proargmodes))
                      with ordinality a(type, mode, place)
              where p.prorettype = 'pg_catalog.record'::pg_catalog.regtype and a.mode in ('o', 'b')), ''), t.prefix, ''),
           'types', array(select pg_catalog.replace(pg_catalog.format_type(a.oid, null), t.prefix, '')
                            from pg_catalog.unnest(p.proargtypes) with ordinality a(oid, place)
                           order by a.place),
           'names', coalesce((
             select pg_catalog.json_agg(coalesce(p.proargnames[a.place], '') order by a.place)
               from pg_catalog.unnest(coalesce(p.proargmodes::text[], array(
                      select 'i'
                        from pg_catalog.unnest(p.proargtypes)))) with ordinality a(mode, place)
              where a.mode in ('i', 'b', 'v')), '[]'),
           'defaults', p.pronargdefaults),
         array(
           select d.refclassid || '/' || d.refobjid
             from pg_catalog.pg_depend d
            where d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid and d.deptype = 'n'),
         array[w.class || '/' || p.oid]
    from wanted w
    join pg_catalog.pg_proc p on p.oid = w.oid
    join pg_catalog.pg_namespace n on n.oid = p.pronamespace
   cross join lateral (
     select coalesce((select pg_catalog.quote_ident(m.nspname) || '.' from pg_catalog.pg_namespace m
                       where m.oid = pg_catalog.pg_my_temp_schema()), 'pg_temp.') as prefix) t
   cross join lateral (
     select case when p.prokind <> 'a' then pg_catalog.pg_get_functiondef(p.oid) end as text,
            pg_catalog.format('%I.%I(', case when n.oid = pg_catalog.pg_my_temp_schema() then 'pg_temp' else n.nspname end,
                              p.proname) as named) d
   where w.class = 'pg_catalog.pg_proc'::pg_catalog.regclass
  union all
  select w.key,
         pg_catalog.pg_get_triggerdef(t.oid, true),
         pg_catalog.pg_get_triggerdef(t.oid),
         -- Only the pretty form calls the relation as regclass does.
         array[pg_catalog.format(' ON %s ', pg_catalog.replace((c.oid::pg_catalog.regclass)::text, m.prefix, 'pg_temp.')),
               pg_catalog.format(' ON %I.%I ', case when n.oid = pg_catalog.pg_my_temp_schema() then 'pg_temp' else n.nspname end,
                                 c.relname)],
         ' ON ', '', '{}', '[]', null,
         array(
           select d.refclassid || '/' || d.refobjid
             from pg_catalog.pg_depend d
            where d.classid = 'pg_catalog.pg_trigger'::pg_catalog.regclass and d.objid = t.oid and d.deptype = 'n'
              and d.refobjid not in (c.oid, c.reltype)),
         '{}'
    from wanted w
    join pg_catalog.pg_trigger t on t.oid = w.oid
    join pg_catalog.pg_class c on c.oid = t.tgrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   cross join lateral (
     select coalesce((select pg_catalog.quote_ident(m.nspname) || '.' from pg_catalog.pg_namespace m
                       where m.oid = pg_catalog.pg_my_temp_schema()), 'pg_temp.') as prefix) m
   where w.class = 'pg_catalog.pg_trigger'::pg_catalog.regclass
), called as ( -- the server calls the temporary schema by either of its names
  select s.*, pg_catalog.replace(s.text, m.prefix, 'pg_temp.') as said, pg_catalog.replace(s.plain, m.prefix, 'pg_temp.') as exact
    from shape s
   cross join lateral (
     select coalesce((select pg_catalog.quote_ident(m.nspname) || '.' from pg_catalog.pg_namespace m
                       where m.oid = pg_catalog.pg_my_temp_schema()), 'pg_temp.') as prefix) m
)
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
         'key', c.key,
         'text', t.front || t.rest,
         'plain', case when c.exact ~ '\]\)?::|\(- |\mBEGIN ATOMIC\M'
                       then (select pg_catalog.json_build_array(p.front, p.rest) where p.rest is not null) end,
         'options', c.options,
         'columns', c.columns,
         'routine', c.routine,
         'references', array(
           select distinct u.used
             from pg_catalog.unnest(c.uses) u(used)
            where u.used not like 'pg_catalog.pg_namespace'::pg_catalog.regclass::oid || '/%'
            order by u.used),
         'stands', c.stands)), '[]') as answer
  from called c
 cross join lateral (
   select pg_catalog.strpos(c.said, c.named[1]) as said,
          pg_catalog.strpos(c.exact, c.named[2]) as exact) i
 cross join lateral (
   select case when c.named[1] = '' or i.said = 0 then ''
               else pg_catalog.replace(pg_catalog.left(c.said, i.said - 1), 'pg_temp.', '') || c.before end as front,
          case when c.named[1] = '' or i.said = 0 then pg_catalog.replace(c.said, 'pg_temp.', '')
               else c.behind
                 || pg_catalog.replace(pg_catalog.substr(c.said, i.said + pg_catalog.length(c.named[1])), 'pg_temp.', '') end as rest) t
 cross join lateral (
   select case when c.named[2] = '' or i.exact = 0 then ''
               else pg_catalog.replace(pg_catalog.left(c.exact, i.exact - 1), 'pg_temp.', '') || c.before end as front,
          case when c.named[2] = '' then pg_catalog.replace(c.exact, 'pg_temp.', '')
               when i.exact > 0
               then c.behind
                 || pg_catalog.replace(pg_catalog.substr(c.exact, i.exact + pg_catalog.length(c.named[2])), 'pg_temp.', '') end as rest) p
