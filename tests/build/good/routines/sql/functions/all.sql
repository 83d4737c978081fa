create view w as select 1 as id;
create view v as select f(1, 2), f(1), app.p(2) from lateral made(1);
create function f(a int, b varchar(20) default g(1), variadic c int[] default '{}', out d text)
returns text language 'SQL' immutable strict security definer set search_path = app, pg_temp
as $tag$ select 'x'::text from v $tag$;
comment on function f is 'x';
comment on function public.f(int, varchar, int[]) is 'y';
grant execute on function f(integer, character varying, integer[]) to reader;
revoke all on routine f from public;
alter function f owner to admin;
-- viewkeeper: before-migrations
CREATE OR REPLACE FUNCTION g (INTEGER) RETURNS int RETURN 1;
create function rows_of(v) returns setof v begin atomic select * from v; select g(1); end;
create function made(int = 3) returns table (a w, b "char"[]) language plpgsql as 'begin perform ''x''; end';
create function same(out x int, inout y text) language c as 'file', 'symbol';
create procedure "P q"(in x timestamptz(3), inout y double precision) language plpgsql as $$begin call other(); end$$;
comment on procedure "P q"(timestamp with time zone, float) is 'p';
create aggregate total(int) (sfunc = plus, stype = int, finalfunc = public.finish, initcond = '0');
create aggregate every_one(*) (sfunc = g, stype = int);
create aggregate middle(float order by int, "any") (sfunc = plus, stype = v);
comment on aggregate total(int) is 'sum';
alter aggregate total(int) owner to admin;
create function plus(int, int) returns int language sql as 'select $1 + $2';
create function finish(int) returns int language sql as 'select $1';
create function of_column(int) returns v.f%type language sql as 'select null';
