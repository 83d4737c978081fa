-- Remembers, for the rest of the transaction, what is noted of a materialized view that will be refreshed now: what is committed
-- after this may be too late for the refresh.
-- Parameters: ledger (schema), project, identity. Columns: stale (of no use). Versions: 14-18.
select pg_catalog.set_config('viewkeeper.stale', coalesce(pg_catalog.array_agg(s.id)::text, '{}'), true) as stale
  from :"ledger".stale s
 where s.project = :'project' and s.identity = :'identity'
