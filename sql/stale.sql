-- Notes that the rows of materialized views are old. Never one row for two events: a refresh takes out the rows that it saw. What
-- is noted of objects that are no longer kept goes.
-- Parameters: ledger (schema), project, stale (JSON: [{identity, why}]). Versions: 14-18.
delete from :"ledger".stale s
 where s.project = :'project'
   and not exists (select from :"ledger".object o where o.project = s.project and o.identity = s.identity);
insert into :"ledger".stale (project, identity, why)
select :'project', s.identity, s.why
  from pg_catalog.json_to_recordset(:'stale') as s(identity text, why text)
