-- Notes that the rows of materialized views are old. Never one row for two events: a refresh takes out the rows that it saw. What
-- is noted of objects that are no longer kept goes.
-- Parameters: ledger (schema), project, schema (the project's), stale (JSON: [{identity, why}]). Columns: none. Versions: 14-18.
delete from :"ledger".stale s
 where s.project = :'project'
   and not exists (select from :"ledger".object o where o.project = s.project and o.identity = s.identity);
insert into :"ledger".stale (project, schema, id, identity, why, since)
select :'project', :'schema', pg_catalog.gen_random_uuid(), s.identity, s.why, pg_catalog.clock_timestamp()
  from pg_catalog.json_to_recordset(:'stale') as s(identity text, why text)
