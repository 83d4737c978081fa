-- viewkeeper: refresh on-chnage
create materialized view a as select 1 as id;
-- viewkeeper: refresh
create materialized view b as select 1 as id;
-- viewkeeper: refresh hourly
create materialized view c as select 1 as id;
