-- viewkeeper: with-no-data
-- viewkeeper: refresh manual
create materialized view on_m as table m;
create materialized view no_data as with x as (select * from m) select * from x with no data;
