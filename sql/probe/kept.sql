-- A part of probe.sql, a query where the role may read them: whether the ledger holds definitions of a project.
-- Parameters: ledger (schema), project. Columns: one. Versions: 14-18.
select exists (select from :"ledger".definition d where d.project = :'project')
