-- What the ledger and the live database say in the shortest form; run by probe.sql.
-- The history counts as unchanged where it may not be read: the release's checksum covers the migrations too.
-- Parameters: ledger (schema), ledger_table (its table "object", qualified), project, checksum (of this binary's
-- release), versions (bigint[]: its migrations that run outside of a transaction). Columns: answer (JSON). Versions: 14-18.
select pg_catalog.json_build_object(
         'format', (select max(f.version) from :"ledger".format f),
         'standing', (select pg_catalog.json_build_object('id', r.id, 'checksum', r.checksum, 'built', r.built)
                        from :"ledger".project p
                        join :"ledger".release r on r.id = p.release
                       where p.name = :'project'),
         'seen_before', exists (select from :"ledger".release r
                                 where r.project = :'project' and r.checksum = :'checksum'),
         'history', (select p.history from :"ledger".project p where p.name = :'project'),
         'history_changed', coalesce((
           select case
                    when c.oid is null then true
                    when not pg_catalog.has_schema_privilege(c.relnamespace, 'usage')
                      or not pg_catalog.has_table_privilege(c.oid, 'select') then false
                    else :"ledger".history_hash(p.history) is distinct from p.history_hash
                  end
             from :"ledger".project p
             left join pg_catalog.pg_class c on c.oid = p.history_oid
            where p.name = :'project' and p.history is not null), false),
         'foreign_histories', array(select p.history from :"ledger".project p
                                     where p.name <> :'project' and p.history is not null),
         'claimed', exists (select from :"ledger".claim c
                             where c.project = :'project' and c.version = any (:'versions'::bigint[])),
         'writable', pg_catalog.has_table_privilege(:'ledger_table', 'insert'),
         'drifted', exists (select from :"ledger".drift d where d.project = :'project'),
         'shifted', exists (select from :"ledger".shifted_base s where s.project = :'project'))::text as answer
