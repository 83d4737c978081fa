-- The deparsed text of objects, and what decides whether one can be replaced in place, as they look under the search_path that is
-- set: a live object under the project's schemas, its temporary shadow with pg_temp before them. The text is without the object's
-- own name and without the temporary schema's two, which is never searched for functions. So the two can be compared.
-- Parameters: wanted (JSON: [{key, address, relation, routine, name, trigger, on}]: the address of a live object, or of a shadow
-- the name as regclass, as regprocedure and by itself, or a trigger's name and its table as regclass).
-- Columns: answer (JSON: [{key, text, options, columns, routine}]). Versions: 14-18.
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
         pg_catalog.pg_get_viewdef(c.oid) as text,
         ''::text as named,
         ''::text as unnamed,
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
         null::json as routine
    from wanted w
    join pg_catalog.pg_class c on c.oid = w.oid and c.relkind in ('v', 'm')
   where w.class = 'pg_catalog.pg_class'::pg_catalog.regclass
  union all
  select w.key,
         case when p.prokind = 'a' then :aggregate else pg_catalog.pg_get_functiondef(p.oid) end,
         pg_catalog.format('%I.%I(', case when n.oid = pg_catalog.pg_my_temp_schema() then 'pg_temp' else n.nspname end,
                           p.proname),
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
           'defaults', p.pronargdefaults)
    from wanted w
    join pg_catalog.pg_proc p on p.oid = w.oid
    join pg_catalog.pg_namespace n on n.oid = p.pronamespace
   cross join lateral (
     select coalesce((select pg_catalog.quote_ident(m.nspname) || '.' from pg_catalog.pg_namespace m
                       where m.oid = pg_catalog.pg_my_temp_schema()), 'pg_temp.') as prefix) t
   where w.class = 'pg_catalog.pg_proc'::pg_catalog.regclass
  union all
  select w.key, pg_catalog.pg_get_triggerdef(t.oid),
         pg_catalog.format(' ON %I.%I ', case when n.oid = pg_catalog.pg_my_temp_schema() then 'pg_temp' else n.nspname end,
                           c.relname),
         ' ON ', '{}', '[]', null
    from wanted w
    join pg_catalog.pg_trigger t on t.oid = w.oid
    join pg_catalog.pg_class c on c.oid = t.tgrelid
    join pg_catalog.pg_namespace n on n.oid = c.relnamespace
   where w.class = 'pg_catalog.pg_trigger'::pg_catalog.regclass
)
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
         'key', s.key,
         'text', pg_catalog.replace(
           case when s.named <> '' and pg_catalog.strpos(t.text, s.named) > 0
                then pg_catalog.overlay(t.text, s.unnamed, pg_catalog.strpos(t.text, s.named), pg_catalog.length(s.named))
                else t.text end, 'pg_temp.', ''),
         'options', s.options,
         'columns', s.columns,
         'routine', s.routine)), '[]') as answer
  from shape s
 -- The server calls the temporary schema by either of its names.
 cross join lateral (
   select pg_catalog.replace(s.text, coalesce((
            select pg_catalog.quote_ident(m.nspname) || '.' from pg_catalog.pg_namespace m
             where m.oid = pg_catalog.pg_my_temp_schema()), 'pg_temp.'), 'pg_temp.') as text) t
