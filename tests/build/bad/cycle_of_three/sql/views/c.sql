create view c as
  select b.one
  from b;
