-- Whether the ledger holds definitions of a project; run by probe.sql where the role may read them.
-- Parameters: ledger (schema), project. Columns: one. Versions: 14-18.
select exists (select from :"ledger".definition d where d.project = :'project')
