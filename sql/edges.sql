-- Which objects of the project stand on which, as the server sees it, of those that were just recorded.
-- Parameters: ledger (schema), project, identities (text[]: of which it is asked).
-- Columns: answer (JSON: [[identity, identity of what it stands on]]). Versions: 14-18.
with found as materialized (
  select distinct o.identity, case when t.typrelid <> 0 then 'pg_catalog.pg_class'::pg_catalog.regclass else d.refclassid end as class,
         coalesce(nullif(t.typrelid, 0), d.refobjid) as oid
    :standing
     and d.deptype in ('n', 'a')
    -- The row type of a view is the view.
    left join pg_catalog.pg_type t on d.refclassid = 'pg_catalog.pg_type'::pg_catalog.regclass and t.oid = d.refobjid
   where o.project = :'project'
     and o.identity = any (:'identities'::text[])
)
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_array(f.identity, o.identity) order by f.identity, o.identity), '[]')
         as answer
  from found f
  join :"ledger".object o on o.class = f.class and o.oid = f.oid and o.project = :'project' and o.retired is null
 where o.identity <> f.identity
