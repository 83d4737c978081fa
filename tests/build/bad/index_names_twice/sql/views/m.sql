create materialized view m as select 1 as id;
create index same on m (id);
create index v on m (id);
