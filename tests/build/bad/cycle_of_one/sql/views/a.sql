create view a as select * from a;
