create view one as select f(1) as x;
create view two as select f(1, b => 'x') as x;
create view three as select public.f(1, 2, 3) as x;
create view none as select g(1, 2) as x, f(variadic array['a']) as y;
-- viewkeeper: depends-on f(integer)
create view directed as select 1 as x;
-- viewkeeper: depends-on f, g(int), changed on one
create view directed_to_all as select 1 as x;
create trigger changed instead of insert on one for each row execute function g();
-- Overloads for the rows of a view that calls another overload.
create function label(text) returns text language sql as 'select $1';
create view labelled as select label('x') as l;
create view above as select l from labelled;
create function label(labelled) returns text language sql as 'select $1.l';
create function label(above[]) returns text language sql as 'select $1[1].l';
