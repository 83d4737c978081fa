//! Days in the life of materialized views, routines and triggers: what people, files and migrations do to them, as scenarios.

use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::thread;
use std::time::Duration;

use postgres::{Client, NoTls};
use viewkeeper::{Drift, Report, Verb};

use crate::support::{Case, Files, laws, project as named};

const GENES: &str = "create table app.genes (id bigint primary key, symbol text not null, score numeric not null);\n\
                     insert into app.genes select n, 'G' || n, n from generate_series(1, 100) n;\n";

/// Plays scenarios, each in a database of its own, and fails with all that went wrong. A scenario begins with `# its name`;
/// its steps are:
///
/// - `@file path` with the text below it, and `@without path`: edits of the project, which begins with the table app.genes;
/// - `@boot verb name, verb name`: boots, and that is what is done to objects, or no matter what without the words;
/// - `@says words`: the report of the last boot says so;
/// - `@refused words`: the boot must fail with these words and change nothing; the edits since the last boot are undone;
/// - `@damage` and `@by hand` with SQL below: what the boot heals or what comes first, and what a person adds and keeps;
/// - `@keep query`: its answer is the same at the end as now;
/// - `@is answer` with a query below.
///
/// Each ends with the laws.
fn play(text: &str) {
    let mut wrong = Vec::new();
    for scenario in text.split("\n# ").map(str::trim).filter(|scenario| !scenario.is_empty()) {
        let (name, steps) = scenario.split_once('\n').unwrap();
        if let Err(panic) = catch_unwind(AssertUnwindSafe(|| scene(steps))) {
            let words = panic.downcast_ref::<String>().cloned();
            let words = words.or_else(|| panic.downcast_ref::<&str>().map(|words| (*words).to_owned()));
            wrong.push(format!("# {name}\n{}", words.unwrap_or_default()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

fn scene(steps: &str) {
    let mut files =
        named("kinds").file("viewkeeper.toml", "schema = \"app\"").file("migrations/V1__genes.sql", GENES);
    let mut booted: Option<Files> = None;
    let mut case = Case::new();
    let mut kept: HashMap<String, Vec<String>> = HashMap::new();
    let mut report: Option<Report> = None;
    for step in format!("\n{steps}").split("\n@").skip(1) {
        let (head, body) = step.split_once('\n').unwrap_or((step, ""));
        let (verb, words) = head.trim().split_once(' ').unwrap_or((head.trim(), ""));
        match verb {
            "file" => files = files.file(words, body),
            "without" => files = files.without(words),
            "boot" => {
                let plan =
                    files.migrator().plan(&mut case.client).unwrap_or_else(|error| panic!("{error:?}"));
                serde_json::to_string(&plan).unwrap();
                let done = case.boot(&files);
                let renames = plan.actions.iter().any(|action| action.verb == Verb::Rename);
                // After these the plan is made anew.
                if done.migrations.is_empty() && !renames {
                    let planned = plan.actions.iter().map(|action| (action.verb, &action.object));
                    let found = done.objects.iter().map(|object| (object.verb, &object.object));
                    assert_eq!(planned.collect::<Vec<_>>(), found.collect::<Vec<_>>(), "{plan}\n{done}");
                }
                if !words.is_empty() {
                    let found = done.objects.iter().map(|o| format!("{} {}", o.verb, o.object.name));
                    let found: Vec<String> = found.collect();
                    assert_eq!(words, found.join(", "), "{done}");
                }
                booted = Some(files.clone());
                report = Some(done);
            }
            "says" => {
                let report = report.as_ref().unwrap().to_string();
                assert!(report.contains(words), "{words} is not in {report}");
            }
            "refused" => {
                let error = case.refused(&files);
                let text = format!("{error:?}");
                assert!(text.contains(words), "{words} is not in {text}");
                files = booted.clone().unwrap();
            }
            "damage" => case.damage(body),
            "by" => case.by_hand(body),
            "keep" => {
                kept.insert(words.to_owned(), case.column(words));
            }
            "is" => assert_eq!(
                case.column(body).join(" "),
                words,
                "{body}\n{}",
                report.as_ref().map(ToString::to_string).unwrap_or_default()
            ),
            other => panic!("no step: {other}"),
        }
    }
    for (query, answer) in kept {
        assert_eq!(
            case.column(&query),
            answer,
            "{query} \n{}",
            report.as_ref().map(ToString::to_string).unwrap_or_default()
        );
    }
    case.obeys_the_laws(&files);
}

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
@boot
@file views/m.sql
create materialized view m as select id, score, symbol from genes;
create index m_key on m (id);
@boot rebuild m
@is 100
select count(*) from app.m

# retired then dropped
@file views/m.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
@file views/v.sql
create view v as select id from genes;
@boot
@without views/m.sql
@boot retire m
@file views/v.sql
create view v as select id, symbol from genes;
@boot replace v, drop m

# foreigners on a rebuilt one
@file views/m.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
@boot
@damage
create view public.fv as select id from app.m;
create materialized view public.fm as select id, score from app.m;
create unique index fm_key on public.fm (id);
create function public.ff() returns bigint language sql begin atomic select max(id) from app.m; end;
create view public.fv2 as select public.ff() as x, (select count(*) from public.fm) as n;
@file views/m.sql
create materialized view m as select id, score * 2 as score from genes where id < 50;
create unique index m_key on m (id);
@boot rebuild m
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
@boot
@by hand
grant select on app.genes to kinds_owner; grant usage, create on schema app to kinds_owner; alter materialized view app.m owner to kinds_owner; grant select on app.m to public; grant select (id) on app.m to kinds_owner;
@file views/m.sql
create materialized view m as select id, score + 1 as score from genes;
create unique index m_key on m (id);
@boot rebuild m
@is 2
select score from app.m where id = 1

# tablespace pg_default and using heap
@file views/m.sql
create materialized view m using heap with (fillfactor = 70) tablespace pg_default as select id, score from genes with data;
@boot
@keep select 'app.m'::regclass::oid
@file views/v.sql
create view v as select id from m;
@boot create v
@file views/m.sql
create materialized view m using heap with (fillfactor = 70) as select id, score from genes;
@boot record m

# indexes changed in the file
@file views/m.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
create index m_score on m (score);
@boot
@by hand
create index m_hand on app.m (id, score); comment on index app.m_hand is 'mine';
@keep select 'app.m'::regclass::oid, 'app.m_key'::regclass::oid, 'app.m_hand'::regclass::oid
@keep select 'app.m_key'::regclass::oid
@file views/m.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
create index m_score on m (score desc) with (fillfactor = 50);
@boot attach m
@is 1
select count(*) from pg_indexes where indexname = 'm_score' and indexdef like '%DESC%'
@file views/m.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
@boot attach m
@is 0
select count(*) from pg_indexes where indexname = 'm_score'

# unique violation while building
@file views/m.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
@boot
@file views/m.sql
create materialized view m as select 1 as id, score from genes;
create unique index m_key on m (id);
@refused m_key
@is 0
select count(*) from pg_namespace where nspname like 'viewkeeper new%'

# unique violation of an index that only the database has
@file views/m.sql
create materialized view m as select id, score from genes;
@boot
@by hand
create unique index hand_key on app.m (id)
@file views/m.sql
create materialized view m as select 1 as id, score from genes;
@refused hand_key
@is 0
select count(*) from pg_namespace where nspname like 'viewkeeper new%'

# an index that no longer fits
@file views/m.sql
create materialized view m as select id, score from genes;
@boot
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
@boot
@by hand
comment on index other.m_key is 'other'; create statistics other.st on id, score from other.m; comment on column app.m.id is 'i';
@file views/m.sql
create materialized view m as select id, score + 1 as score from genes;
create unique index m_key on m (id);
create materialized view other.m as select id, score + 2 as score from m;
create unique index m_key on other.m (id);
create view v as select a.id from m a join other.m b using (id);
@boot rebuild m, rebuild m, rebuild v
@is 4
select score from other.m where id = 1

# a view becomes materialized and back
@file views/m.sql
create view m as select id, score from genes;
create view v as select id from m;
@boot
@by hand
grant select on app.m to public; comment on view app.v is 'v';
@file views/m.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
create view v as select id from m;
@boot rebuild m, rebuild v
@file views/m.sql
create view m as select id, score from genes;
create view v as select id from m;
@boot rebuild m, rebuild v

# unpopulated stays so
@file views/m.sql
-- viewkeeper: with-no-data
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
@boot
@file views/m.sql
-- viewkeeper: with-no-data
create materialized view m as select id, score + 1 as score from genes;
create unique index m_key on m (id);
@boot rebuild m
@is f
select relispopulated from pg_class where relname = 'm'

# options
@file views/m.sql
create materialized view m with (fillfactor = 70) as select id, score from genes;
@boot
@by hand
alter materialized view app.m set (autovacuum_enabled = off)
@keep select 'app.m'::regclass::oid
@file views/m.sql
create materialized view m with (fillfactor = 80) as select id, score from genes;
@boot attach m
@is {autovacuum_enabled=off,fillfactor=80}
select reloptions from pg_class where relname = 'm'
@file views/m.sql
create materialized view m as select id, score from genes;
@boot attach m
@is {autovacuum_enabled=off}
select reloptions from pg_class where relname = 'm'

# adopted as it is
@file migrations/V2__m.sql
create materialized view app.m as select id, score from app.genes;
create unique index m_key on app.m (id);
create index m_hand on app.m (score);
comment on materialized view app.m is 'x';
@boot
@file views/m.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
comment on materialized view m is 'x';
@keep select oid from pg_class where relname in ('m', 'm_key', 'm_hand') order by 1
@boot record m

# an index of the file dropped, altered by hand
@file views/m.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
create index m_score on m (score);
@boot
@damage
drop index app.m_key; 
@boot attach m
@damage
drop index app.m_key; create index m_key on app.m (id);
@boot attach m
@damage
alter index app.m_key rename to other
@boot attach m
@damage
drop index app.other
@boot record m

# quoted names
@file migrations/V2__s.sql
create schema "M x";
@file views/m.sql
create materialized view "M x"."Ünï ""q""" as select id as "Id ""x""", score from genes;
create unique index "Key "" y" on "M x"."Ünï ""q""" ("Id ""x""");
create statistics "M x"."St "" s" on "Id ""x""", score from "M x"."Ünï ""q""";
comment on index "M x"."Key "" y" is 'c';
create view "V "" w" as select "Id ""x""" from "M x"."Ünï ""q""";
@boot
@file views/m.sql
create materialized view "M x"."Ünï ""q""" as select id + 1 as "Id ""x""", score from genes;
create unique index "Key "" y" on "M x"."Ünï ""q""" ("Id ""x""");
create statistics "M x"."St "" s" on "Id ""x""", score from "M x"."Ünï ""q""";
comment on index "M x"."Key "" y" is 'c';
create view "V "" w" as select "Id ""x""" from "M x"."Ünï ""q""";
@boot
"#,
    );
}

#[test]
fn the_rows_of_a_materialized_view_are_those_of_what_it_reads() {
    play(
        r#"
# recursive
@file views/m.sql
create materialized view m as with recursive genes (id) as (select 1 union all select id + 1 from genes where id < 5) select id from genes;
create unique index m_key on m (id);
create materialized view m2 as with m as (select id from m) select sum(id) as s from m;
@boot
@file views/m.sql
create materialized view m as with recursive genes (id) as (select 1 union all select id + 1 from genes where id < 6) select id from genes;
create unique index m_key on m (id);
create materialized view m2 as with m as (select id from m) select sum(id) as s from m;
@boot rebuild m, rebuild m2
@is 21
select s from app.m2

# on one another through a view
@file views/m.sql
create materialized view a as select id, score from genes;
create view b as select id, score from a where id < 10;
create materialized view c as select sum(score) as s from b;
create unique index c_key on c (s);
@boot
@file views/m.sql
create materialized view a as select id, score * 10 as score from genes;
create view b as select id, score from a where id < 10;
create materialized view c as select sum(score) as s from b;
create unique index c_key on c (s);
@boot rebuild a, rebuild b, rebuild c
@is 450
select s from app.c

# on a function replaced and rebuilt
@file views/m.sql
create function f(x numeric) returns numeric language sql immutable as 'select x * 2';
create materialized view m as select id, f(score) as score from genes;
create unique index m_key on m (id);
@boot
@keep select 'app.f'::regproc::oid
@keep select 'app.m'::regclass::oid
@file views/m.sql
create function f(x numeric) returns numeric language sql immutable as 'select x * 3';
create materialized view m as select id, f(score) as score from genes;
create unique index m_key on m (id);
@boot replace f

# a view below is replaced in place while the query changes too
@file views/v.sql
create view v as select id, score from genes where id <= 50;
@file views/m.sql
create materialized view m as select count(*) as n from v;
@boot
@file views/v.sql
create view v as select id, score from genes where id <= 20;
@file views/m.sql
create materialized view m as select count(*) as n, 1 as one from v;
@boot
@is 20
select n from app.m

# a function below is replaced in place while the query changes too
@file views/v.sql
create function lim() returns int language sql stable as 'select 50';
create view v as select id, score from genes where id <= lim();
@file views/m.sql
create materialized view m as select count(*) as n from v;
@boot
@file views/v.sql
create function lim() returns int language sql stable as 'select 20';
create view v as select id, score from genes where id <= lim();
@file views/m.sql
create materialized view m as select count(*) as n, 1 as one from v;
@boot
@is 20
select n from app.m

# the view two below is replaced in place
@file views/v.sql
create view v as select id, score from genes where id <= 50;
create view w as select id from v;
@file views/m.sql
create materialized view m as select count(*) as n from w;
create materialized view m2 as select n from m;
@boot
@file views/v.sql
create view v as select id, score from genes where id <= 20;
create view w as select id from v;
@file views/m.sql
create materialized view m as select count(*) as n, 1 as one from w;
create materialized view m2 as select n from m;
@boot
@is 20
select n from app.m2

# an index of somebody that no longer fits a rebuilt function
@file views/m.sql
create function f(x numeric) returns numeric language sql immutable as 'select x * 2';
create materialized view m as select id, f(score) as score from genes;
@boot
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
@boot
@is 50
select n from app.m
@file views/v.sql
create view v as select id::int as id, score from genes where id <= 20;
create function n() returns bigint language sql stable as 'select count(*) from app.v';
@file views/m.sql
create materialized view m as select n() as n, 1 as one from genes limit 1;
@boot
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
@boot
@is 50
select n from app.m
@file views/v.sql
create view v as select id, score from genes where id <= 20;
create function n() returns bigint language sql stable set search_path = 'app' as 'select count(*) from v';
@file views/m.sql
create materialized view m as select n() as n, 1 as one from genes limit 1;
@boot
@is 20
select n from app.m

# a plpgsql function that reads a changed matview
@file views/v.sql
create materialized view v as select id, score from genes where id <= 50;
create function n() returns bigint language plpgsql stable as 'begin return (select count(*) from app.v); end';
create view w as select n() as n;
@file views/m.sql
create materialized view m as select n from w;
@boot
@is 50
select n from app.m
@file views/v.sql
create materialized view v as select id, score from genes where id <= 20;
create function n() returns bigint language plpgsql stable as 'begin return (select count(*) from app.v); end';
create view w as select n() as n;
@file views/m.sql
create materialized view m as select n, 1 as one from w;
@boot
@is 20
select n from app.m

# a function whose changed body reads a new view
@file views/v.sql
create function n() returns bigint language sql stable as 'select 50::bigint';
@file views/m.sql
create materialized view m as select n() as n from genes limit 1;
@boot
@file views/v.sql
create view v as select id, score from genes where id <= 20;
create function n() returns bigint language sql stable as 'select count(*) from app.v';
@file views/m.sql
create materialized view m as select n() as n, 1 as one from genes limit 1;
@boot
@is 20
select n from app.m

# an atomic function that reads a changed view
@file views/v.sql
create view v as select id, score from genes where id <= 50;
create function n() returns bigint language sql stable begin atomic select count(*) from v; end;
@file views/m.sql
create materialized view m as select n() as n from genes limit 1;
@boot
@file views/v.sql
create view v as select id, score from genes where id <= 20;
create function n() returns bigint language sql stable begin atomic select count(*) from v; end;
@file views/m.sql
create materialized view m as select n() as n, 1 as one from genes limit 1;
@boot
@is 20
select n from app.m

# a changed view that was damaged below a matview dropped by hand
@file views/v.sql
create view v as select id, score from genes where id <= 50;
@file views/m.sql
create materialized view m as select count(*) as n from v;
@boot
@damage
create or replace view app.v as select id, score from app.genes where id <= 10; drop materialized view app.m
@boot rebuild v, create m
@is 50
select n from app.m
"#,
    );
}

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
@boot
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
@boot
@damage
drop index app.hand
@boot

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
@boot
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
@boot
@is 20 20 20
select concat_ws(' ', m.n, other.n, by_name.n) from app.m, app.other, app.by_name

# a view below is rebuilt beside, and what reads it by its name is due after the switch
@file views/v.sql
create view v as select id, score from genes where id <= 50;
create function n() returns bigint language sql stable as 'select count(*) from app.v';
@file views/m.sql
create materialized view m as select n() as n, count(*) as c from v;
@boot
@file views/v.sql
create view v as select id, score from genes where id <= 20;
create function n() returns bigint language sql stable as 'select count(*) from app.v';
@file views/m.sql
create materialized view m as select n() as n, count(*) as c, 1 as one from v;
@boot rebuild v, rebuild m
@is 20 20
select n || ' ' || c from app.m

# matview dropped by hand with dependents, renamed by hand, moved, replaced by a table
@file f.sql
create materialized view m as select id from genes;
create unique index m_key on m (id);
create view v as select id from m;
@boot
@damage
drop materialized view app.m cascade
@boot create m, create v
@damage
alter materialized view app.m rename to mm
@boot
@damage
create schema oo; alter materialized view app.m set schema oo
@boot
@damage
drop schema oo
@damage
drop materialized view app.m cascade; create table app.m (id bigint);
@refused m
@damage
drop table app.m; create view app.m as select id from app.genes
@boot

# a matview column renamed by hand, altered by hand
@file f.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
create view v as select id from m;
@boot
@damage
alter materialized view app.m rename column score to s
@boot
@damage
drop view app.v; drop materialized view app.m; create materialized view app.m as select id, score + 1 as score from app.genes;
@boot
@damage
refresh materialized view app.m with no data
@boot
@is f
select relispopulated from pg_class where relname = 'm'
@damage
refresh materialized view app.m

# clustered, statistics targets, column storage and a tablespace of a rebuilt one
@file f.sql
create materialized view m as select id, symbol, score from genes;
create unique index m_key on m (id);
@boot
@by hand
alter materialized view app.m cluster on m_key; alter materialized view app.m alter column symbol set statistics 77; alter materialized view app.m alter column symbol set storage external; alter materialized view app.m set (autovacuum_enabled = off); create index hand on app.m ((lower(symbol))) include (id) with (fillfactor = 60) where score > 3; alter index app.hand alter column 1 set statistics 55; alter materialized view app.m alter column symbol set (n_distinct = 5); create statistics app.st (ndistinct) on id, score from app.m; alter statistics app.st set statistics 33; comment on statistics app.st is 'st'
@file f.sql
create materialized view m as select id, symbol, score from genes where id < 10;
create unique index m_key on m (id);
@boot rebuild m
"#,
    );
}

#[test]
fn routines() {
    play(
        r#"
# argument renamed with dependents
@file f.sql
create function f(a int) returns int language sql as 'select a';
create view v as select f(1) as x;
@boot
@damage
create view public.fv as select app.f(2) as y;
@by hand
grant execute on function app.f(int) to public; comment on function app.f is 'mine'; revoke execute on function app.f from public;
@file f.sql
create function f(b int) returns int language sql as 'select b';
create view v as select f(1) as x;
@boot rebuild f, rebuild v
@damage
drop view public.fv

# atomic function on a view that gains columns
@file v.sql
create view v as select id from genes;
create function f() returns setof v language sql begin atomic select * from v; end;
create function g() returns bigint language sql begin atomic select count(*) from v; end;
@boot
@file v.sql
create view v as select id, score from genes;
create function f() returns setof v language sql begin atomic select * from v; end;
create function g() returns bigint language sql begin atomic select count(*) from v; end;
@boot
@is 5050
select sum(score) from app.f()

# used in an index of a table, return type changes
@file f.sql
create function f(a text) returns text language sql immutable as 'select upper(a)';
@boot
@by hand
create index genes_f on app.genes (app.f(symbol))
@file f.sql
create function f(a text) returns varchar language sql immutable as 'select upper(a)::varchar';
@boot rebuild f

# used in a check constraint
@file f.sql
create function f(a text) returns boolean language sql immutable as 'select a is not null';
@boot
@by hand
alter table app.genes add constraint genes_f check (app.f(symbol)); alter table app.genes add constraint genes_f2 check (app.f(symbol)) not valid;
@file f.sql
create function f(b text) returns boolean language sql immutable as 'select b is not null';
@boot rebuild f

# used in a column default
@file f.sql
create function f() returns text language sql as 'select ''x''::text';
@boot
@by hand
alter table app.genes add column d text default app.f()
@file f.sql
create function f() returns varchar language sql as 'select ''x''::varchar';
@boot rebuild f

# used in a policy
@file f.sql
create function f(a text) returns boolean language sql immutable as 'select a is not null';
@boot
@by hand
alter table app.genes enable row level security; create policy p on app.genes for select to public using (app.f(symbol)); comment on policy p on app.genes is 'p';
@file f.sql
create function f(b text) returns boolean language sql immutable as 'select b is not null';
@boot rebuild f

# used in a WHEN of a trigger, by hand and of a file
@file f.sql
create function f(a text) returns boolean language sql immutable as 'select a is not null';
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger ours before update on genes for each row when (f(new.symbol)) execute function touch();
@boot
@by hand
create trigger theirs before insert on app.genes for each row when (app.f(new.symbol)) execute function app.touch(); alter table app.genes disable trigger theirs; alter table app.genes enable always trigger ours
@file f.sql
create function f(b text) returns boolean language sql immutable as 'select b is not null';
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger ours before update on genes for each row when (f(new.symbol)) execute function touch();
@boot rebuild f, rebuild ours

# security definer with another owner
@damage
do $$ begin create role kinds_owner; exception when duplicate_object then null; end $$;
@file f.sql
create function f(a int) returns int language sql security definer as 'select 1';
alter function f owner to kinds_owner;
@boot
@file f.sql
create function f(a int) returns int language sql security definer as 'select 2';
alter function f owner to kinds_owner;
@boot replace f
@file f.sql
create function f(b int) returns int language sql security definer set search_path = pg_catalog as 'select 3';
alter function f owner to kinds_owner;
@boot rebuild f
@is kinds_owner t {search_path=pg_catalog}
select concat_ws(' ', proowner::regrole, prosecdef, proconfig) from pg_proc where proname = 'f'

# two overloads swapped
@file f.sql
create function f(a int) returns text language sql as $$ select 'int' $$;
create function f(a text) returns text language sql as $$ select 'text' $$;
create view v as select f(1) as i, f('x'::text) as t;
@boot
@file f.sql
create function f(a text) returns text language sql as $$ select 'int' $$;
create function f(a int) returns text language sql as $$ select 'text' $$;
create view v as select f(1) as i, f('x'::text) as t;
@boot
@is textint
select i || t from app.v

# one of two overloads gets the other's old arguments
@file f.sql
create function f(a int) returns text language sql as $$ select 'int' $$;
create function f(a text) returns text language sql as $$ select 'text' $$;
create view v as select f(1) as i, f('x'::text) as t;
@boot
@file f.sql
create function f(a text) returns text language sql as $$ select 'text' $$;
create function f(a bigint) returns text language sql as $$ select 'big' $$;
create view v as select f(1) as i, f('x'::text) as t;
@boot
@is bigtext
select i || t from app.v
@is 2
select count(*) from pg_proc where proname = 'f'

# internal and C languages
@file f.sql
create function f(text) returns int language internal strict immutable as 'textlen';
create view v as select f(symbol) as n from genes;
@boot
@file f.sql
create function f(text) returns int language internal strict immutable parallel safe as 'textlen';
create view v as select f(symbol) as n from genes;
@boot replace f

# volatility, strict, cost, rows, parallel, support by hand
@file f.sql
create function f(a int) returns setof int language sql immutable strict parallel safe cost 7 rows 9 as 'select 1';
@boot
@damage
alter function app.f cost 8
@boot replace f
@damage
alter function app.f parallel unsafe
@boot replace f
@damage
alter function app.f leakproof
@boot replace f
@damage
alter function app.f rows 3
@boot replace f
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
@boot
@file f.sql
create function o(a int, out b int, out d text) language sql as 'select a, a::text || 1';
create procedure io(inout a int, b int) language plpgsql as 'begin a := a + b; end';
create function po(inout a numeric, in b numeric default 1, out c int) language sql as 'select a + b + 1, 3';
create procedure op(out b int) language plpgsql as 'begin b := 2; end';
create view v as select (o(id::int)).b from genes;
grant execute on procedure io to public;
@boot rebuild io, rebuild o, rebuild op, rebuild po, rebuild v
@damage
drop function app.po; create function app.po(inout a numeric, in b numeric default 1, out other int) language sql as 'select a + b + 1, 3';
@boot rebuild po

# setof a view that gains columns, string body
@file v.sql
create view v as select id from genes;
create function f() returns setof v language sql as 'select * from app.v';
create function h(v) returns text language sql immutable as 'select ($1).id::text';
create view w as select h(v) as x from v;
@boot
@file v.sql
create view v as select id, score from genes;
create function f() returns setof v language sql as 'select * from app.v';
create function h(v) returns text language sql immutable as 'select ($1).id::text';
create view w as select h(v) as x from v;
@boot
@is 5050
select sum(score) from app.f()
@file v.sql
create view v as select id::int as id, score from genes;
create function f() returns setof v language sql as 'select * from app.v';
create function h(v) returns text language sql immutable as 'select ($1).id::text';
create view w as select h(v) as x from v;
@boot
@is 5050
select sum(score) from app.f()
@damage
drop view app.v cascade
@boot
@is 5050
select sum(score) from app.f()

# an argument of a project's row type beside an overload
@file v.sql
create function h(int) returns text language sql immutable as 'select $1::text';
@boot
@file v.sql
create view v as select id from genes;
create function h(int) returns text language sql immutable as 'select $1::text';
create function h(v, "char", numeric[]) returns text language sql immutable as 'select ($1).id::text';
@boot create v, create h

# procedure becomes function and aggregate
@file f.sql
create procedure f(a int) language sql as 'select 1';
create function g(int) returns int language sql as 'select 1';
@boot
@file f.sql
create function f(a int) returns int language sql as 'select 1';
create aggregate g(int) (sfunc = int4pl, stype = int);
create view v as select f(1), (select g(1) as g) as g;
@boot rebuild f, rebuild g, create v
@file f.sql
create procedure f(a int) language sql as 'select 1';
create function g(int) returns int language sql as 'select 1';
@boot rebuild f, rebuild g, drop v

# a view that is retired with the arguments of what it calls
@file f.sql
create function f(a int) returns int language sql as 'select 1';
create function g(a int) returns int language sql begin atomic select f(a); end;
create view v as select f(1), g(2);
@boot
@file f.sql
create function f(a text) returns int language sql as 'select 1';
@boot

# used in a generated column
@file f.sql
create function f(a text) returns text language sql immutable as 'select upper(a)';
@boot
@by hand
alter table app.genes add column d text generated always as (app.f(symbol)) stored; create index genes_d on app.genes (d);
@file f.sql
create function f(b text) returns text language sql immutable as 'select upper(b)';
@boot rebuild f

# an operator and an aggregate by hand
@file f.sql
create function f(a text, b text) returns text language sql immutable as 'select a || b';
create function g() returns text language sql begin atomic select f('a', 'b'); end;
create aggregate agg(text) (sfunc = f, stype = text, initcond = '');
create view v as select g() as x, agg(symbol) as y from genes;
@boot
@by hand
create operator app.@@@ (function = app.f, leftarg = text, rightarg = text); create aggregate public.theirs(text) (sfunc = app.f, stype = text);
@file f.sql
create function f(x text, b text) returns text language sql immutable as 'select x || b';
create function g() returns text language sql begin atomic select f('a', 'b'); end;
create aggregate agg(text) (sfunc = f, stype = text, initcond = '');
create view v as select g() as x, agg(symbol) as y from genes;
@boot

# default argument expression with a function and a view's row type array
@file f.sql
create view v as select id from genes;
create function g() returns int language sql as 'select 7';
create function f(a int default g(), b v[] default array[]::v[]) returns int language sql as 'select a';
create view w as select f() as x;
@boot
@file f.sql
create view v as select id::int as id from genes;
create function g() returns smallint language sql as 'select 7::smallint';
create function f(a int default g(), b v[] default array[]::v[]) returns int language sql as 'select a';
create view w as select f() as x;
@boot

# polymorphic arguments, aggregates
@file f.sql
create function pick(anyarray, anyelement default null) returns anyelement language sql immutable as 'select $1[1]';
create aggregate first_of(anyelement) (sfunc = first_sfunc, stype = anyelement);
create function first_sfunc(anyelement, anyelement) returns anyelement language sql immutable strict as 'select $1';
create aggregate pct(float8 order by anyelement) (sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra);
create view v as select pick(array[1, 2]) as a, first_of(symbol) as b, first_of(id) over () as c, pct(0.5) within group (order by score) as d from genes group by id;
@boot
@file f.sql
create function pick(anyarray, anyelement default null) returns anyelement language sql immutable as 'select $1[2]';
create aggregate first_of(anyelement) (sfunc = first_sfunc, stype = anyelement, parallel = safe);
create function first_sfunc(anyelement, anyelement) returns anyelement language sql immutable strict as 'select $2';
create aggregate pct(float8 order by anyelement) (sfunc = ordered_set_transition, stype = internal, finalfunc = percentile_disc_final, finalfunc_extra, finalfunc_modify = read_write);
create view v as select pick(array[1, 2]) as a, first_of(symbol) as b, first_of(id) over () as c, pct(0.5) within group (order by score) as d from genes group by id;
@boot
"#,
    );
}

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
@boot
@file f.sql
create function noted() returns trigger language plpgsql as 'begin return null; end';
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger tt after insert on genes referencing new table as n2 for each statement execute function noted();
create trigger tc before update of score on genes for each row when (old.symbol is distinct from new.symbol) execute function touch('a');
create trigger ttr before truncate on genes for each statement execute function noted();
create trigger ts after insert or delete on genes execute function noted();
comment on trigger tt on genes is 'tt';
@boot replace tc, replace ts, replace tt, replace ttr
@damage
alter table app.genes rename column symbol to sym; alter table app.genes rename column sym to symbol
@boot
@damage
truncate app.genes

# on a partitioned table with clones, one disabled on a partition
@file migrations/V2__p.sql
create table app.p (id bigint, x text) partition by range (id); create table app.p1 partition of app.p for values from (0) to (10); create table app.p2 partition of app.p for values from (10) to (20);
@file f.sql
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger tp before insert on p for each row execute function touch();
@boot
@damage
alter table app.p1 disable trigger tp
@boot
@damage
alter table app.p1 enable trigger tp
@damage
drop trigger tp on app.p
@boot create tp
@by hand
alter table app.p disable trigger tp
@file f.sql
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger tp before insert or update on p for each row execute function touch();
@boot replace tp
@is DDD
select string_agg(tgenabled::text, '') from pg_trigger where tgname = 'tp'

# a view with two triggers, one by hand, and the function rebuilt
@file f.sql
create view v as select id, symbol from genes;
create function put() returns trigger language plpgsql as 'begin return new; end';
create trigger tv instead of update on v for each row execute function put();
@boot
@by hand
create trigger hand instead of insert on app.v for each row execute function app.put(); comment on trigger hand on app.v is 'h'; comment on trigger tv on app.v is 'mine';
@file f.sql
create view v as select id::int as id, symbol from genes;
create function put() returns trigger language plpgsql as 'begin return new; end';
create trigger tv instead of update on v for each row execute function put();
@boot rebuild v, rebuild tv
@damage
create or replace function app.put() returns trigger language plpgsql as 'begin return null; end'
@boot replace put
@file f.sql
create view v as select id::int as id, symbol from genes;
create function put() returns trigger language plpgsql as 'begin return old; end';
create trigger tv instead of update or delete on v for each row execute function put();
@boot replace put, replace tv

# a deferrable constraint trigger disabled by hand
@file f.sql
create function noted() returns trigger language plpgsql as 'begin return null; end';
create constraint trigger ct after insert on genes deferrable initially deferred for each row execute function noted();
@boot
@by hand
alter table app.genes disable trigger ct
@file f.sql
create function noted() returns trigger language plpgsql as 'begin return null; end';
create constraint trigger ct after insert on genes deferrable initially immediate for each row when (new.id > 3) execute function noted();
@boot rebuild ct
@is D
select tgenabled from pg_trigger where tgname = 'ct'
@file f.sql
create function noted() returns trigger language plpgsql as 'begin return null; end';
create trigger ct after insert on genes for each row when (new.id > 3) execute function noted();
@boot rebuild ct
@file f.sql
create function noted() returns trigger language plpgsql as 'begin return null; end';
create constraint trigger ct after insert on genes deferrable initially immediate for each row when (new.id > 3) execute function noted();
@boot rebuild ct

# renamed
@file f.sql
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger a before insert on genes for each row execute function touch();
@boot
@by hand
alter table app.genes disable trigger all
@file f.sql
create function touch() returns trigger language plpgsql as 'begin return new; end';
-- viewkeeper: renamed-from a
create trigger b before insert on genes for each row execute function touch();
@boot

# adopted
@file migrations/V2__t.sql
create function app.touch() returns trigger language plpgsql as 'begin return new; end';
create trigger a before insert on app.genes for each row execute function app.touch();
create trigger b before update on app.genes for each row execute function app.touch();
create function app.f(a int) returns int language sql as 'select a'; comment on function app.f is 'f';
create procedure app.g(a int) language sql as 'select a';
create aggregate app.h(int) (sfunc = int4pl, stype = int);
@boot
@keep select oid from pg_trigger where tgname = 'a'
@file f.sql
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger a before insert on genes for each row execute function touch();
create trigger b before update on genes for each row when (new.id > 2) execute function touch();
create function f(a int) returns int language sql as 'select a';
create procedure g(b int) language sql as 'select b';
create aggregate h(int) (sfunc = int4pl, stype = int, initcond = '0');
@boot

# a trigger of a table in another schema, quoted
@file migrations/V2__t.sql
create schema "O x"; create table "O x"."T ""q""" (id int);
@file f.sql
create function "Tou ch"() returns trigger language plpgsql as 'begin return new; end';
create trigger "Tr ""x""" before insert on "O x"."T ""q""" for each row execute function "Tou ch"();
comment on trigger "Tr ""x""" on "O x"."T ""q""" is 'c';
@boot
@file f.sql
create function "Tou ch"() returns trigger language plpgsql as 'begin return new; end';
create trigger "Tr ""x""" before insert or update on "O x"."T ""q""" for each row execute function "Tou ch"();
comment on trigger "Tr ""x""" on "O x"."T ""q""" is 'c';
@boot

# trigger function becomes another's, and two tables share a trigger name
@file migrations/V2__t.sql
create table app.u (id int);
@file f.sql
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger a before insert on genes for each row execute function touch();
create trigger a before insert on u for each row execute function touch();
@boot
@file f.sql
create function touch2() returns trigger language plpgsql as 'begin return new; end';
create trigger a before insert on genes for each row execute function touch2();
create trigger a before insert on u for each row execute function touch2();
@boot
@file g.sql
create view v as select 1 as x;
@boot create v, drop touch

# a trigger on a table that inherits, and one on a view that is dropped by hand with it
@file f.sql
create function put() returns trigger language plpgsql as 'begin return new; end';
create view v as select id from genes;
create trigger tv instead of insert on v for each row execute function put();
@boot
@damage
drop trigger tv on app.v
@boot create tv
@damage
drop view app.v cascade
@boot create v, create tv
@damage
drop function app.put() cascade
@boot
"#,
    );
}

