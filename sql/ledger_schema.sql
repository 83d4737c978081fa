-- The schema of the ledger, where it is not there yet.
-- Parameters: ledger (schema). Versions: 14-18.
create schema :"ledger"
