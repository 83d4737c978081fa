create view v as
select case when a then b
  from genes;
