-- Ends a claim.
-- Parameters: ledger (schema), project, version. Columns: none. Versions: 14-18.
delete from :"ledger".claim where project = :'project' and version = :version
