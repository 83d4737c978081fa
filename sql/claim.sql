-- Claims a migration that runs outside of a transaction, for this session; a claim left by a dead session is taken over.
-- Parameters: ledger (schema), project, schema (the project's), version, name. Columns: none. Versions: 14-18.
insert into :"ledger".project (name, schema, objects, dependencies)
select :'project', :'schema', 0, 0
 where not exists (select from :"ledger".project p where p.name = :'project');
insert into :"ledger".claim as c (project, schema, version, name, pid, backend_start, since)
select :'project', :'schema', :version, :'name', pg_catalog.pg_backend_pid(),
       (select a.backend_start from pg_catalog.pg_stat_activity a where a.pid = pg_catalog.pg_backend_pid()),
       pg_catalog.clock_timestamp()
on conflict (project, schema, version) do update
   set pid = excluded.pid, backend_start = excluded.backend_start, since = pg_catalog.clock_timestamp()
