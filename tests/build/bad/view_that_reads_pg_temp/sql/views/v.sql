create view v as select * from pg_temp.scratch;
