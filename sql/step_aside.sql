-- Keeps what stepped aside for a table migration over the end of its transaction; sql/record.sql takes it out again.
-- Parameters: ledger (schema), project, schema (the project's), aside (JSON: [{address, saved}]). Columns: none. Versions: 14-18.
insert into :"ledger".displaced (project, schema, address, recreate)
select :'project', :'schema', a.address, nullif(a.saved, 'null'::jsonb)
  from pg_catalog.jsonb_to_recordset(:'aside') as a(address text, saved jsonb)
on conflict (project, schema, address) do update set recreate = excluded.recreate
