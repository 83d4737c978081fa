-- Opens a scratch database, to which nobody can connect before: to its owner alone.
-- Parameters: name. Columns: none. Versions: 14-18.
revoke all on database :"name" from public;
alter database :"name" with allow_connections true
