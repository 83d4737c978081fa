-- A part of probe/doubts.sql, probe/refusals.sql and probe/whose.sql, a query: the relations that viewkeeper reads and writes for
-- itself: the ledger's tables, those of format 1 among them, and the tables under whose names refinery's history may be.
-- Columns: relation (oid), those of pg_class that say what it is and whose; place (of a history), quoted (its name).
-- Parameters: ledger (schema), histories (JSON: [{place, schema, name, quoted}]). Versions: 14-18.
select c.oid as relation, c.relname, c.relnamespace, c.relowner, c.relacl, c.relkind, c.relispartition, c.relhassubclass,
       c.relrowsecurity, c.relhasrules, c.relhastriggers, c.relchecks, null::int as place, null as quoted
  from pg_catalog.pg_namespace n
  join pg_catalog.pg_class c on c.relnamespace = n.oid
 where n.nspname = :'ledger'
   and c.relname = any ('{format,project,release,claim,object,dependency,definition,displaced,stale,refresh,replaced_migration,stamp,base,
                          aside}'::pg_catalog.name[])
union all
select c.oid, c.relname, c.relnamespace, c.relowner, c.relacl, c.relkind, c.relispartition, c.relhassubclass,
       c.relrowsecurity, c.relhasrules, c.relhastriggers, c.relchecks, h.place, h.quoted
  from pg_catalog.json_to_recordset(:'histories') as h(place int, schema text, name text, quoted text)
  join pg_catalog.pg_namespace n on n.nspname = h.schema
  join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = h.name
