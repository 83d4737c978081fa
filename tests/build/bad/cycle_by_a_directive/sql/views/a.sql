-- viewkeeper: depends-on b
create view a as select 1 as one;
