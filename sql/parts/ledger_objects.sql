-- A part of parts/drift.sql, behind "from": the recorded objects as the ledger has them.
-- Columns: those of the ledger's table "object". Parameters: ledger (schema). Versions: 14-18.
:"ledger".object
