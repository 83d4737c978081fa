//! What people do to materialized views.

use crate::support::scenario::play;

#[test]
fn what_people_do_to_materialized_views() {
    play(
        r#"
# a function and a matview renamed
@file f.sql
create function f(a int) returns int language sql as 'select 1';
create materialized view m as select f(id::int) as x from genes;
create index m_x on m (x);
create view w as select f(2) as y, (select max(x) from m) as z;
@run
@damage
create index hand on app.m (x, x)
@keep select oid from pg_class where relname in ('m', 'm2', 'm_x') order by 1
@file f.sql
-- viewkeeper: renamed-from f
create function f2(a int) returns int language sql as 'select 1';
-- viewkeeper: renamed-from m
create materialized view m2 as select f2(id::int) as x from genes;
create index m_x on m2 (x);
create view w as select f2(2) as y, (select max(x) from m2) as z;
@run
@damage
drop index app.hand
@run

# manual, a view below replaced in place while the query changes too
@file views/v.sql
create view v as select id, score from genes where id <= 50;
create function n() returns bigint language sql stable as 'select count(*) from app.v';
@file views/m.sql
-- viewkeeper: refresh manual
create materialized view m as select count(*) as n from v;
create materialized view other as select count(*) as n from v;
-- viewkeeper: refresh manual
create materialized view by_name as select n() as n;
@run
@keep select 'app.other'::regclass::oid
@file views/v.sql
create view v as select id, score from genes where id <= 20;
create function n() returns bigint language sql stable as 'select count(*) from app.v';
@file views/m.sql
-- viewkeeper: refresh manual
create materialized view m as select count(*) as n, 1 as one from v;
create materialized view other as select count(*) as n from v;
-- viewkeeper: refresh manual
create materialized view by_name as select n() as n, 1 as one;
@run
@is 20 20 20
select concat_ws(' ', m.n, other.n, by_name.n) from app.m, app.other, app.by_name

# a view below is rebuilt beside, and what reads it by its name is due after the switch
@file views/v.sql
create view v as select id, score from genes where id <= 50;
create function n() returns bigint language sql stable as 'select count(*) from app.v';
@file views/m.sql
create materialized view m as select n() as n, count(*) as c from v;
@run
@file views/v.sql
create view v as select id, score from genes where id <= 20;
create function n() returns bigint language sql stable as 'select count(*) from app.v';
@file views/m.sql
create materialized view m as select n() as n, count(*) as c, 1 as one from v;
@run rebuild v, rebuild m
@is 20 20
select n || ' ' || c from app.m

# matview dropped by hand with dependents, renamed by hand, moved, replaced by a table
@file f.sql
create materialized view m as select id from genes;
create unique index m_key on m (id);
create view v as select id from m;
@run
@damage
drop materialized view app.m cascade
@run create m, create v
@damage
alter materialized view app.m rename to mm
@run
@damage
create schema oo; alter materialized view app.m set schema oo
@run
@damage
drop schema oo
@damage
drop materialized view app.m cascade; create table app.m (id bigint);
@refused m
@damage
drop table app.m; create view app.m as select id from app.genes
@run

# a matview column renamed by hand, altered by hand
@file f.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
create view v as select id from m;
@run
@damage
alter materialized view app.m rename column score to s
@run
@damage
drop view app.v; drop materialized view app.m; create materialized view app.m as select id, score + 1 as score from app.genes;
@run
@damage
refresh materialized view app.m with no data
@run
@is f
select relispopulated from pg_class where relname = 'm'
@damage
refresh materialized view app.m

# clustered, statistics targets, column storage and a tablespace of a rebuilt one
@file f.sql
create materialized view m as select id, symbol, score from genes;
create unique index m_key on m (id);
@run
@by hand
alter materialized view app.m cluster on m_key; alter materialized view app.m alter column symbol set statistics 77; alter materialized view app.m alter column symbol set storage external; alter materialized view app.m set (autovacuum_enabled = off); create index hand on app.m ((lower(symbol))) include (id) with (fillfactor = 60) where score > 3; alter index app.hand alter column 1 set statistics 55; alter materialized view app.m alter column symbol set (n_distinct = 5); create statistics app.st (ndistinct) on id, score from app.m; alter statistics app.st set statistics 33; comment on statistics app.st is 'st'
@file f.sql
create materialized view m as select id, symbol, score from genes where id < 10;
create unique index m_key on m (id);
@run rebuild m
"#,
    );
}