#[test]
fn migrations_in_the_way() {
    play(
        r#"
# column type below a managed matview with indexes
@file f.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
create view v as select id from m;
@boot
@by hand
create index m_hand on app.m (score); grant select on app.m to public; comment on index app.m_hand is 'x';
@file migrations/V2__t.sql
alter table app.genes alter column score type double precision;
@boot

# column type below a matview whose file changes too
@file f.sql
create materialized view m as select id, score from genes;
create unique index m_key on m (id);
create view v as select id from m;
@boot
@by hand
create index m_hand on app.m (score)
@file migrations/V2__t.sql
alter table app.genes alter column score type double precision;
alter table app.genes add column more int default 4;
@file f.sql
create materialized view m as select id, score, more from genes;
create unique index m_key on m (id);
create view v as select id, more from m;
@boot
@is 400
select sum(more) from app.v

# column type below an atomic function
@file f.sql
create function f() returns bigint language sql begin atomic select sum(score)::bigint from genes; end;
create view v as select f() as x;
@boot
@by hand
grant execute on function app.f() to public; comment on function app.f is 'x';
@file migrations/V2__t.sql
alter table app.genes alter column score type double precision;
@boot
@is 5050
select x from app.v

# column type below a trigger's when and columns
@file f.sql
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger a before update of score on genes for each row when (old.score is distinct from new.score) execute function touch();
@boot
@by hand
alter table app.genes disable trigger a; comment on trigger a on app.genes is 'mine';
@file migrations/V2__t.sql
alter table app.genes alter column score type double precision;
@boot
@is D
select tgenabled from pg_trigger where tgname = 'a'

# a migration drops a function that a managed view calls
@file migrations/V2__t.sql
create function app.old(a int) returns int language sql as 'select 1';
@file f.sql
create view v as select old(id::int) as x from genes;
@boot
@file migrations/V3__t.sql
drop function app.old(int);
@file f.sql
create function new(a int) returns int language sql as 'select 2';
create view v as select new(id::int) as x from genes;
@boot
@is 200
select sum(x) from app.v

# a migration drops a column that a matview and its trigger read, and the files follow
@file f.sql
create materialized view m as select id, score from genes;
create index m_score on m (score);
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger a before update of score on genes for each row execute function touch();
@boot
@file migrations/V2__t.sql
alter table app.genes drop column score;
@file f.sql
create materialized view m as select id from genes;
create function touch() returns trigger language plpgsql as 'begin return new; end';
create trigger a before update of symbol on genes for each row execute function touch();
@boot

# a migration drops a column that a matview reads, and no file follows
@file f.sql
create materialized view m as select id, score from genes;
create index m_score on m (score);
@boot
@file migrations/V2__t.sql
alter table app.genes drop column score;
@refused score

# a migration drops a function of ours that a managed view calls
@file migrations/V2__t.sql
create function app.f(a int) returns int language sql as 'select 1';
@file f.sql
create function f(a int) returns int language sql as 'select 1';
create view v as select f(id::int) as x from genes;
@boot
@file migrations/V3__t.sql
drop function app.f(int);
@boot

# matview on a domain or enum of a migration whose label is renamed, and on a table that is renamed
@file migrations/V2__t.sql
create type app.e as enum ('a', 'b'); create table app.t (e app.e default 'a', id int); insert into app.t (id) values (1);
@file f.sql
create materialized view m as select e, id from t where e = 'a';
create unique index m_key on m (id) where e = 'a';
create function f(e) returns e language sql immutable as 'select $1';
@boot
@file migrations/V3__t.sql
alter type app.e rename value 'a' to 'c';
@file f.sql
create materialized view m as select e, id from t where e = 'c';
create unique index m_key on m (id) where e = 'c';
create function f(e) returns e language sql immutable as 'select $1';
@boot
@is c
select e from app.m
"#,
    );
}

