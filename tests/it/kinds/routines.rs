//! Routines, and the types that they name.

use crate::support::scenario::play;

#[test]
fn routines() {
    play(
        r#"
# argument renamed with dependents
@file f.sql
create function f(a int) returns int language sql as 'select a';
create view v as select f(1) as x;
@run
@damage
create view public.fv as select app.f(2) as y;
@by hand
grant execute on function app.f(int) to public; comment on function app.f is 'mine'; revoke execute on function app.f from public;
@file f.sql
create function f(b int) returns int language sql as 'select b';
create view v as select f(1) as x;
@run rebuild f, rebuild v
@damage
drop view public.fv

# atomic function on a view that gains columns
@file v.sql
create view v as select id from genes;
create function f() returns setof v language sql begin atomic select * from v; end;
create function g() returns bigint language sql begin atomic select count(*) from v; end;
@run
@file v.sql
create view v as select id, score from genes;
create function f() returns setof v language sql begin atomic select * from v; end;
create function g() returns bigint language sql begin atomic select count(*) from v; end;
@run
@is 5050
select sum(score) from app.f()

# used in an index of a table, return type changes
@file f.sql
create function f(a text) returns text language sql immutable as 'select upper(a)';
@run
@by hand
create index genes_f on app.genes (app.f(symbol))
@file f.sql
create function f(a text) returns varchar language sql immutable as 'select upper(a)::varchar';
@run rebuild f

# used in a check constraint
@file f.sql
create function f(a text) returns boolean language sql immutable as 'select a is not null';
@run
@by hand
alter table app.genes add constraint genes_f check (app.f(symbol)); alter table app.genes add constraint genes_f2 check (app.f(symbol)) not valid;
@file f.sql
create function f(b text) returns boolean language sql immutable as 'select b is not null';
@run rebuild f

# used in a column default
@file f.sql
create function f() returns text language sql as 'select ''x''::text';
@run
@by hand
alter table app.genes add column d text default app.f()
@file f.sql
create function f() returns varchar language sql as 'select ''x''::varchar';
@run rebuild f

# used in a policy
@file f.sql
create function f(a text) returns boolean language sql immutable as 'select a is not null';
@run
@by hand
alter table app.genes enable row level security; create policy p on app.genes for select to public using (app.f(symbol)); comment on policy p on app.genes is 'p';
@file f.sql
create function f(b text) returns boolean language sql immutable as 'select b is not null';
@run rebuild f

# used in a WHEN of a trigger, by hand and of a file
@file f.sql
create function f(a text) returns boolean language sql immutable as 'select a is not null';
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger ours before update on genes for each row when (f(new.symbol)) execute function touch();
@run
@by hand
create trigger theirs before insert on app.genes for each row when (app.f(new.symbol)) execute function app.touch(); alter table app.genes disable trigger theirs; alter table app.genes enable always trigger ours
@file f.sql
create function f(b text) returns boolean language sql immutable as 'select b is not null';
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger ours before update on genes for each row when (f(new.symbol)) execute function touch();
@run rebuild f, rebuild ours

# security definer with another owner
@damage
do $$ begin create role kinds_owner; exception when duplicate_object then null; end $$;
@file f.sql
create function f(a int) returns int language sql security definer as 'select 1';
alter function f owner to kinds_owner;
@run
@file f.sql
create function f(a int) returns int language sql security definer as 'select 2';
alter function f owner to kinds_owner;
@run replace f
@file f.sql
create function f(b int) returns int language sql security definer set search_path = pg_catalog as 'select 3';
alter function f owner to kinds_owner;
@run rebuild f
@is kinds_owner t {search_path=pg_catalog}
select concat_ws(' ', proowner::regrole, prosecdef, proconfig) from pg_proc where proname = 'f'

# two overloads swapped
@file f.sql
create function f(a int) returns text language sql as $$ select 'int' $$;
create function f(a text) returns text language sql as $$ select 'text' $$;
create view v as select f(1) as i, f('x'::text) as t;
@run
@file f.sql
create function f(a text) returns text language sql as $$ select 'int' $$;
create function f(a int) returns text language sql as $$ select 'text' $$;
create view v as select f(1) as i, f('x'::text) as t;
@run
@is textint
select i || t from app.v

# one of two overloads gets the other's old arguments
@file f.sql
create function f(a int) returns text language sql as $$ select 'int' $$;
create function f(a text) returns text language sql as $$ select 'text' $$;
create view v as select f(1) as i, f('x'::text) as t;
@run
@file f.sql
create function f(a text) returns text language sql as $$ select 'text' $$;
create function f(a bigint) returns text language sql as $$ select 'big' $$;
create view v as select f(1) as i, f('x'::text) as t;
@run
@is bigtext
select i || t from app.v
@is 2
select count(*) from pg_proc where proname = 'f'

# internal and C languages
@file f.sql
create function f(text) returns int language internal strict immutable as 'textlen';
create view v as select f(symbol) as n from genes;
@run
@file f.sql
create function f(text) returns int language internal strict immutable parallel safe as 'textlen';
create view v as select f(symbol) as n from genes;
@run replace f

# volatility, strict, cost, rows, parallel, support by hand
@file f.sql
create function f(a int) returns setof int language sql immutable strict parallel safe cost 7 rows 9 as 'select 1';
@run
@damage
alter function app.f cost 8
@run replace f
@damage
alter function app.f parallel unsafe
@run replace f
@damage
alter function app.f leakproof
@run replace f
@damage
alter function app.f rows 3
@run replace f
"#,
    );
}

