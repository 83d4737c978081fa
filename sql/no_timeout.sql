-- Takes the time limit of a transaction away, which came with 17; before, there is nothing to take away. It gives no row, and
-- names nothing that another search_path could make something else of.
-- Parameters: local (a boolean). Columns: none. Versions: 14-18.
select
 where case when pg_catalog.current_setting('transaction_timeout', true) is not null
            then pg_catalog.set_config('transaction_timeout', '0', :local) is null end
