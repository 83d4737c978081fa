-- A query of ours whose answer is what it is under another search_path: it is read under ours, and run under that one, and ours is
-- set behind it. For a transaction, or a message of several statements, wherever it stands in it.
-- Parameters: query, path (a search_path, already quoted).
-- Columns: answer (that of the query). Versions: 14-18.
set local search_path to pg_catalog, pg_temp;
declare "viewkeeper answer" no scroll cursor for
:query;
set local search_path to :path;
fetch all from "viewkeeper answer";
set local search_path to pg_catalog, pg_temp;
close "viewkeeper answer"
