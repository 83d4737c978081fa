-- The settings that change what is stored or printed, pinned to the end of the transaction; and no compiling: what reads the
-- catalog is taken for far dearer than it is, and the compiler then needs a minute where the query needs 70 ms.
-- Parameters: path (a search_path, already quoted). Columns: none. Versions: 14-18.
set local search_path to :path;
set local datestyle to 'ISO, MDY';
set local intervalstyle to 'postgres';
set local timezone to 'UTC';
set local extra_float_digits to 1;
set local bytea_output to 'hex';
set local quote_all_identifiers to off;
set local standard_conforming_strings to on;
set local check_function_bodies to on;
set local statement_timeout to 0;
set local idle_in_transaction_session_timeout to 0;
set local jit to off;
