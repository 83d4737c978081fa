create view v as
select coalesce(a, (b + 1) as x
  from genes;
