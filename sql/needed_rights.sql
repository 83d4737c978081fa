-- Which rights are missing of those that statements will need.
-- Parameters: needed (JSON: [{place, right (as src/words/needed_right.rs names it), schemas (those in which the name is looked up, in
-- order), name, of (role, language or trigger), unless (there: nothing is needed where an object of this kind and name is there;
-- owned: where it is the role's already), kind (of that object: relation, routine, trigger)}]).
-- Columns: answer (JSON: {role, database, lacks: [{place, lacks (role, schema, create, database, usage, superuser, trigger, references,
-- extension, event_trigger), in (a schema or relation, quoted), surely (no later statement can be about something else)}]}).
-- Settings: none. Versions: 14-18.
with me as materialized (
  select r.oid, r.rolsuper as super,
         -- The right to SET ROLE is one of its own since 16.
         case when pg_catalog.current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end as becomes,
         pg_catalog.has_database_privilege(pg_catalog.current_database(), 'create') as makes
    from pg_catalog.pg_roles r
   where r.rolname operator(pg_catalog.=) current_user
), needed as materialized (
  select n.place, n."right", n.schemas, n.name, n.of, n.unless, n.kind, first.oid as first,
         found.oid as found, found.relowner, found.relnamespace, found.place as found_place,
         routine.owners as routine_owners
    from pg_catalog.json_to_recordset(:'needed')
           as n(place int, "right" text, schemas text[], name text, "of" text, unless text, kind text)
    left join pg_catalog.pg_namespace first on first.nspname operator(pg_catalog.=) n.schemas[1]
    left join lateral (
      select c.oid, c.relowner, c.relnamespace, s.place
        from pg_catalog.unnest(n.schemas) with ordinality as s(name, place)
        join pg_catalog.pg_namespace h on h.nspname operator(pg_catalog.=) s.name
        join pg_catalog.pg_class c on c.relnamespace operator(pg_catalog.=) h.oid and c.relname operator(pg_catalog.=) n.name
                                  and c.relkind in ('r', 'p', 'v', 'm', 'f', 'S')
       order by s.place
       limit 1) found on n."right" in ('owner', 'trigger', 'references', 'make')
    left join lateral (
      select pg_catalog.array_agg(p.proowner) as owners
        from pg_catalog.pg_proc p
        join pg_catalog.pg_namespace h on h.oid operator(pg_catalog.=) p.pronamespace
       where h.nspname operator(pg_catalog.=) any (n.schemas) and p.proname operator(pg_catalog.=) n.name) routine
         on n."right" in ('owner', 'language', 'make')
), asked as materialized (
  select n.*, r.oid as role
    from needed n
    left join pg_catalog.pg_roles r on n."right" in ('owner', 'schema_of') and r.rolname operator(pg_catalog.=) n.of
   where not coalesce(case n.unless
           when 'owned' then n.relowner operator(pg_catalog.=) r.oid or r.oid operator(pg_catalog.=) any (n.routine_owners)
           when 'there' then case n.kind
             when 'relation' then n.found is not null
             when 'routine' then n.routine_owners is not null
             else exists (select from pg_catalog.pg_trigger t
                           where t.tgrelid operator(pg_catalog.=) n.found and t.tgname operator(pg_catalog.=) n.of) end
         end, false)
), lack (place, lacks, "in", surely) as (
  select a.place, 'database', null, true
    from asked a
   cross join me
   where a."right" operator(pg_catalog.=) 'schema' and not me.makes
     and not exists (select from pg_catalog.pg_namespace s where s.nspname operator(pg_catalog.=) a.name)
  union all
  select a.place, 'role', null, true
    from asked a
   cross join me
   where a.role is not null and not pg_catalog.pg_has_role(me.oid, a.role, me.becomes)
     and (a."right" operator(pg_catalog.=) 'owner'
          or not exists (select from pg_catalog.pg_namespace s where s.nspname operator(pg_catalog.=) a.name))
  union all
  -- A schema that is not there yet may come with the right, by default privileges.
  select a.place, 'schema', pg_catalog.quote_ident(coalesce(s.nspname, a.schemas[1])),
         s.oid is not null and (a.found is not null or pg_catalog.cardinality(a.schemas) operator(pg_catalog.=) 1)
    from asked a
   cross join me
    left join pg_catalog.pg_namespace s on s.oid operator(pg_catalog.=) coalesce(a.relnamespace, a.first)
   where a."right" operator(pg_catalog.=) 'owner' and a.role operator(pg_catalog.<>) me.oid and not me.super
     and not coalesce(pg_catalog.has_schema_privilege(a.role, s.oid, 'create'),
                      (select r.rolsuper from pg_catalog.pg_roles r where r.oid operator(pg_catalog.=) a.role))
  union all
  select a.place, 'create', pg_catalog.quote_ident(a.schemas[1]), true
    from asked a
   where a."right" operator(pg_catalog.=) 'make' and not pg_catalog.has_schema_privilege(a.first, 'create')
  union all
  select a.place, case when l.lanpltrusted then 'usage' else 'superuser' end, null, true
    from asked a
   cross join me
    join pg_catalog.pg_language l on l.lanname operator(pg_catalog.=) a.of
   where a."right" operator(pg_catalog.=) 'language'
     and not case when l.lanpltrusted then pg_catalog.has_language_privilege(l.oid, 'usage') else me.super end
  union all
  select a.place, a."right", pg_catalog.format('%I.%I', s.nspname, a.name), a.found_place operator(pg_catalog.=) 1
    from asked a
    join pg_catalog.pg_namespace s on s.oid operator(pg_catalog.=) a.relnamespace
   where a."right" operator(pg_catalog.=) 'trigger' and not pg_catalog.has_table_privilege(a.found, 'trigger')
      or a."right" operator(pg_catalog.=) 'references' and not pg_catalog.has_any_column_privilege(a.found, 'references')
  union all
  -- What is told of these may not be so: servers that others run let their own roles do it.
  select a.place, a."right", null, false
    from asked a
   cross join me
    join pg_catalog.pg_available_extensions e on e.name operator(pg_catalog.=) a.name and e.installed_version is null
    join pg_catalog.pg_available_extension_versions v
      on v.name operator(pg_catalog.=) e.name and v.version operator(pg_catalog.=) e.default_version
   where a."right" operator(pg_catalog.=) 'extension' and v.superuser and not me.super and not (v.trusted and me.makes)
  union all
  select a.place, a."right", null, false
    from asked a
   cross join me
   where a."right" operator(pg_catalog.=) 'event_trigger' and not me.super
)
select pg_catalog.json_build_object(
         'role', current_user,
         'database', pg_catalog.current_database(),
         'lacks', (select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
                            'place', l.place, 'lacks', l.lacks, 'in', l."in", 'surely', l.surely) order by l.place, l.lacks), '[]')
                     from lack l)) as answer
