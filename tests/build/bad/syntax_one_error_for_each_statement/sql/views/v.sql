create view a as select (1 as x;
create view b as select 2 as y;
create view c as select from where x = ;
slect 1;
