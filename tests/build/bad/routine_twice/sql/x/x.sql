create function f(a int, b text default 'x') returns int language sql as 'select 1';
create procedure public.f(INTEGER, public.gene[]) language sql as 'select 1';
create function f(int4, b text) returns text language sql as 'select 2';
create procedure f(int, gene array) language sql as 'select 1';
create trigger t after insert on genes for each row execute function tf();
create trigger t after delete on public.genes for each row execute function tf();
