-- closes it
create view c as
  select 1 as one
  from a, b
  where b.one = a.one;
