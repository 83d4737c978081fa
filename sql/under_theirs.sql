-- A query of ours whose answer is what it is under the search_path that others set, which stays: it is read under ours, and run
-- under that one.
-- Parameters: query.
-- Columns: set_config (of no use), answer (that of the query). Versions: 14-18.
select pg_catalog.set_config('viewkeeper.path', pg_catalog.current_setting('search_path'), true);
set local search_path to pg_catalog, pg_temp;
declare "viewkeeper answer" no scroll cursor for
:query;
select pg_catalog.set_config('search_path', pg_catalog.current_setting('viewkeeper.path'), true);
fetch all from "viewkeeper answer";
close "viewkeeper answer"
