-- What is in schemas that a session searches and the project does not, and may give the project's texts another meaning:
-- operators and functions of trusted owners that take nothing but built-in types and types that something uses. One that takes
-- only built-in types counts where the project's path has another of its name. Of these the migrations may mean those that take a
-- column's type of a relation which they compare something of, and those whose names they call.
-- Parameters: others (text[]: the schemas), schemas (text[]: the project's, and those of its path), written (text[]: schemas that
-- texts write), compared (JSON: [[schema or null, name]] of relations), called (text[]: names of functions).
-- Columns: answer (JSON: {any, migrations: [{schema, what, by}]}; by: the relation). Settings: search_path to pg_catalog,
-- pg_temp. Versions: 14-18.
with recursive :trusted_roles, other as (
  select n.oid, n.nspname as name
    from pg_catalog.pg_namespace n where n.nspname = any (:'others'::text[])
), own as (
  select n.oid, n.nspname as name, s.place
    from pg_catalog.unnest(array['pg_catalog'] || :'schemas'::text[]) with ordinality as s(name, place)
    join pg_catalog.pg_namespace n on n.nspname = s.name
), candidate as materialized (
  select o.oprnamespace as namespace, o.oprname as name, 'operator' as kind, o.oid,
         array_remove(array[o.oprleft, o.oprright], 0::oid) as types, o.oprkind::text as form
    from pg_catalog.pg_operator o
   where o.oprnamespace in (select x.oid from other x) and o.oprowner in (select t.oid from trusted t)
   union all
  select p.pronamespace, p.proname, 'function', p.oid, p.proargtypes::oid[], ''
    from pg_catalog.pg_proc p
   where p.pronamespace in (select x.oid from other x) and p.proowner in (select t.oid from trusted t)
     and p.prokind <> 'p' and p.prorettype <> 'pg_catalog.trigger'::pg_catalog.regtype
     and exists (select from pg_catalog.pg_proc q where q.proname = p.proname and q.pronamespace in (select x.oid from own x))
     -- The same in a schema that comes before is what is meant.
     and not exists (select from pg_catalog.pg_proc q
                      where q.proname = p.proname and q.proargtypes = p.proargtypes and q.pronamespace in (select x.oid from own x))
), special as materialized ( -- the types that are not built in
  select distinct t.oid
    from candidate c
   cross join lateral pg_catalog.unnest(c.types) as a(oid)
    join pg_catalog.pg_type t on t.oid = a.oid
   where t.typnamespace <> 'pg_catalog'::pg_catalog.regnamespace
), likewise (special, oid) as ( -- and what is made of them
  select s.oid, s.oid from special s
   union
  select l.special, t.oid
    from likewise l
    join pg_catalog.pg_type t on t.typbasetype = l.oid and t.typtype = 'd' or t.typelem = l.oid and t.typcategory = 'A'
), column_of as materialized (
  select l.special, d.objid as relation
    from likewise l
    join pg_catalog.pg_depend d
      on d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.refobjid = l.oid
     and d.classid = 'pg_catalog.pg_class'::pg_catalog.regclass and d.objsubid > 0
), used as (
  select c.special as oid from column_of c
   union
  select l.special
    from likewise l
    join pg_catalog.pg_depend d on d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and d.refobjid = l.oid
    join pg_catalog.pg_proc p on d.classid = 'pg_catalog.pg_proc'::pg_catalog.regclass and d.objid = p.oid
   where p.pronamespace in (select o.oid from own o)
   union
  select s.oid
    from special s
    join pg_catalog.pg_type t on t.oid = s.oid
    join pg_catalog.pg_namespace n on n.oid = t.typnamespace
   where n.nspname = any (:'written'::text[])
), meaning as materialized (
  select c.*, x.name as schema,
         array(select a.oid from pg_catalog.unnest(c.types) as a(oid) where a.oid in (select s.oid from special s)) as of_types
    from candidate c
    join other x on x.oid = c.namespace
   where not exists (select from pg_catalog.unnest(c.types) as a(oid)
                      where a.oid in (select s.oid from special s) and a.oid not in (select u.oid from used u))
     and (c.kind = 'function'
          or exists (select from pg_catalog.unnest(c.types) as a(oid) where a.oid in (select s.oid from special s))
          -- For arrays, ranges and the like there is one for all of them.
          or exists (select from pg_catalog.pg_operator o
                       join pg_catalog.pg_type t on t.oid in (o.oprleft, o.oprright) and t.typtype = 'p'
                      where o.oprnamespace = 'pg_catalog'::pg_catalog.regnamespace and o.oprname = c.name
                        and o.oprkind::text = c.form))
), compared as (
  select distinct on (r.schema, r.name) k.oid
    from (select j.value ->> 0 as schema, j.value ->> 1 as name
            from pg_catalog.json_array_elements(:'compared') as j(value)) r
    join pg_catalog.pg_class k on k.relname = r.name
    join pg_catalog.pg_namespace n on n.oid = k.relnamespace
    left join own o on o.oid = n.oid
   where n.nspname = r.schema or r.schema is null and o.oid is not null
   order by r.schema, r.name, o.place
)
select pg_catalog.json_build_object(
  'any', exists (select from meaning),
  'migrations', coalesce((
    select pg_catalog.json_agg(m order by m.schema, m.what)
      from (select distinct on (m.schema) m.schema, c.relation::pg_catalog.regclass::text as by,
                   case m.kind when 'operator' then m.oid::pg_catalog.regoperator::text
                               else m.oid::pg_catalog.regprocedure::text end as what
              from meaning m
              left join column_of c on c.special = any (m.of_types) and c.relation in (select k.oid from compared k)
             where case m.kind when 'operator' then c.relation is not null
                               else m.name = any (:'called'::text[])
                                    and (c.relation is not null or m.of_types = '{}') end
             order by m.schema, m.kind desc, m.name = '=' desc, m.name, m.oid) m), '[]')) as answer