/// A materialized view with a unique index and a view on it, and a function.
fn scores(query: &str) -> Files {
    named("kinds")
        .file("viewkeeper.toml", "schema = \"app\"")
        .file("migrations/V1__genes.sql", GENES)
        .file(
            "functions/weigh.sql",
            "create function weigh(n numeric) returns numeric language sql immutable as 'select n * 2'",
        )
        .file(
            "views/m.sql",
            &format!("create materialized view m as {query};\ncreate unique index m_key on m (id);"),
        )
        .file("views/v.sql", "create view v as select id from m")
}

const FIRST: &str = "select id, weigh(score) as score from genes";
const SECOND: &str = "select id, weigh(score) + 1 as score from genes";

/// The schemas in which things are made that are moved at the switch.
const BESIDE: &str = "select nspname from pg_namespace where nspname like 'viewkeeper new%'";

#[test]
fn without_create_on_the_database_it_is_filled_with_the_locks() {
    let mut case = Case::new();
    let database = case.column("select quote_ident(current_database())").remove(0);
    let owner = case.role("kinds", &[&format!("create on database {database}")]);
    case.damage(&format!("set role {owner}"));
    case.boot(&scores(FIRST));
    case.damage(&format!("reset role; revoke create on database {database} from {owner}; set role {owner}"));
    let oid = "select oid from pg_class where relname = 'm'";
    let before = case.column(oid);
    let plan = scores(SECOND).migrator().plan(&mut case.client).unwrap();
    assert!(plan.missing_rights.is_empty(), "{plan}");
    assert!(plan.actions.iter().all(|action| action.builds.is_empty()), "{plan}");
    case.boot(&scores(SECOND));
    assert_ne!(case.column(oid), before);
    assert_eq!(case.column("select score from app.m where id = 1"), ["3"]);
    case.damage(&format!(
        "reset role; reassign owned by {owner} to current_user; drop owned by {owner}; drop role {owner}"
    ));
    case.boot(&scores(SECOND));
    case.obeys_the_laws(&scores(SECOND));
}

