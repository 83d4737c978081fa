-- What a first run needs of the role, where there is no ledger yet: the ledger and the project's schemas are made, or something
-- is made in them.
-- Parameters: schemas (text[]: those that are made, or in which something is made), perhaps (text[]: those that may come to be so),
-- history (the migration history that is there, quoted, or empty).
-- Columns: answer (JSON). Settings: none. Versions: 14-18.
select pg_catalog.json_build_object(
         'role', current_user,
         'database', pg_catalog.current_database(),
         'recovery', pg_catalog.pg_is_in_recovery(),
         'read_only', pg_catalog.current_setting('transaction_read_only') operator(pg_catalog.=) 'on',
         'create', pg_catalog.has_database_privilege(pg_catalog.current_database(), 'create'),
         'history', coalesce(pg_catalog.has_table_privilege(pg_catalog.to_regclass(nullif(:'history', '')), 'insert'), true),
         'temporary', pg_catalog.has_database_privilege(pg_catalog.current_database(), 'temporary'),
         'schemas', (
           select pg_catalog.json_agg(pg_catalog.json_build_object(
                    'name', s.name,
                    'exists', n.oid is not null,
                    'perhaps', s.name operator(pg_catalog.=) any (:'perhaps'::text[]),
                    'usage', coalesce(pg_catalog.has_schema_privilege(n.oid, 'usage'), true),
                    'create', coalesce(pg_catalog.has_schema_privilege(n.oid, 'create'), false)) order by s.place)
             from pg_catalog.unnest(:'schemas'::text[] operator(pg_catalog.||) :'perhaps'::text[]) with ordinality as s(name, place)
             left join pg_catalog.pg_namespace n on n.nspname operator(pg_catalog.=) s.name)) as answer
