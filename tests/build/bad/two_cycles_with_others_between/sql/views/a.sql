create view a as select * from b, c;
