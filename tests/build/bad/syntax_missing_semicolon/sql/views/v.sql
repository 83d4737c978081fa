create view v as select 1 as one

create view w as select 2 as two;
