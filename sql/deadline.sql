-- The session's deadline for locks.
-- Parameters: none. Columns: answer (JSON: milliseconds). Versions: 14-18.
select pg_catalog.to_json(s.setting::int8) as answer
  from pg_catalog.pg_settings s
 where s.name = 'lock_timeout'
