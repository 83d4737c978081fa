-- Keeps what stepped aside for a table migration over the end of its transaction; sql/record.sql takes it out again.
-- Parameters: ledger (schema), project, aside (JSON: [{address, saved}]). Versions: 14-18.
insert into :"ledger".aside (project, address, saved)
select :'project', a.address, nullif(a.saved, 'null'::jsonb)
  from pg_catalog.jsonb_to_recordset(:'aside') as a(address text, saved jsonb)
on conflict (project, address) do update set saved = excluded.saved
