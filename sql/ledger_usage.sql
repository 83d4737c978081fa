-- Lets every role that may connect look into the schema of the ledger. Only its owner can.
-- Parameters: ledger (schema). Columns: none. Versions: 14-18.
grant usage on schema :"ledger" to public
