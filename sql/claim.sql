-- Claims a migration that runs outside of a transaction, for this session; a claim left by a dead session is taken over.
-- Parameters: ledger (schema), project, version, name. Versions: 14-18.
insert into :"ledger".project (name) values (:'project') on conflict do nothing;
insert into :"ledger".claim as c (project, version, name, pid, backend_start)
select :'project', :version, :'name', pg_catalog.pg_backend_pid(),
       (select a.backend_start from pg_catalog.pg_stat_activity a where a.pid = pg_catalog.pg_backend_pid())
on conflict (project, version) do update
   set pid = excluded.pid, backend_start = excluded.backend_start, since = pg_catalog.clock_timestamp()
