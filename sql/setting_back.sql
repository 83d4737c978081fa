-- Gives a setting of the session the value that it had before ours. Where RESET makes the same of it, the
-- session did not set it. Under any search_path, because that is one of them.
-- Parameters: setting (its name, as SET writes it), name, value.
-- Columns: set_config (of no use). Versions: 14-18.
reset :setting;
select pg_catalog.set_config(:'name', :'value', false)
 where pg_catalog.current_setting(:'name') operator(pg_catalog.<>) :'value'::pg_catalog.text
