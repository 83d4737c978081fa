-- Which project keeps which live object.
-- Parameters: ledger (schema). Columns: answer (JSON: {class/oid/0: project}). Versions: 14-18.
select coalesce(pg_catalog.json_object_agg(o.class || '/' || o.oid || '/0', o.project), '{}') as answer
  from :"ledger".object o
 where o.retired is null
