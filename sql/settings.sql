-- The settings that this session made, so that what a migration SETs can be taken back; without those that are ours by now,
-- which sql/begun.sql answered. Of settings that no library defined, only those of these names can be found.
-- Parameters: custom (text[]), ours (text[]: names). Columns: answer (JSON: {values: {name: value}, role, authorization}).
-- Versions: 14-18.
select pg_catalog.json_build_object(
         'values', (
           select coalesce(pg_catalog.json_object_agg(s.name, s.value), '{}')
             from (select s.name, pg_catalog.current_setting(s.name) as value
                     from pg_catalog.pg_settings s
                    where s.source = 'session'
                      and s.context in ('user', 'superuser')
                      and s.name not like 'transaction\_%'
                      and s.name <> all (:'ours'::text[])
                   union
                   select c.name, pg_catalog.current_setting(c.name, true)
                     from pg_catalog.unnest(:'custom'::text[]) as c(name)
                    where pg_catalog.current_setting(c.name, true) is not null) s),
         'role', pg_catalog.current_setting('role'),
         'authorization', pg_catalog.current_setting('session_authorization')) as answer
