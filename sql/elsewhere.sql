-- Which schema has something of this name that an unqualified name could mean, and that is of a trusted owner: the first of some,
-- or the only one of all others that the role may use.
-- Parameters: name, schemas (text[], the likeliest first), known (text[]: those in which it was looked up, and others of ours).
-- Columns: answer (the schema). Settings: search_path to pg_catalog, pg_temp. Versions: 14-18.
with recursive :trusted_roles, other as (
  select s.name, s.place, n.oid
    from pg_catalog.unnest(:'schemas'::text[]) with ordinality as s(name, place)
    join pg_catalog.pg_namespace n on n.nspname = s.name
   union all
  select n.nspname, null, n.oid
    from pg_catalog.pg_namespace n
   where n.nspname <> all (:'schemas'::text[] || :'known'::text[] || array['information_schema'])
     and not pg_catalog.starts_with(n.nspname, 'pg_')
     and pg_catalog.has_schema_privilege(n.oid, 'usage')
), thing as (
  select c.relnamespace as namespace, c.relowner as owner
    from pg_catalog.pg_class c where c.relname = :'name'
   union all
  select p.pronamespace, p.proowner from pg_catalog.pg_proc p where p.proname = :'name'
   union all
  select t.typnamespace, t.typowner from pg_catalog.pg_type t where t.typname = :'name'
   union all
  select o.oprnamespace, o.oprowner from pg_catalog.pg_operator o where o.oprname = :'name'
   union all
  select c.collnamespace, c.collowner from pg_catalog.pg_collation c where c.collname = :'name'
   union all
  select c.cfgnamespace, c.cfgowner from pg_catalog.pg_ts_config c where c.cfgname = :'name'
), having_it as (
  select o.name, o.place
    from other o
   where exists (select from thing t where t.namespace = o.oid and t.owner in (select r.oid from trusted r))
)
select h.name as answer
  from having_it h
 where h.place is not null or (select pg_catalog.count(*) from having_it) = 1
 order by h.place
 limit 1
