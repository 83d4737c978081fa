-- Keeps, to the end of the transaction, which routines are there under the identities of the project, for a later statement of
-- the same message. Nothing of it is answered.
-- Parameters: routines (the text of routines.sql, with its identities). Columns: kept (of no use). Settings: as routines.sql.
-- Versions: 14-18.
select pg_catalog.set_config('viewkeeper.routines', r.answer::text, true) is null as kept
  from (
:routines
       ) r
