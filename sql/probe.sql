-- The whole no-op boot: is there a ledger that we may read, and what does it say? The inner query is parsed only where
-- its tables exist, so a missing ledger is an answer and not an ERROR line in the server's log. One message, one round
-- trip; the setting in which the block leaves its answer ends with it.
-- Parameters: ledger (schema), schema (the project's), inner (the text of probe_ledger.sql), histories (JSON:
-- [{place, schema, name, quoted}] under which refinery's history may be; those that exist are answered). Columns: answer (JSON).
-- Versions: 14-18.
do $viewkeeper$
declare
  ledger oid := (select n.oid from pg_catalog.pg_namespace n where n.nspname = :'ledger');
  answer text := 'null';
begin
  if ledger is not null and not pg_catalog.has_schema_privilege(ledger, 'usage') then
    answer := '{"missing": "USAGE"}';
  elsif exists (select from pg_catalog.pg_class c where c.relnamespace = ledger and c.relname = 'shifted_base') then
    execute :'inner' into answer;
  end if;
  perform pg_catalog.set_config('viewkeeper.answer', answer, true);
end
$viewkeeper$;
select pg_catalog.json_build_object(
         'server', pg_catalog.current_setting('server_version_num')::int,
         'in_transaction', pg_catalog.now() <> pg_catalog.statement_timestamp(),
         'recovery', pg_catalog.pg_is_in_recovery(),
         'read_only', pg_catalog.current_setting('transaction_read_only') = 'on',
         'schema', exists (select from pg_catalog.pg_namespace s where s.nspname = :'schema'),
         'histories', array(select h.quoted
                              from pg_catalog.json_to_recordset(:'histories') as h(place int, schema text, name text, quoted text)
                              join pg_catalog.pg_namespace n on n.nspname = h.schema
                              join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = h.name
                             -- A table elsewhere that we may not even read is another application's.
                             where h.place = 0 or pg_catalog.has_table_privilege(c.oid, 'select')
                             order by h.place),
         'ledger', pg_catalog.current_setting('viewkeeper.answer')::json) as answer
