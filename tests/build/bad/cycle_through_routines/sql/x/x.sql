create view v as select f(1) as x;
create function f(int) returns int language sql begin atomic select g(); end;
create function g() returns int return (select max(x) from v);
