-- The locks above AccessShare that this transaction holds on relations, the strongest of each.
-- Parameters: none. Columns: answer (JSON: [{relation (oid), mode}]). Versions: 14-18.
select coalesce(pg_catalog.json_agg(pg_catalog.json_build_object('relation', l.relation::bigint, 'mode', l.mode)), '[]') as answer
  from (
    select distinct on (k.relation) k.relation, k.mode
      from pg_catalog.pg_locks k
     where k.locktype = 'relation'
       and k.pid = pg_catalog.pg_backend_pid()
       and k.granted
       and k.relation >= 16384
       and k.mode <> 'AccessShareLock'
     order by k.relation,
              pg_catalog.array_position(array['AccessExclusiveLock', 'ExclusiveLock', 'ShareRowExclusiveLock', 'ShareLock',
                'ShareUpdateExclusiveLock', 'RowExclusiveLock', 'RowShareLock'], k.mode)) l
