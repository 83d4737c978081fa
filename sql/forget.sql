-- Takes the texts out of definitions; when, by whom and by which release each was recorded stays. What an object stands by
-- now is never among them, whatever the caller says.
-- Parameters: ledger (schema), project, ids (bigint[]). Columns: answer (JSON: how many). Versions: 14-18.
with forgotten as (
  update :"ledger".definition d
     set text = null, entry = null, deparsed = null, forgotten = pg_catalog.clock_timestamp()
   where d.id = any (:'ids'::bigint[])
     and d.project = :'project'
     and d.forgotten is null
     and not exists (select from :"ledger".object o where o.project = :'project' and o.definition = d.id)
  returning d.id
)
select pg_catalog.to_json(count(*)) as answer from forgotten
