-- The server's version.
-- Parameters: none. Columns: answer (its major version). Versions: 14-18.
select (current_setting('server_version_num')::int / 10000)::text as answer
