-- A part of drifted.sql, ledger_kept.sql, recorded.sql, status.sql and probe/said.sql, behind "from": the recorded objects whose
-- fingerprint is not the recorded one, and what about them differs.
-- Columns: project, identity, gone, moved, redefined, options, attached.
-- Parameters: ledger (schema). Versions: 14-18.
(
select o.project,
       o.identity,
       l.oid is null as gone,
       l.name is distinct from o.name or l.namespace is distinct from coalesce(o.table_oid, o.schema_oid)
         or n.nspname is distinct from o.schema_name or t.relname is distinct from o.table_name
         or t.relnamespace <> o.schema_oid as moved,
       l.rule_xmin is distinct from o.rule_xmin or l.columns_xmin is distinct from o.columns_xmin as redefined,
       l.options is distinct from o.options as options,
       case when o.attached is null then false else not l.attached @> o.attached end as attached
  from :ledger_objects o
  left join :fingerprints l on l.class = o.class and l.oid = o.oid
  -- Its containers: a schema that is renamed, or a table, changes no row of the object.
  left join pg_catalog.pg_namespace n on n.oid = o.schema_oid
  left join pg_catalog.pg_class t on t.oid = o.table_oid
 where o.retired is null
   and (l.oid is null
        or l.name <> o.name
        or l.namespace <> coalesce(o.table_oid, o.schema_oid)
        or n.nspname is distinct from o.schema_name
        or t.relname is distinct from o.table_name
        or t.relnamespace <> o.schema_oid
        or l.owner <> o.owner
        or l.options is distinct from o.options
        or l.rule_xmin is distinct from o.rule_xmin
        or l.columns_xmin is distinct from o.columns_xmin
        or case when o.attached is null then false else not l.attached @> o.attached end)
)
