-- Takes out what sql/stale_seen.sql saw.
-- Parameters: ledger (schema). Columns: none. Versions: 14-18.
delete from :"ledger".stale s
      where s.id = any (pg_catalog.current_setting('viewkeeper.stale')::uuid[])
