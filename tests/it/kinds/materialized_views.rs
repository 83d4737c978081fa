//! What files and migrations do to materialized views.

use crate::support::scenario::play;

#[test]
fn materialized_views() {
    play(
        r#"
# adopted different
@file migrations/V2__m.sql
create materialized view app.m as select id, score from app.genes;
create unique index m_key on app.m (id);
create index m_hand on app.m (score);
grant select on app.m to public;
@run
@file views/m.sql
create materialized view m as select id, score, symbol from genes;
create index m_key on m (id);
@run rebuild m
@is 100
select count(*) from app.m

# retired then dropped
@file views/m.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
@file views/v.sql
create view v as select id from genes;
@run
@without views/m.sql
@run retire m
@file views/v.sql
create view v as select id, symbol from genes;
@run replace v, drop m

# foreigners on a rebuilt one
@file views/m.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
@run
@damage
create view public.fv as select id from app.m;
create materialized view public.fm as select id, score from app.m;
create unique index fm_key on public.fm (id);
create function public.ff() returns bigint language sql begin atomic select max(id) from app.m; end;
create view public.fv2 as select public.ff() as x, (select count(*) from public.fm) as n;
@file views/m.sql
create materialized view m as select id, score * 2 as score from genes where id < 50;
create unique index m_key on m (id);
@run rebuild m
@is 49 49
select x || ' ' || n from public.fv2
@is 1
select count(*) from pg_indexes where indexname = 'fm_key'
@damage
drop view public.fv, public.fv2; drop function public.ff; drop materialized view public.fm;

# another owner and grants
@damage
do $$ begin create role kinds_owner; exception when duplicate_object then null; end $$;
@file views/m.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
@run
@by hand
grant select on app.genes to kinds_owner; grant usage, create on schema app to kinds_owner; alter materialized view app.m owner to kinds_owner; grant select on app.m to public; grant select (id) on app.m to kinds_owner;
@file views/m.sql
create materialized view m as select id, score + 1 as score from genes;
create unique index m_key on m (id);
@run rebuild m
@is 2
select score from app.m where id = 1

# tablespace pg_default and using heap
@file views/m.sql
create materialized view m using heap with (fillfactor = 70) tablespace pg_default as select id, score from genes with data;
@run
@keep select 'app.m'::regclass::oid
@file views/v.sql
create view v as select id from m;
@run create v
@file views/m.sql
create materialized view m using heap with (fillfactor = 70) as select id, score from genes;
@run record m

# indexes changed in the file
@file views/m.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
create index m_score on m (score);
@run
@by hand
create index m_hand on app.m (id, score); comment on index app.m_hand is 'mine';
@keep select 'app.m'::regclass::oid, 'app.m_key'::regclass::oid, 'app.m_hand'::regclass::oid
@keep select 'app.m_key'::regclass::oid
@file views/m.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
create index m_score on m (score desc) with (fillfactor = 50);
@run attach m
@is 1
select count(*) from pg_indexes where indexname = 'm_score' and indexdef like '%DESC%'
@file views/m.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
@run attach m
@is 0
select count(*) from pg_indexes where indexname = 'm_score'

# unique violation while building
@file views/m.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
@run
@file views/m.sql
create materialized view m as select 1 as id, score from genes;
create unique index m_key on m (id);
@refused m_key
@is 0
select count(*) from pg_namespace where nspname like 'viewkeeper\_kinds\_%'

# unique violation of an index that only the database has
@file views/m.sql
create materialized view m as select id, score from genes;
@run
@by hand
create unique index hand_key on app.m (id)
@file views/m.sql
create materialized view m as select 1 as id, score from genes;
@refused hand_key
@is 0
select count(*) from pg_namespace where nspname like 'viewkeeper\_kinds\_%'

# an index that no longer fits
@file views/m.sql
create materialized view m as select id, score from genes;
@run
@by hand
create index hand_score on app.m (score)
@file views/m.sql
create materialized view m as select id from genes;
@refused hand_score

# two of one name in two schemas, both changed
@file migrations/V2__other.sql
create schema other;
@file views/m.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
create materialized view other.m as select id, score from m;
create unique index m_key on other.m (id);
create view v as select a.id from m a join other.m b using (id);
@run
@by hand
comment on index other.m_key is 'other'; create statistics other.st on id, score from other.m; comment on column app.m.id is 'i';
@file views/m.sql
create materialized view m as select id, score + 1 as score from genes;
create unique index m_key on m (id);
create materialized view other.m as select id, score + 2 as score from m;
create unique index m_key on other.m (id);
create view v as select a.id from m a join other.m b using (id);
@run rebuild m, rebuild m, rebuild v
@is 4
select score from other.m where id = 1

# a view becomes materialized and back
@file views/m.sql
create view m as select id, score from genes;
create view v as select id from m;
@run
@by hand
grant select on app.m to public; comment on view app.v is 'v';
@file views/m.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
create view v as select id from m;
@run rebuild m, rebuild v
@file views/m.sql
create view m as select id, score from genes;
create view v as select id from m;
@run rebuild m, rebuild v

# unpopulated stays so
@file views/m.sql
-- viewkeeper: with-no-data
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
@run
@file views/m.sql
-- viewkeeper: with-no-data
create materialized view m as select id, score + 1 as score from genes;
create unique index m_key on m (id);
@run rebuild m
@is f
select relispopulated from pg_class where relname = 'm'

# options
@file views/m.sql
create materialized view m with (fillfactor = 70) as select id, score from genes;
@run
@by hand
alter materialized view app.m set (autovacuum_enabled = off)
@keep select 'app.m'::regclass::oid
@file views/m.sql
create materialized view m with (fillfactor = 80) as select id, score from genes;
@run attach m
@is {autovacuum_enabled=off,fillfactor=80}
select reloptions from pg_class where relname = 'm'
@file views/m.sql
create materialized view m as select id, score from genes;
@run attach m
@is {autovacuum_enabled=off}
select reloptions from pg_class where relname = 'm'

# adopted as it is
@file migrations/V2__m.sql
create materialized view app.m as select id, score from app.genes;
create unique index m_key on app.m (id);
create index m_hand on app.m (score);
comment on materialized view app.m is 'x';
@run
@file views/m.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
comment on materialized view m is 'x';
@keep select oid from pg_class where relname in ('m', 'm_key', 'm_hand') order by 1
@run record m

# an index of the file dropped, altered by hand
@file views/m.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
create index m_score on m (score);
@run
@damage
drop index app.m_key; 
@run attach m
@damage
drop index app.m_key; create index m_key on app.m (id);
@run attach m
@damage
alter index app.m_key rename to other
@run attach m
@damage
drop index app.other
@run record m

# quoted names
@file migrations/V2__s.sql
create schema "M x";
@file views/m.sql
create materialized view "M x"."Ünï ""q""" as select id as "Id ""x""", score from genes;
create unique index "Key "" y" on "M x"."Ünï ""q""" ("Id ""x""");
create statistics "M x"."St "" s" on "Id ""x""", score from "M x"."Ünï ""q""";
comment on index "M x"."Key "" y" is 'c';
create view "V "" w" as select "Id ""x""" from "M x"."Ünï ""q""";
@run
@file views/m.sql
create materialized view "M x"."Ünï ""q""" as select id + 1 as "Id ""x""", score from genes;
create unique index "Key "" y" on "M x"."Ünï ""q""" ("Id ""x""");
create statistics "M x"."St "" s" on "Id ""x""", score from "M x"."Ünï ""q""";
comment on index "M x"."Key "" y" is 'c';
create view "V "" w" as select "Id ""x""" from "M x"."Ünï ""q""";
@run
"#,
    );
}
