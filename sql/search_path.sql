-- Sets the search_path of the session, to a value as current_setting shows it.
-- Parameters: path. Versions: 14-18.
select pg_catalog.set_config('search_path', :'path', false)
