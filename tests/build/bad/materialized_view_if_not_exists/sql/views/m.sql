create materialized view if not exists m as select 1 as id;
