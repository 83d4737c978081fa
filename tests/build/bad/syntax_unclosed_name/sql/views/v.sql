create view v as
select "abc as x
  from genes;
