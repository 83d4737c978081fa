-- A part of history_now.sql, record.sql, schema_now.sql, parts/objects_here.sql and probe/said.sql, behind "from": the project,
-- where its ledger was written on another server or in another database, so that an oid in it may be another object's.
-- Columns: name. Parameters: ledger (schema), project. Versions: 14-18.
(
select p.name
  from :"ledger".project p
 where p.name = :'project'
   and (p.system_identifier <> (select c.system_identifier from pg_catalog.pg_control_system() c)
        or p.database <> (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()))
) a
