-- What can be refreshed here, and how: whether the session may write, and what stands under the names of the project's
-- materialized views. A unique index that fits is one for which the server does CONCURRENTLY: valid, checked at once, over all
-- rows and over plain columns only.
-- Parameters: wanted (JSON: [{place, schema, name}]), ledger (schema).
-- Columns: answer (JSON: {server, recovery, read_only, track_counts, role, stale (the ledger's notes: '' where there are none
-- that we may read, r or rw), found: [{place, oid, kind (as pg_class says), populated, unique (an index fits), unfit (names of
-- unique indexes that do not), temporary (its owner may make temporary tables), may_refresh, may_read, owner}]}). Versions: 14-18
-- (17: the privilege MAINTAIN).
select pg_catalog.json_build_object(
         'server', pg_catalog.current_setting('server_version_num')::int,
         'recovery', pg_catalog.pg_is_in_recovery(),
         'read_only', pg_catalog.current_setting('transaction_read_only') = 'on',
         'track_counts', pg_catalog.current_setting('track_counts') = 'on',
         'role', current_user,
         'stale', coalesce((
           select case when not pg_catalog.has_schema_privilege(n.oid, 'usage')
                         or not pg_catalog.has_table_privilege(c.oid, 'select') then ''
                       when pg_catalog.has_table_privilege(c.oid, 'insert')
                        and pg_catalog.has_table_privilege(c.oid, 'delete') then 'rw'
                       else 'r' end
             from pg_catalog.pg_namespace n
             join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = 'stale'
            where n.nspname = :'ledger'), ''),
         'found', coalesce(pg_catalog.json_agg(f.found), '[]')) as answer
  from (
    select pg_catalog.json_build_object(
             'place', w.place,
             'oid', c.oid::bigint,
             'kind', c.relkind,
             'populated', c.relispopulated,
             'unique', coalesce(pg_catalog.bool_or(i.fits), false),
             'unfit', coalesce(pg_catalog.json_agg(i.name order by i.name) filter (where not i.fits), '[]'),
             'temporary', pg_catalog.has_database_privilege(
                            c.relowner,
                            (select d.oid from pg_catalog.pg_database d where d.datname = pg_catalog.current_database()),
                            'temporary'),
             'may_refresh', pg_catalog.pg_has_role(c.relowner, 'usage')
                            or case when pg_catalog.current_setting('server_version_num')::int >= 170000
                                    then pg_catalog.has_table_privilege(c.oid, 'maintain')
                                    else false end,
             'may_read', pg_catalog.has_table_privilege(c.oid, 'select'),
             'owner', pg_catalog.pg_get_userbyid(c.relowner)) as found
      from pg_catalog.json_to_recordset(:'wanted') as w(place int, schema text, name text)
      join pg_catalog.pg_namespace n on n.nspname = w.schema
      join pg_catalog.pg_class c on c.relnamespace = n.oid and c.relname = w.name
      left join lateral (
        select pg_catalog.quote_ident(i.relname) as name,
               x.indisvalid
                 and x.indimmediate
                 and x.indpred is null
                 and x.indnatts > 0
                 and 0 < all (x.indkey::pg_catalog.int2[]) as fits
          from pg_catalog.pg_index x
          join pg_catalog.pg_class i on i.oid = x.indexrelid
         where x.indrelid = c.oid
           and x.indisunique) i on true
     group by w.place, c.oid, c.relkind, c.relispopulated, c.relowner) f
