create view w as select s(1) as x;
create function s(int) returns setof w language sql as 'select * from w';
