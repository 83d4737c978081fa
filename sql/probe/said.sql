-- A part of probe.sql, a query: what the ledger and the live database say in the shortest form.
-- holed: rows are missing that were written, of these tables. objects: there are some.
-- Parameters: ledger (schema), ledger_table (its table "object", qualified), project, checksum (of this binary's release),
-- versions (bigint[]: its migrations that run outside of a transaction).
-- Columns: answer (JSON). Versions: 14-18.
with project as materialized (
  select p.* from :"ledger".project p where p.name = :'project'
), counted as materialized (
  select (select pg_catalog.count(*) from :"ledger".object o where o.project = :'project' and o.retired is null) as objects,
         (select pg_catalog.count(*) from :"ledger".dependency d where d.project = :'project') as dependencies
)
select pg_catalog.json_build_object(
         'format', (select max(f.version) from :"ledger".format f),
         'schema', p.schema,
         'standing', case when r.id is not null then
           pg_catalog.json_build_object('id', r.id, 'checksum', r.checksum, 'built', r.built) end,
         'seen_before', exists (select from :"ledger".release r
                                 where r.project = :'project' and r.checksum = :'checksum'),
         'history', p.history,
         'history_oid', p.history_oid::int8,
         'history_hash', p.history_hash,
         'foreign_histories', array(select f.history from :"ledger".project f
                                     where f.name <> :'project' and f.history is not null),
         'claimed', exists (select from :"ledger".claim c
                             where c.project = :'project' and c.version = any (:'versions'::bigint[])),
         'writable', pg_catalog.has_table_privilege(:'ledger_table', 'insert'),
         'objects', c.objects > 0,
         'holed', pg_catalog.array_remove(array[
           case when p.name is null
                     and (c.objects > 0 or exists (select from :"ledger".release x where x.project = :'project'))
                then 'project' end,
           case when p.release is not null and r.id is null then 'release' end,
           case when c.objects < p.objects then 'object' end,
           case when c.dependencies < p.dependencies then 'dependency' end], null),
         'drifted', exists (select from :away) or exists (select from :drift d where d.project = :'project'),
         'shifted', exists (select from :shifted s where s.project = :'project')) as answer
  from counted c
  left join project p on true
  left join :"ledger".release r on r.project = p.name and r.schema = p.schema and r.id = p.release
