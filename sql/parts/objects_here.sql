-- A part of record.sql and recorded.sql, behind "from": the recorded objects by the addresses that they have here. An oid means
-- something on the server and in the database that gave it; elsewhere, as after a dump and a restore, an object is what has its
-- names, and 0 stands for what is not there.
-- Columns: those of the ledger's table "object", and here (the addresses are the recorded ones).
-- Parameters: ledger (schema), project. Settings: pinned, search_path to pg_catalog. Versions: 14-18.
(
select o.project, o.schema, o.identity, o.kind, o.checksum, o.stated, o.definition, o.release, o.retired, o.class,
       case when h.here then o.oid else coalesce(case o.class
         when 'pg_catalog.pg_class'::pg_catalog.regclass then (
           select c.oid
             from pg_catalog.pg_class c
             join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where n.nspname = o.schema_name and c.relname = o.name)
         when 'pg_catalog.pg_trigger'::pg_catalog.regclass then (
           select t.oid
             from pg_catalog.pg_trigger t
             join pg_catalog.pg_class c on c.oid = t.tgrelid
             join pg_catalog.pg_namespace n on n.oid = c.relnamespace
            where n.nspname = o.schema_name and c.relname = o.table_name and t.tgname = o.name)
         else (
           select p.oid
             from pg_catalog.pg_proc p
             join pg_catalog.pg_namespace n on n.oid = p.pronamespace
            where n.nspname = o.schema_name and p.proname = o.name
              and o.arguments = :argument_types) end, 0) end as oid,
       o.name,
       case when h.here then o.schema_oid
            else coalesce((select n.oid from pg_catalog.pg_namespace n where n.nspname = o.schema_name), 0) end as schema_oid,
       o.schema_name,
       case when h.here or o.table_name is null then o.table_oid
            else coalesce((select c.oid
                             from pg_catalog.pg_class c
                             join pg_catalog.pg_namespace n on n.oid = c.relnamespace
                            where n.nspname = o.schema_name and c.relname = o.table_name), 0) end as table_oid,
       o.table_name, o.arguments, o.argument_types, o.owner, o.options, o.rule_xmin, o.columns_xmin, o.columns, o.attached,
       o.made, o.plain_hash, o.pretty_hash, o.fingerprint, o.server, h.here
  from :"ledger".object o
 cross join (select not exists (select from :away) as here) h
)