#[test]
fn routines_and_their_types() {
    play(
        r#"
# out arguments change
@file f.sql
create function o(a int, out b int, out c text) language sql as 'select a, a::text';
create procedure io(inout a int, b int default 3) language plpgsql as 'begin a := a + b; end';
create function po(inout a numeric, in b numeric default 1) language sql as 'select a + b';
create procedure op(out a int) language plpgsql as 'begin a := 1; end';
create view v as select (o(id::int)).b from genes;
grant execute on procedure io to public;
@run
@file f.sql
create function o(a int, out b int, out d text) language sql as 'select a, a::text || 1';
create procedure io(inout a int, b int) language plpgsql as 'begin a := a + b; end';
create function po(inout a numeric, in b numeric default 1, out c int) language sql as 'select a + b + 1, 3';
create procedure op(out b int) language plpgsql as 'begin b := 2; end';
create view v as select (o(id::int)).b from genes;
grant execute on procedure io to public;
@run rebuild io, rebuild o, rebuild op, rebuild po, rebuild v
@damage
drop function app.po; create function app.po(inout a numeric, in b numeric default 1, out other int) language sql as 'select a + b + 1, 3';
@run rebuild po

# setof a view that gains columns, string body
@file v.sql
create view v as select id from genes;
create function f() returns setof v language sql as 'select * from app.v';
create function h(v) returns text language sql immutable as 'select ($1).id::text';
create view w as select h(v) as x from v;
@run
@file v.sql
create view v as select id, score from genes;
create function f() returns setof v language sql as 'select * from app.v';
create function h(v) returns text language sql immutable as 'select ($1).id::text';
create view w as select h(v) as x from v;
@run
@is 5050
select sum(score) from app.f()
@file v.sql
create view v as select id::int as id, score from genes;
create function f() returns setof v language sql as 'select * from app.v';
create function h(v) returns text language sql immutable as 'select ($1).id::text';
create view w as select h(v) as x from v;
@run
@is 5050
select sum(score) from app.f()
@damage
drop view app.v cascade
@run
@is 5050
select sum(score) from app.f()

# an argument of a project's row type beside an overload
@file v.sql
create function h(int) returns text language sql immutable as 'select $1::text';
@run
@file v.sql
create view v as select id from genes;
create function h(int) returns text language sql immutable as 'select $1::text';
create function h(v, "char", numeric[]) returns text language sql immutable as 'select ($1).id::text';
@run create v, create h

# procedure becomes function and aggregate
@file f.sql
create procedure f(a int) language sql as 'select 1';
create function g(int) returns int language sql as 'select 1';
@run
@file f.sql
create function f(a int) returns int language sql as 'select 1';
create aggregate g(int) (sfunc = int4pl, stype = int);
create view v as select f(1), (select g(1) as g) as g;
@run rebuild f, rebuild g, create v
@file f.sql
create procedure f(a int) language sql as 'select 1';
create function g(int) returns int language sql as 'select 1';
@run rebuild f, rebuild g, drop v

# a view that is retired with the arguments of what it calls
@file f.sql
create function f(a int) returns int language sql as 'select 1';
create function g(a int) returns int language sql begin atomic select f(a); end;
create view v as select f(1), g(2);
@run
@file f.sql
create function f(a text) returns int language sql as 'select 1';
@run

# used in a generated column
@file f.sql
create function f(a text) returns text language sql immutable as 'select upper(a)';
@run
@by hand
alter table app.genes add column d text generated always as (app.f(symbol)) stored; create index genes_d on app.genes (d);
@file f.sql
create function f(b text) returns text language sql immutable as 'select upper(b)';
@run rebuild f

# an operator and an aggregate by hand
@file f.sql
create function f(a text, b text) returns text language sql immutable as 'select a || b';
create function g() returns text language sql begin atomic select f('a', 'b'); end;
create aggregate agg(text) (sfunc = f, stype = text, initcond = '');
create view v as select g() as x, agg(symbol) as y from genes;
@run
@by hand
create operator app.@@@ (function = app.f, leftarg = text, rightarg = text); create aggregate public.theirs(text) (sfunc = app.f, stype = text);
@file f.sql
create function f(x text, b text) returns text language sql immutable as 'select x || b';
create function g() returns text language sql begin atomic select f('a', 'b'); end;
create aggregate agg(text) (sfunc = f, stype = text, initcond = '');
create view v as select g() as x, agg(symbol) as y from genes;
@run

# default argument expression with a function and a view's row type array
@file f.sql
create view v as select id from genes;
create function g() returns int language sql as 'select 7';
create function f(a int default g(), b v[] default array[]::v[]) returns int language sql as 'select a';
create view w as select f() as x;
@run
@file f.sql
create view v as select id::int as id from genes;
create function g() returns smallint language sql as 'select 7::smallint';
create function f(a int default g(), b v[] default array[]::v[]) returns int language sql as 'select a';
create view w as select f() as x;
@run

# polymorphic arguments, aggregates
@file f.sql
create function pick(anyarray, anyelement default null) returns anyelement language sql immutable as 'select $1[1]';
create aggregate first_of(anyelement) (sfunc = first_sfunc, stype = anyelement);
create function first_sfunc(anyelement, anyelement) returns anyelement language sql immutable strict as 'select $1';
create aggregate pct(float8 order by anyelement) (sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra);
create view v as select pick(array[1, 2]) as a, first_of(symbol) as b, first_of(id) over () as c, pct(0.5) within group (order by score) as d from genes group by id;
@run
@file f.sql
create function pick(anyarray, anyelement default null) returns anyelement language sql immutable as 'select $1[2]';
create aggregate first_of(anyelement) (sfunc = first_sfunc, stype = anyelement, parallel = safe);
create function first_sfunc(anyelement, anyelement) returns anyelement language sql immutable strict as 'select $2';
create aggregate pct(float8 order by anyelement) (sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra, finalfunc_modify = read_write);
create view v as select pick(array[1, 2]) as a, first_of(symbol) as b, first_of(id) over () as c, pct(0.5) within group (order by score) as d from genes group by id;
@run
"#,
    );
}
