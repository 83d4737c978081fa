-- First in our transactions, under whatever search_path the session has, so nothing in it could be something else under another
-- one: what the session has of the settings that are ours from here on. Its limits of time are none of the work's; that of a
-- transaction came with 17.
-- Parameters: none. Columns: answer (JSON: {name: value}). Versions: 14-18.
select pg_catalog.json_strip_nulls(pg_catalog.json_build_object(
         'search_path', pg_catalog.current_setting('search_path'),
         'statement_timeout', pg_catalog.current_setting('statement_timeout'),
         'transaction_timeout', pg_catalog.current_setting('transaction_timeout', true))) as answer;
set local statement_timeout to 0;
select
 where case when pg_catalog.current_setting('transaction_timeout', true) is not null
            then pg_catalog.set_config('transaction_timeout', '0', true) is null end
