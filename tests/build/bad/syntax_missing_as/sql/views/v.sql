create view v select 1 as one;
