//! Triggers.

use crate::support::scenario::play;

#[test]
fn triggers() {
    play(
        r#"
# transition tables, when, columns, statement, truncate
@file f.sql
create function noted() returns trigger language plpgsql as 'begin return null; end';
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger tt after update on genes referencing old table as o new table as n for each statement execute function noted();
create trigger tc before update of symbol, score on genes for each row when (old.symbol is distinct from new.symbol) execute function touch('a', 'b''c');
create trigger ttr after truncate on genes for each statement execute function noted();
create trigger ts before insert or delete on genes execute function noted();
comment on trigger tt on genes is 'tt';
@run
@file f.sql
create function noted() returns trigger language plpgsql as 'begin return null; end';
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger tt after insert on genes referencing new table as n2 for each statement execute function noted();
create trigger tc before update of score on genes for each row when (old.symbol is distinct from new.symbol) execute function touch('a');
create trigger ttr before truncate on genes for each statement execute function noted();
create trigger ts after insert or delete on genes execute function noted();
comment on trigger tt on genes is 'tt';
@run replace tc, replace ts, replace tt, replace ttr
@damage
alter table app.genes rename column symbol to sym; alter table app.genes rename column sym to symbol
@run
@damage
truncate app.genes

# on a partitioned table with clones, one disabled on a partition
@file migrations/V2__p.sql
create table app.p (id bigint, x text) partition by range (id); create table app.p1 partition of app.p for values from (0) to (10); create table app.p2 partition of app.p for values from (10) to (20);
@file f.sql
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger tp before insert on p for each row execute function touch();
@run
@damage
alter table app.p1 disable trigger tp
@run
@damage
alter table app.p1 enable trigger tp
@damage
drop trigger tp on app.p
@run create tp
@by hand
alter table app.p disable trigger tp
@file f.sql
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger tp before insert or update on p for each row execute function touch();
@run replace tp
@is DDD
select string_agg(tgenabled::text, '') from pg_trigger where tgname = 'tp'

# a view with two triggers, one by hand, and the function rebuilt
@file f.sql
create view v as select id, symbol from genes;
create function put() returns trigger language plpgsql as 'begin return new; end';
create trigger tv instead of update on v for each row execute function put();
@run
@by hand
create trigger hand instead of insert on app.v for each row execute function app.put(); comment on trigger hand on app.v is 'h'; comment on trigger tv on app.v is 'mine';
@file f.sql
create view v as select id::int as id, symbol from genes;
create function put() returns trigger language plpgsql as 'begin return new; end';
create trigger tv instead of update on v for each row execute function put();
@run rebuild v, rebuild tv
@damage
create or replace function app.put() returns trigger language plpgsql as 'begin return null; end'
@run replace put
@file f.sql
create view v as select id::int as id, symbol from genes;
create function put() returns trigger language plpgsql as 'begin return old; end';
create trigger tv instead of update or delete on v for each row execute function put();
@run replace put, replace tv

# a deferrable constraint trigger disabled by hand
@file f.sql
create function noted() returns trigger language plpgsql as 'begin return null; end';
create constraint trigger ct after insert on genes deferrable initially deferred for each row execute function noted();
@run
@by hand
alter table app.genes disable trigger ct
@file f.sql
create function noted() returns trigger language plpgsql as 'begin return null; end';
create constraint trigger ct after insert on genes deferrable initially immediate for each row when (new.id > 3) execute function noted();
@run rebuild ct
@is D
select tgenabled from pg_trigger where tgname = 'ct'
@file f.sql
create function noted() returns trigger language plpgsql as 'begin return null; end';
create trigger ct after insert on genes for each row when (new.id > 3) execute function noted();
@run rebuild ct
@file f.sql
create function noted() returns trigger language plpgsql as 'begin return null; end';
create constraint trigger ct after insert on genes deferrable initially immediate for each row when (new.id > 3) execute function noted();
@run rebuild ct

# renamed
@file f.sql
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger a before insert on genes for each row execute function touch();
@run
@by hand
alter table app.genes disable trigger all
@file f.sql
create function touch() returns trigger language plpgsql as 'begin return new; end';
-- viewkeeper: renamed-from a
create trigger b before insert on genes for each row execute function touch();
@run

# adopted
@file migrations/V2__t.sql
create function app.touch() returns trigger language plpgsql as 'begin return new; end';
create trigger a before insert on app.genes for each row execute function app.touch();
create trigger b before update on app.genes for each row execute function app.touch();
create function app.f(a int) returns int language sql as 'select a'; comment on function app.f is 'f';
create procedure app.g(a int) language sql as 'select a';
create aggregate app.h(int) (sfunc = int4pl, stype = int);
@run
@keep select oid from pg_trigger where tgname = 'a'
@file f.sql
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger a before insert on genes for each row execute function touch();
create trigger b before update on genes for each row when (new.id > 2) execute function touch();
create function f(a int) returns int language sql as 'select a';
create procedure g(b int) language sql as 'select b';
create aggregate h(int) (sfunc = int4pl, stype = int, initcond = '0');
@run

# a trigger of a table in another schema, quoted
@file migrations/V2__t.sql
create schema "O x"; create table "O x"."T ""q""" (id int);
@file f.sql
create function "Tou ch"() returns trigger language plpgsql as 'begin return new; end';
create trigger "Tr ""x""" before insert on "O x"."T ""q""" for each row execute function "Tou ch"();
comment on trigger "Tr ""x""" on "O x"."T ""q""" is 'c';
@run
@file f.sql
create function "Tou ch"() returns trigger language plpgsql as 'begin return new; end';
create trigger "Tr ""x""" before insert or update on "O x"."T ""q""" for each row execute function "Tou ch"();
comment on trigger "Tr ""x""" on "O x"."T ""q""" is 'c';
@run

# trigger function becomes another's, and two tables share a trigger name
@file migrations/V2__t.sql
create table app.u (id int);
@file f.sql
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger a before insert on genes for each row execute function touch();
create trigger a before insert on u for each row execute function touch();
@run
@file f.sql
create function touch2() returns trigger language plpgsql as 'begin return new; end';
create trigger a before insert on genes for each row execute function touch2();
create trigger a before insert on u for each row execute function touch2();
@run
@file g.sql
create view v as select 1 as x;
@run create v, drop touch

# a trigger on a table that inherits, and one on a view that is dropped by hand with it
@file f.sql
create function put() returns trigger language plpgsql as 'begin return new; end';
create view v as select id from genes;
create trigger tv instead of insert on v for each row execute function put();
@run
@damage
drop trigger tv on app.v
@run create tv
@damage
drop view app.v cascade
@run create v, create tv
@damage
drop function app.put() cascade
@run
"#,
    );
}
