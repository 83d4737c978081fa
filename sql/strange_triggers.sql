-- The triggers on tables of some schemas that run what belongs to a role which is not trusted: whoever was granted TRIGGER on a
-- table may make one, and it runs with the rights of who writes into the table. So does the function of a condition.
-- Parameters: schemas (text[]).
-- Columns: answer (JSON: [{trigger, table, what, owner}], the names quoted). Settings: search_path to pg_catalog, pg_temp.
-- Versions: 14-18.
with recursive :trusted_roles, found as (
  select distinct pg_catalog.quote_ident(t.tgname) as trigger, c.oid::regclass::text as on_table,
         'function ' || p.oid::regprocedure as what, pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(p.proowner)) as owner
    from pg_catalog.pg_namespace n
    join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relhastriggers
    join pg_catalog.pg_trigger t on t.tgrelid = c.oid and not t.tgisinternal and t.tgenabled <> 'D'
    join pg_catalog.pg_depend d on d.classid = 'pg_catalog.pg_trigger'::regclass and d.objid = t.oid
     and d.refclassid = 'pg_catalog.pg_proc'::regclass
    join pg_catalog.pg_proc p on p.oid = d.refobjid
   where n.nspname = any (:'schemas'::text[])
     and p.proowner not in (select t.oid from trusted t)
)
select coalesce(json_agg(json_build_object('trigger', f.trigger, 'table', f.on_table, 'what', f.what, 'owner', f.owner)
                         order by f.on_table collate "C", f.trigger collate "C", f.what collate "C"), '[]') as answer
  from found f
