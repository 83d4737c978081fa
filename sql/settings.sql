-- The settings that this session made, so that what a migration SETs can be taken back.
-- Parameters: none. Columns: answer (JSON: {name: value}). Versions: 14-18.
select coalesce(pg_catalog.json_object_agg(s.name, pg_catalog.current_setting(s.name)), '{}')::jsonb
       || pg_catalog.jsonb_build_object('role', pg_catalog.current_setting('role')) as answer
  from pg_catalog.pg_settings s
 where s.source = 'session'
   and s.context in ('user', 'superuser')
   and s.name not like 'transaction\_%'
