create view x as select * from y;
create view y as select * from x;
