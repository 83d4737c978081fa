-- The whole no-op boot: is there a ledger that we may read, and what does it say? Written so that a missing ledger is
-- an answer, not an ERROR line in the server's log: the inner query is parsed only where its tables exist.
-- Parameters: ledger (schema), schema (the project's), inner (the text of probe_ledger.sql), histories (text[]:
-- quoted qualified names under which refinery's history may be; those that exist are answered). Columns: answer (JSON). Versions: 14-18.
select pg_catalog.json_build_object(
         'server', pg_catalog.current_setting('server_version_num')::int,
         'in_transaction', pg_catalog.now() <> pg_catalog.statement_timestamp(),
         'recovery', pg_catalog.pg_is_in_recovery(),
         'read_only', pg_catalog.current_setting('transaction_read_only') = 'on',
         'schema', exists (select from pg_catalog.pg_namespace s where s.nspname = :'schema'),
         'histories', array(select h.name
                              from pg_catalog.unnest(:'histories'::text[]) with ordinality as h(name, place)
                             where pg_catalog.to_regclass(h.name) is not null
                             order by h.place),
         'ledger', case
           when n.oid is null then null
           when not pg_catalog.has_schema_privilege(n.oid, 'usage') then '{"missing": "usage"}'
           when c.oid is null then null
           else pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
                  pg_catalog.substring(pg_catalog.query_to_xml(:'inner', false, true, '')::text,
                                       '<answer>(.*)</answer>'),
                  '&lt;', '<'), '&gt;', '>'), '&#x0d;', pg_catalog.chr(13)), '&amp;', '&')
         end::json) as answer
  from (select 1) one
  left join pg_catalog.pg_namespace n on n.nspname = :'ledger'
  left join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = 'shifted_base'
