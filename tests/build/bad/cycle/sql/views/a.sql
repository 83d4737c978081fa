create view a as
  select * from c;
