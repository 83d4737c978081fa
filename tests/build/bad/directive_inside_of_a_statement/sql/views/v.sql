create view v as
  -- viewkeeper: depends-on w
  select 1 as one;
