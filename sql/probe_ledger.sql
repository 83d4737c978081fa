-- What the ledger and the live database say in the shortest form; run by probe.sql.
-- The history counts as unchanged where it may not be read: the release's checksum covers the migrations too.
-- Parameters: ledger (schema), project, checksum (of this binary's release). Columns: answer (JSON). Versions: 14-18.
select pg_catalog.json_build_object(
         'format', (select max(f.version) from :"ledger".format f),
         'standing', (select pg_catalog.json_build_object('id', r.id, 'checksum', r.checksum, 'built', r.built)
                        from :"ledger".project p
                        join :"ledger".release r on r.id = p.release
                       where p.name = :'project'),
         'seen_before', exists (select from :"ledger".release r
                                 where r.project = :'project' and r.checksum = :'checksum'),
         'history_changed', coalesce((
           select :"ledger".history_hash(p.history) is distinct from p.history_hash
             from :"ledger".project p
            where p.name = :'project'
              and p.history is not null
              and pg_catalog.has_table_privilege(pg_catalog.to_regclass(p.history)::oid, 'select') is not false), false),
         'foreign_histories', array(select p.history from :"ledger".project p
                                     where p.name <> :'project' and p.history is not null),
         'claimed', exists (select from :"ledger".claim c where c.project = :'project'),
         'drifted', exists (select from :"ledger".drift d where d.project = :'project'),
         'shifted', exists (select from :"ledger".shifted_base s where s.project = :'project'))::text as answer
