-- Tidies the tables that had foreign keys in format 1: until then pg_class says that they may have triggers. In no transaction.
-- Parameters: ledger (schema). Columns: none. Versions: 14-18.
vacuum :"ledger".release, :"ledger".project, :"ledger".definition, :"ledger".object, :"ledger".dependency, :"ledger".claim
