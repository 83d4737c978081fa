create function pg_temp.f() returns int language sql as 'select 1';
create trigger t after insert on pg_temp.genes for each row execute function g();
create materialized view m as select * from pg_temp.genes;
