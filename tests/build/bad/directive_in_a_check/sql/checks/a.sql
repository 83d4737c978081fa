-- viewkeeper: depends-on v
select 1;
