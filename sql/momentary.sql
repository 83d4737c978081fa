-- The settings of this moment that our own work in the middle of a migration replaces: the pinned ones without the
-- search_path, the lock deadline and the role. Parameters: none. Columns: answer (JSON: {name: value}). Versions: 14-18.
select pg_catalog.json_object_agg(s.name, pg_catalog.current_setting(s.name)) as answer
  from pg_catalog.unnest(array[
    'datestyle', 'intervalstyle', 'timezone', 'extra_float_digits', 'bytea_output',
    'quote_all_identifiers', 'standard_conforming_strings', 'check_function_bodies', 'statement_timeout',
    'idle_in_transaction_session_timeout', 'transaction_timeout', 'lock_timeout', 'role']) as s(name)
 where pg_catalog.current_setting(s.name, true) is not null
