-- What stands in a migration for DISCARD ALL, which no transaction may hold: what the server's manual says that it does, and of the
-- settings those that the migration found.
-- Parameters: reset (the statements that set them).
-- Columns: pg_advisory_unlock_all (of no use). Versions: 14-18.
close all;
set session authorization default;
:reset;
deallocate all;
unlisten *;
select pg_catalog.pg_advisory_unlock_all();
discard plans;
discard temp;
discard sequences
