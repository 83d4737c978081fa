//! What materialized views show.

use crate::support::scenario::play;

#[test]
fn the_rows_of_a_materialized_view_are_those_of_what_it_reads() {
    play(
        r#"
# recursive
@file views/m.sql
create materialized view m as with recursive genes (id) as (select 1 union all select id + 1 from genes where id < 5) select id from genes;
create unique index m_key on m (id);
create materialized view m2 as with m as (select id from m) select sum(id) as s from m;
@run
@file views/m.sql
create materialized view m as with recursive genes (id) as (select 1 union all select id + 1 from genes where id < 6) select id from genes;
create unique index m_key on m (id);
create materialized view m2 as with m as (select id from m) select sum(id) as s from m;
@run rebuild m, rebuild m2
@is 21
select s from app.m2

# on one another through a view
@file views/m.sql
create materialized view a as select id, score from genes;
create view b as select id, score from a where id < 10;
create materialized view c as select sum(score) as s from b;
create unique index c_key on c (s);
@run
@file views/m.sql
create materialized view a as select id, score * 10 as score from genes;
create view b as select id, score from a where id < 10;
create materialized view c as select sum(score) as s from b;
create unique index c_key on c (s);
@run rebuild a, rebuild b, rebuild c
@is 450
select s from app.c

# on a function replaced and rebuilt
@file views/m.sql
create function f(x numeric) returns numeric language sql immutable as 'select x * 2';
create materialized view m as select id, f(score) as score from genes;
create unique index m_key on m (id);
@run
@keep select 'app.f'::regproc::oid
@keep select 'app.m'::regclass::oid
@file views/m.sql
create function f(x numeric) returns numeric language sql immutable as 'select x * 3';
create materialized view m as select id, f(score) as score from genes;
create unique index m_key on m (id);
@run replace f

# a view below is replaced in place while the query changes too
@file views/v.sql
create view v as select id, score from genes where id <= 50;
@file views/m.sql
create materialized view m as select count(*) as n from v;
@run
@file views/v.sql
create view v as select id, score from genes where id <= 20;
@file views/m.sql
create materialized view m as select count(*) as n, 1 as one from v;
@run
@is 20
select n from app.m

# a function below is replaced in place while the query changes too
@file views/v.sql
create function lim() returns int language sql stable as 'select 50';
create view v as select id, score from genes where id <= lim();
@file views/m.sql
create materialized view m as select count(*) as n from v;
@run
@file views/v.sql
create function lim() returns int language sql stable as 'select 20';
create view v as select id, score from genes where id <= lim();
@file views/m.sql
create materialized view m as select count(*) as n, 1 as one from v;
@run
@is 20
select n from app.m

# the view two below is replaced in place
@file views/v.sql
create view v as select id, score from genes where id <= 50;
create view w as select id from v;
@file views/m.sql
create materialized view m as select count(*) as n from w;
create materialized view m2 as select n from m;
@run
@file views/v.sql
create view v as select id, score from genes where id <= 20;
create view w as select id from v;
@file views/m.sql
create materialized view m as select count(*) as n, 1 as one from w;
create materialized view m2 as select n from m;
@run
@is 20
select n from app.m2

# an index of somebody that no longer fits a rebuilt function
@file views/m.sql
create function f(x numeric) returns numeric language sql immutable as 'select x * 2';
create materialized view m as select id, f(score) as score from genes;
@run
@by hand
create index m_hand on app.m (app.f(score))
@file views/m.sql
create function f(x numeric) returns double precision language sql immutable as 'select x::float8 * 3';
create materialized view m as select id, f(score) as score from genes;
@refused m_hand

# a function that reads a changed view by its qualified name
@file views/v.sql
create view v as select id, score from genes where id <= 50;
create function n() returns bigint language sql stable as 'select count(*) from app.v';
@file views/m.sql
create materialized view m as select n() as n from genes limit 1;
@run
@is 50
select n from app.m
@file views/v.sql
create view v as select id::int as id, score from genes where id <= 20;
create function n() returns bigint language sql stable as 'select count(*) from app.v';
@file views/m.sql
create materialized view m as select n() as n, 1 as one from genes limit 1;
@run
@is 20
select n from app.m

# a function that reads a changed view by its unqualified name
@damage
create schema app;
@file views/v.sql
create view v as select id, score from genes where id <= 50;
create function n() returns bigint language sql stable set search_path = 'app' as 'select count(*) from v';
@file views/m.sql
create materialized view m as select n() as n from genes limit 1;
@run
@is 50
select n from app.m
@file views/v.sql
create view v as select id, score from genes where id <= 20;
create function n() returns bigint language sql stable set search_path = 'app' as 'select count(*) from v';
@file views/m.sql
create materialized view m as select n() as n, 1 as one from genes limit 1;
@run
@is 20
select n from app.m

# a plpgsql function that reads a changed matview
@file views/v.sql
create materialized view v as select id, score from genes where id <= 50;
create function n() returns bigint language plpgsql stable as 'begin return (select count(*) from app.v); end';
create view w as select n() as n;
@file views/m.sql
create materialized view m as select n from w;
@run
@is 50
select n from app.m
@file views/v.sql
create materialized view v as select id, score from genes where id <= 20;
create function n() returns bigint language plpgsql stable as 'begin return (select count(*) from app.v); end';
create view w as select n() as n;
@file views/m.sql
create materialized view m as select n, 1 as one from w;
@run
@is 20
select n from app.m

# a function whose changed body reads a new view
@file views/v.sql
create function n() returns bigint language sql stable as 'select 50::bigint';
@file views/m.sql
create materialized view m as select n() as n from genes limit 1;
@run
@file views/v.sql
create view v as select id, score from genes where id <= 20;
create function n() returns bigint language sql stable as 'select count(*) from app.v';
@file views/m.sql
create materialized view m as select n() as n, 1 as one from genes limit 1;
@run
@is 20
select n from app.m

# an atomic function that reads a changed view
@file views/v.sql
create view v as select id, score from genes where id <= 50;
create function n() returns bigint language sql stable begin atomic select count(*) from v; end;
@file views/m.sql
create materialized view m as select n() as n from genes limit 1;
@run
@file views/v.sql
create view v as select id, score from genes where id <= 20;
create function n() returns bigint language sql stable begin atomic select count(*) from v; end;
@file views/m.sql
create materialized view m as select n() as n, 1 as one from genes limit 1;
@run
@is 20
select n from app.m

# a changed view that was damaged below a matview dropped by hand
@file views/v.sql
create view v as select id, score from genes where id <= 50;
@file views/m.sql
create materialized view m as select count(*) as n from v;
@run
@damage
create or replace view app.v as select id, score from app.genes where id <= 10; drop materialized view app.m
@run rebuild v, create m
@is 50
select n from app.m
"#,
    );
}