#[test]
fn a_reader_of_the_old_one_is_given_way_to_and_what_is_built_stays() {
    let built = "select relfilenode from pg_class where relname = 'm' and relnamespace::regnamespace::text like '%viewkeeper new%'";
    let mut case = Case::booted(&scores(FIRST));
    let mut reader = case.database.connect().unwrap();
    reader
        .batch_execute("set idle_in_transaction_session_timeout to '20s'; begin; select * from app.v")
        .unwrap();
    let url = case.database.url().to_owned();
    let boot =
        thread::spawn(move || scores(SECOND).migrator().run(&mut Client::connect(&url, NoTls).unwrap()));
    let waiting = "select count(*) from pg_locks l join pg_class c on c.oid = l.relation where not l.granted and c.relname in ('m', 'v')";
    while case.column(waiting) == ["0"] {
        thread::sleep(Duration::from_millis(2));
    }
    thread::sleep(Duration::from_millis(400));
    // Nobody sees it before the switch, and nobody waits for it.
    assert_eq!(case.column(built), Vec::<String>::new());
    reader.batch_execute("commit").unwrap();
    let report = boot.join().unwrap().unwrap();
    assert!(report.retries > 0, "{report}");
    assert_eq!(case.column("select score from app.m where id = 1"), ["3"]);
    assert_eq!(case.column(BESIDE), Vec::<String>::new());
    case.obeys_the_laws(&scores(SECOND));
}

