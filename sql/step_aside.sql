-- Keeps what stepped aside for a table migration over the end of its transaction; sql/record.sql takes it out again.
-- Parameters: ledger (schema), project, aside (JSON: [{oid, saved}]). Versions: 14-18.
insert into :"ledger".aside (project, oid, saved)
select :'project', a.oid, nullif(a.saved, 'null'::jsonb)
  from pg_catalog.jsonb_to_recordset(:'aside') as a(oid oid, saved jsonb)
on conflict (project, oid) do update set saved = excluded.saved
