create materialized view n as select 1 as id;
create index same on n (id);
create view v as select 1 as id;
