create view c as select * from b;
