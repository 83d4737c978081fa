-- A part of recorded.sql and probe/said.sql, behind "from": what objects depend on that changed since they were recorded.
-- Columns: project, class, oid.
-- Parameters: ledger (schema). Versions: 14-18.
(
select b.project, b.class, b.oid
  from :"ledger".dependency b
  left join :dependency_fingerprints l on l.class = b.class and l.oid = b.oid
  left join pg_catalog.pg_namespace n on n.oid = b.schema_oid
 where l.oid is null
    or l.name <> b.name
    or l.namespace <> b.schema_oid
    or n.nspname is distinct from b.schema_name
    or l.xmins is distinct from b.xmins
)
