-- The whole no-op run: is there a ledger that we may read, and what does it say? Before anything of ledger or history is read it
-- is looked at what they are and whose; their queries are parsed only where they may be, so a missing ledger is an answer and not
-- an ERROR line in the server's log. One message, one round trip; the setting in which the block leaves its answer ends with it.
-- Parameters: schema (the project's), ledger (schema), histories (as in probe/relations.sql), project, ledger_table, checksum,
-- versions (as in probe/said.sql), table (%s: the block puts the history there).
-- Columns: answer (JSON: {server, bytes (positions count bytes), in_transaction, recovery, read_only, schema, looked (what the
-- doubts answer), whose (what that answers, where it is asked), said (what the ledger says), kept (definitions are there), hashed
-- (the history's hash is known), hash}). Versions: 14-18.
do $viewkeeper$
declare
  looked json := (:doubts);
  whose json;
  said json;
  kept boolean := true;
  history text;
  hash text;
begin
  if (looked ->> 'alien')::boolean and not (looked ->> 'superuser')::boolean and (looked ->> 'format')::int > 0 then
    execute :'whose' into whose;
  end if;
  if (looked ->> 'reads')::boolean and not coalesce((whose ->> 'works')::boolean and (whose ->> 'alien')::boolean, false) then
    execute :'said' into said;
    if (looked ->> 'definitions')::boolean and (said ->> 'objects')::boolean then
      execute :'kept' into kept;
    end if;
    if said ->> 'history_oid' is not null then
      select h.quoted into history
        from pg_catalog.json_to_recordset(looked -> 'histories') as h(quoted text, oid oid, reads boolean)
       where h.oid = (said ->> 'history_oid')::oid and h.reads;
      if history is not null then
        execute pg_catalog.format(:'hashed', history) into hash;
      end if;
    end if;
  end if;
  perform pg_catalog.set_config('viewkeeper.answer', pg_catalog.json_build_object(
    'looked', looked, 'whose', whose, 'said', said, 'kept', kept, 'hashed', history is not null, 'hash', hash)::text, true);
end
$viewkeeper$;
select pg_catalog.json_build_object(
         'server', pg_catalog.current_setting('server_version_num')::int,
         'bytes', pg_catalog.current_setting('server_encoding') = 'SQL_ASCII',
         'in_transaction', pg_catalog.now() <> pg_catalog.statement_timestamp(),
         'recovery', pg_catalog.pg_is_in_recovery(),
         'read_only', pg_catalog.current_setting('transaction_read_only') = 'on',
         'schema', exists (select from pg_catalog.pg_namespace s where s.nspname = :'schema'),
         'ledger', pg_catalog.current_setting('viewkeeper.answer')::json) as answer
