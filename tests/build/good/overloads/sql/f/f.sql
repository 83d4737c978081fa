create function f(int) returns int language sql as 'select 1';
create function f(int, text default 'x') returns int language sql as 'select 2';
create function f(variadic text[]) returns int language sql as 'select 3';
create function f(a int, b int, c int) returns int language sql begin atomic select f(a) + f(a, 'x'); end;
create function public.f(gene) returns int language sql as 'select 4';
comment on function f(int) is 'one';
comment on function f(int, text) is 'two';
comment on function f(public.gene) is 'gene';
-- viewkeeper: renamed-from old_g
create function g(int) returns int language sql as 'select 4';
comment on function g is 'g';
