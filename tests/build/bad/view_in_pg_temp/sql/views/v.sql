create view pg_temp.v as select 1 as one;
