-- What temporary objects that were just made came to mean: their text, and what they use that is in some schemas.
-- Parameters: others (text[]: the schemas).
-- Columns: answer (JSON: [{kind, name, text, uses: [{schema, what, trusted}]}]; of a trigger the name is its table's). Settings:
-- search_path to pg_catalog, pg_temp. Versions: 14-18.
with recursive :trusted_roles, made as (
  select 'relation' as kind, c.relname as name, 'pg_catalog.pg_rewrite'::pg_catalog.regclass::oid as class, r.oid,
         pg_catalog.pg_get_viewdef(c.oid) as text
    from pg_catalog.pg_class c
    join pg_catalog.pg_rewrite r on r.ev_class = c.oid
   where c.relnamespace = pg_catalog.pg_my_temp_schema() and c.relkind = 'v'
   union all
  select 'routine', p.proname, 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid,
         case p.prokind when 'a' then '' else pg_catalog.pg_get_functiondef(p.oid) end
    from pg_catalog.pg_proc p
   where p.pronamespace = pg_catalog.pg_my_temp_schema()
   union all
  select 'trigger', c.relname, 'pg_catalog.pg_trigger'::pg_catalog.regclass, t.oid, pg_catalog.pg_get_triggerdef(t.oid)
    from pg_catalog.pg_trigger t
    join pg_catalog.pg_class c on c.oid = t.tgrelid
   where c.relnamespace = pg_catalog.pg_my_temp_schema() and not t.tgisinternal
), other as (
  select n.oid, n.nspname as name
    from pg_catalog.pg_namespace n where n.nspname = any (:'others'::text[])
), thing as (
  select 'pg_catalog.pg_operator'::pg_catalog.regclass::oid as class, o.oid, o.oprnamespace as namespace, o.oprowner as owner,
         'operator ' || o.oid::pg_catalog.regoperator::text as what
    from pg_catalog.pg_operator o where o.oprnamespace in (select x.oid from other x)
   union all
  select 'pg_catalog.pg_proc'::pg_catalog.regclass, p.oid, p.pronamespace, p.proowner,
         'function ' || p.oid::pg_catalog.regprocedure::text
    from pg_catalog.pg_proc p where p.pronamespace in (select x.oid from other x)
   union all
  select 'pg_catalog.pg_type'::pg_catalog.regclass, t.oid, t.typnamespace, t.typowner, 'type ' || t.oid::pg_catalog.regtype::text
    from pg_catalog.pg_type t where t.typnamespace in (select x.oid from other x)
)
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object(
         'kind', m.kind, 'name', m.name, 'text', m.text,
         'uses', coalesce((
           select pg_catalog.json_agg(pg_catalog.json_build_object(
                    'schema', x.name, 'what', t.what, 'trusted', t.owner in (select r.oid from trusted r)) order by t.class desc, t.what)
             from (select distinct d.refclassid, d.refobjid from pg_catalog.pg_depend d
                    where d.classid = m.class and d.objid = m.oid) d
             join thing t on t.class = d.refclassid and t.oid = d.refobjid
             join other x on x.oid = t.namespace), '[]'))), '[]') as answer
  from made m
