-- The oids that relations have now under the names that they had.
-- Parameters: names (JSON: {old oid: name}). Columns: answer (JSON: {old oid: oid}; without those that are not there).
-- Versions: 14-18.
select coalesce(pg_catalog.json_object_agg(n.key, pg_catalog.to_regclass(n.value)::oid::bigint)
                  filter (where pg_catalog.to_regclass(n.value) is not null), '{}') as answer
  from pg_catalog.json_each_text(:'names') n
