//! Table migrations that objects of these kinds stand in the way of.

use crate::support::scenario::play;

#[test]
fn migrations_in_the_way() {
    play(
        r#"
# column type below a managed matview with indexes
@file f.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
create view v as select id from m;
@run
@by hand
create index m_hand on app.m (score); grant select on app.m to public; comment on index app.m_hand is 'x';
@file migrations/V2__t.sql
alter table app.genes alter column score type double precision;
@run

# column type below a matview whose file changes too
@file f.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
create view v as select id from m;
@run
@by hand
create index m_hand on app.m (score)
@file migrations/V2__t.sql
alter table app.genes alter column score type double precision;
alter table app.genes add column more int default 4;
@file f.sql
create materialized view m as select id, score, more from genes;
create unique index m_key on m (id);
create view v as select id, more from m;
@run
@is 400
select sum(more) from app.v

# column type below an atomic function
@file f.sql
create function f() returns bigint language sql begin atomic select sum(score)::bigint from genes; end;
create view v as select f() as x;
@run
@by hand
grant execute on function app.f() to public; comment on function app.f is 'x';
@file migrations/V2__t.sql
alter table app.genes alter column score type double precision;
@run
@is 5050
select x from app.v

# column type below a trigger's when and columns
@file f.sql
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger a before update of score on genes for each row when (old.score is distinct from new.score) execute function touch();
@run
@by hand
alter table app.genes disable trigger a; comment on trigger a on app.genes is 'mine';
@file migrations/V2__t.sql
alter table app.genes alter column score type double precision;
@run
@is D
select tgenabled from pg_trigger where tgname = 'a'

# a migration drops a function that a managed view calls
@file migrations/V2__t.sql
create function app.old(a int) returns int language sql as 'select 1';
@file f.sql
create view v as select old(id::int) as x from genes;
@run
@file migrations/V3__t.sql
drop function app.old(int);
@file f.sql
create function new(a int) returns int language sql as 'select 2';
create view v as select new(id::int) as x from genes;
@run
@is 200
select sum(x) from app.v

# a migration drops a column that a matview and its trigger read, and the files follow
@file f.sql
create materialized view m as select id, score from genes;
create index m_score on m (score);
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger a before update of score on genes for each row execute function touch();
@run
@file migrations/V2__t.sql
alter table app.genes drop column score;
@file f.sql
create materialized view m as select id from genes;
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger a before update of symbol on genes for each row execute function touch();
@run

# a migration drops a column that a matview reads, and no file follows
@file f.sql
create materialized view m as select id, score from genes;
create index m_score on m (score);
@run
@file migrations/V2__t.sql
alter table app.genes drop column score;
@refused score

# a migration drops a function of ours that a managed view calls
@file migrations/V2__t.sql
create function app.f(a int) returns int language sql as 'select 1';
@file f.sql
create function f(a int) returns int language sql as 'select 1';
create view v as select f(id::int) as x from genes;
@run
@file migrations/V3__t.sql
drop function app.f(int);
@run

# matview on a domain or enum of a migration whose label is renamed, and on a table that is renamed
@file migrations/V2__t.sql
create type app.e as enum ('a', 'b'); create table app.t (e app.e default 'a', id int); insert into app.t (id) values (1);
@file f.sql
create materialized view m as select e, id from t where e = 'a';
create unique index m_key on m (id) where e = 'a';
create function f(e) returns e language sql immutable as 'select $1';
@run
@file migrations/V3__t.sql
alter type app.e rename value 'a' to 'c';
@file f.sql
create materialized view m as select e, id from t where e = 'c';
create unique index m_key on m (id) where e = 'c';
create function f(e) returns e language sql immutable as 'select $1';
@run
@is c
select e from app.m
"#,
    );
}
