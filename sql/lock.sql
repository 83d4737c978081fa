-- Asks for the project's advisory lock without waiting, first in our transaction: a waiter that blocks inside a
-- statement would stall CREATE INDEX CONCURRENTLY. The snapshot of a later statement sees what the last holder did.
-- Parameters: key (bigint), ledger (schema), ledger_key (bigint: held too while the ledger's own tables are missing), schema (the
-- project's), schema_key (bigint: held too while that is missing).
-- Columns: locked. Versions: 14-18.
select pg_catalog.pg_try_advisory_xact_lock(:key)
       and (exists (select from pg_catalog.pg_class c
                      join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                     where n.nspname = :'ledger' and c.relname = 'dependency')
            or pg_catalog.pg_try_advisory_xact_lock(:ledger_key))
       and (exists (select from pg_catalog.pg_namespace n where n.nspname = :'schema')
            or pg_catalog.pg_try_advisory_xact_lock(:schema_key)) as locked