#[test]
fn plans_and_rehearsals_tell_what_is_built_beside_and_change_nothing() {
    let mut case = Case::booted(&scores(FIRST));
    case.by_hand("create index m_hand on app.m (score)");
    let before = laws::everything(&case.database);
    let plan = scores(SECOND).migrator().plan(&mut case.client).unwrap();
    let text = plan.to_string();
    for words in [
        "viewkeeper new 0",
        "create unique index m_key",
        "m_hand",
        "refresh materialized view",
        "analyze",
        "set schema app",
    ] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    let json = serde_json::to_value(&plan).unwrap();
    assert!(json["actions"][0]["builds"].as_array().is_some_and(|builds| !builds.is_empty()), "{json:#}");
    let rehearsal = scores(SECOND).migrator().rehearse(&mut case.client).unwrap();
    assert_eq!(rehearsal.report.objects.len(), 2, "{rehearsal}");
    similar_asserts::assert_eq!(before, laws::everything(&case.database));
    case.boot(&scores(SECOND));
    case.obeys_the_laws(&scores(SECOND));
}

#[test]
fn drift_of_every_kind_is_reported_refused_and_healed() {
    let touch = "create function touch() returns trigger language plpgsql as 'begin return new; end';\n\
                 create trigger touch_genes before insert on genes for each row execute function touch();";
    let project = scores(FIRST).file("functions/touch.sql", touch);
    for (damage, name) in [
        (
            "drop view app.v; drop materialized view app.m; create materialized view app.m as select id, 1 as score from app.genes; create view app.v as select id from app.m",
            "m",
        ),
        ("drop index app.m_key", "m"),
        ("alter materialized view app.m rename column score to points", "m"),
        (
            "create or replace function app.weigh(n numeric) returns numeric language sql immutable as 'select n'",
            "weigh",
        ),
        ("alter function app.weigh volatile", "weigh"),
        ("drop trigger touch_genes on app.genes", "touch_genes"),
        (
            "create or replace trigger touch_genes before update on app.genes for each row execute function app.touch()",
            "touch_genes",
        ),
    ] {
        let mut case = Case::booted(&project);
        case.damage(damage);
        let before = laws::schema(&case.database);
        let error = project.migrator().drift(Drift::Refuse).run(&mut case.client).unwrap_err();
        assert!(format!("{error:?}").contains(name), "{damage}: {error:?}");
        let report = project.migrator().drift(Drift::Report).run(&mut case.client).unwrap();
        assert!(
            report.objects.iter().any(|object| object.verb == Verb::Leave && object.object.name == name),
            "{damage}: {report}"
        );
        similar_asserts::assert_eq!(before, laws::schema(&case.database), "{damage}");
        let report = case.boot(&project);
        assert!(report.objects.iter().any(|object| object.object.name == name), "{damage}: {report}");
        case.obeys_the_laws(&project);
    }
}
