-- Which of some schemas has something of this name that an unqualified name could mean, and that is of a trusted owner.
-- Parameters: name, schemas (text[], the likeliest first).
-- Columns: answer (the schema). Settings: search_path to pg_catalog, pg_temp. Versions: 14-18.
with recursive :trusted_roles, other as (
  select s.name, s.place, n.oid
    from pg_catalog.unnest(:'schemas'::text[]) with ordinality as s(name, place)
    join pg_catalog.pg_namespace n on n.nspname = s.name
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
)
select o.name as answer
  from other o
 where exists (select from thing t where t.namespace = o.oid and t.owner in (select r.oid from trusted r))
 order by o.place
 limit 1
