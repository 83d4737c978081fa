//! What the server prints otherwise once it has read its own text again is no difference.

use viewkeeper::report::{Outcome, Verb};

use crate::support::case::expect;
use crate::support::{Case, Files, project};

/// Makes a relation again from what the server prints of it, as pg_dump and a restore do.
fn made_again(kind: &str, name: &str, form: &str) -> String {
    format!(
        "do $$ declare text text := pg_get_viewdef('{name}'::regclass{form}); \
         begin execute 'drop {kind} {name}'; execute 'create {kind} {name} as ' || text; end $$"
    )
}

/// Takes away what a run wrote down, so that the next one finds the objects and does not know them.
const FORGOTTEN: &str = "drop schema viewkeeper cascade";

fn codes() -> Files {
    project("codes")
        .file("migrations/V1__t.sql", "create table t (a varchar, b int, c int, d int);\n")
        .file(
            "m.sql",
            "create materialized view m as select b from t where a in ('x', 'y') and a not in ('z', 'w');\n",
        )
        .file("v.sql", "create view v as select b, -(1) as minus from t where a like any (array['x', 'y']::varchar[]);\n")
}

#[test]
fn a_restored_array_that_was_cast_as_a_whole_is_no_change() {
    let project = codes();
    let mut case = Case::applied(&project);
    case.by_hand(&made_again("materialized view", "m", ""));
    case.by_hand(&made_again("view", "v", ""));
    let report = case.run(&project);
    expect(&report, &[(Verb::Record, "m", ""), (Verb::Record, "v", "")]);
    case.obeys_the_laws(&project);
}

#[test]
fn brackets_that_the_pretty_form_leaves_out_are_no_change() {
    let project = project("brackets")
        .file("migrations/V1__t.sql", "create table t (a int, b int, c int, d int);\n")
        .file(
            "m.sql",
            "create materialized view m as select b from t \
             where not ((a between b and c and b between 1 and 2) and d > 1) or (a > 1 or (b > 1 or c > 1));\n",
        );
    let mut case = Case::applied(&project);
    case.by_hand(&made_again("materialized view", "m", ""));
    let report = case.run(&project);
    expect(&report, &[(Verb::Record, "m", "as the file says; its fingerprint is recorded anew")]);
    case.damage(FORGOTTEN);
    case.by_hand(&made_again("materialized view", "m", ", true"));
    let report = case.run(&project);
    expect(&report, &[(Verb::Record, "m", "found in the database, as the file says")]);
    case.obeys_the_laws(&project);
}

/// A materialized view with a common table expression that is called like the view it reads.
fn readings(comment: &str) -> Files {
    project("readings")
        .file("readings.sql", &format!("{comment}create view readings as select 1 as a;\n"))
        .file(
            "heavy.sql",
            &format!(
                "{comment}create materialized view heavy as with readings as (select r.a from readings r) select a from readings;\n"
            ),
        )
}

#[test]
fn a_common_table_expression_may_be_called_like_the_relation_it_reads() {
    let mut case = Case::applied(&readings(""));
    let report = case.run(&readings("-- a comment\n"));
    let same = "the same to the server";
    expect(&report, &[(Verb::Record, "readings", same), (Verb::Record, "heavy", same)]);
    case.obeys_the_laws(&readings("-- a comment\n"));
}

#[test]
fn a_column_that_is_appended_below_changes_only_what_reads_it() {
    let files = |columns: &str| {
        readings("")
            .file("readings.sql", &format!("create view readings as select {columns};\n"))
            .file(
                "coded.sql",
                "create materialized view coded as select a from readings where a::text::varchar in ('1', '2');\n",
            )
            .file("others.sql", &format!("create view others as select {columns};\n"))
            .file(
                "stars.sql",
                "create materialized view stars as \
                 with others as (select r.* from others r) select count(distinct x) as n from others x;\n",
            )
    };
    let mut case = Case::applied(&files("1 as a"));
    case.by_hand(&made_again("materialized view", "coded", ""));
    let project = files("1 as a, 2 as b");
    let report = case.run(&project);
    let verb =
        |name: &str| report.objects.iter().find(|one| one.object.name.as_str() == name).map(|one| one.verb);
    // What only reads the old columns is not filled again.
    assert_eq!((verb("heavy"), verb("readings")), (None, Some(Verb::Replace)), "{report}");
    assert_eq!((verb("coded"), verb("stars")), (Some(Verb::Record), Some(Verb::Rebuild)), "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn an_aggregate_may_be_called_like_its_state_function() {
    let project = project("likewise")
        .file(
            "total.sql",
            "create function total(a int, b int) returns int language sql immutable as 'select a + b';\n",
        )
        .file("of_all.sql", "create aggregate total(int) (sfunc = total, stype = int, initcond = '0');\n");
    let mut case = Case::applied(&project);
    case.damage(FORGOTTEN);
    let report = case.run(&project);
    let found = "found in the database, as the file says";
    expect(&report, &[(Verb::Record, "total", found), (Verb::Record, "total", found)]);
    case.obeys_the_laws(&project);
}

#[test]
fn one_text_with_another_operator_is_another_view() {
    let project = project("hidden")
        .file(
            "migrations/V1__m.sql",
            "create schema fx;\ncreate type m as (a int);\n\
             create function fx.eq(m, m) returns boolean language sql immutable as 'select true';\n\
             create operator fx.= (leftarg = m, rightarg = m, function = fx.eq);\n\
             create table t (a m, b m);\n",
        )
        .file("v.sql", "create view v as select nullif(a, b) as n from t;\n")
        .file("w.sql", "create materialized view w as select case a when b then 1 end as n, a is distinct from b as d from t;\n");
    let mut case = Case::applied(&project);
    let otherwise = "set search_path to fx, pg_catalog, public; \
         create or replace view public.v as select nullif(a, b) as n from public.t; \
         drop materialized view public.w; \
         create materialized view public.w as select case a when b then 1 end as n, a is distinct from b as d from public.t; \
         reset search_path";
    case.damage(otherwise);
    let by_hand = "definition changed by hand";
    case.heals(&project, &[(Verb::Replace, "v", by_hand), (Verb::Rebuild, "w", by_hand)]);
    case.damage(otherwise);
    case.damage(FORGOTTEN);
    let found = "found in the database and not made by viewkeeper";
    let report = case.run(&project);
    expect(&report, &[(Verb::Replace, "v", found), (Verb::Rebuild, "w", found)]);
    case.obeys_the_laws(&project);
}

#[test]
fn where_and_in_which_order_an_index_is_kept_is_no_part_of_its_definition() {
    let project = project("kept")
        .file("migrations/V1__t.sql", "create table t (a int, b text);\n")
        .file(
            "m.sql",
            "create materialized view m as select a, b from t;\n\
             create index m_a on m (a);\ncreate index m_c on m (b, a);\ncreate index m_b on m (b) where b in ('x', 'y') and not (a > 1 or (a > 2 or b is null));\n",
        );
    let mut case = Case::applied(&project);
    let oids = "select string_agg(indexrelid::text, ',' order by indexrelid) from pg_index where indrelid = 'm'::regclass";
    let before = case.column(oids);
    let again = |case: &mut Case| {
        let report = case.run(&project);
        expect(&report, &[(Verb::Record, "m", "as the file says; its fingerprint is recorded anew")]);
        assert_eq!(case.column(oids), before);
    };
    case.by_hand("cluster m using m_a");
    again(&mut case);
    case.by_hand("alter materialized view m cluster on m_c");
    again(&mut case);
    let name =
        format!("kept_{}", case.column("select oid from pg_database where datname = current_database()")[0]);
    case.damage("set allow_in_place_tablespaces to on");
    case.damage(&format!("create tablespace {name} location ''"));
    case.damage(&format!("alter index m_a set tablespace {name}"));
    let report = case.run(&project);
    assert_eq!((report.outcome, case.column(oids)), (Outcome::UpToDate, before.clone()), "{report}");
    case.damage("alter index m_a set tablespace pg_default");
    case.damage(&format!("drop tablespace {name}"));
    case.damage(FORGOTTEN);
    let report = case.run(&project);
    expect(&report, &[(Verb::Record, "m", "found in the database, as the file says")]);
    assert_eq!(case.column(oids), before);
    case.obeys_the_laws(&project);
}

/// Views of the kinds whose text the server prints otherwise once it has read it, in every place where an expression stands.
const SHAPES: &[(&str, &str)] = &[
    ("in_where", "select b from t where a in ('x', 'y')"),
    ("in_columns", "select a in ('x', 'y') as one, a not in ('x', 'y') as other from t"),
    ("of_char", "select b from t where a::char(3) in ('x', 'y')"),
    ("of_a_domain", "select b from t where code in ('x', 'y')"),
    ("like_any", "select b from t where a like any (array['x', 'y']::varchar[])"),
    ("like_all", "select b from t where a not like all (array['x', 'y']::varchar[])"),
    ("percentile", "select percentile_disc(array[0.1, 0.9]) within group (order by b) as p from t"),
    ("in_cte", "with c as (select b from t where a in ('x', 'y')) select b from c"),
    (
        "in_recursive",
        "with recursive r as (select 1 as n union all select n + 1 from r where n < 5 and n::text::varchar in ('1', '2')) select n from r",
    ),
    ("in_filter", "select count(*) filter (where a in ('x', 'y')) as n from t"),
    ("in_window", "select row_number() over (partition by a in ('x', 'y') order by -(1)) as n from t"),
    ("in_join", "select t.b from t join u on u.a in ('x', 'y') and (t.b = 1 or (t.b = 2 or t.c = 3))"),
    ("in_case", "select case when a in ('x', 'y') and (b = 1 and c = 2) then 1 end as n from t"),
    ("in_having", "select c from t group by c having max(a) in ('x', 'y')"),
    ("in_subquery", "select b from t where exists (select from u where u.a in ('x', 'y') and u.b = t.b)"),
    ("in_lateral", "select l.n from t cross join lateral (select t.b as n where t.a in ('x', 'y')) l"),
    ("in_union", "select b from t where a in ('x', 'y') union select b from u where a in ('x', 'y')"),
    ("in_values", "select v from (values (-(1)), (- 2::int)) x(v)"),
    ("in_order", "select b from t order by a in ('x', 'y')"),
    (
        "minus",
        "select -(1) as a, - 1::int as b, -1 as c, -(1.5) as d, - '1'::numeric as e, -(9223372036854775807) as f from t",
    ),
    (
        "between",
        "select b from t where b between 1 and 2 and c between 1 and 2 and not (b between 3 and 4 or c between 3 and 4)",
    ),
    ("grouping", "select ((b = 1 and c = 2) and d = 3) or not ((b = 1 or c = 2) or d = 3) as g from t"),
    (
        "comparison",
        "select (b, c) = (1, 2) as r, (b, c) < (1, 2) as s, (a, c) in (select a, c from u) as i from t",
    ),
    ("using_columns", "select a, b, t.c, u.c as other from t join u using (a, b)"),
    ("natural", "select count(*) as n from t natural join u"),
    ("distinct_from", "select a is distinct from 'x' as d, nullif(a, 'y') as n from t"),
    ("whole_rows", "select t as whole, (t.*)::text as r from t"),
    ("named_like_it", "with t as (select x.a, x.b from t x where x.a in ('x', 'y')) select a from t"),
    (
        "casts",
        "select extract(year from now()) as y, b::text, 'x'::varchar(3) as v, cast(a as varchar) from t",
    ),
];

fn shapes() -> Files {
    let project = project("shapes").file(
        "migrations/V1__t.sql",
        "create domain dom as varchar;\ncreate table t (a varchar, b int, c int, d int, code dom);\n\
         create table u (a varchar, b int, c int);\n",
    );
    let project = SHAPES.iter().fold(project, |project, (name, query)| {
        project.file(&format!("views/{name}.sql"), &format!("create view {name} as {query};\n")).file(
            &format!("stored/{name}.sql"),
            &format!("create materialized view stored_{name} as {query};\n"),
        )
    });
    project
        .file(
            "atomic.sql",
            "create function atomic(x varchar default -(1), y int default 2) returns int language sql \
             begin atomic select case when x in ('x', 'y') and (y = 1 and (y = 2 and y = 3)) then -(1) end; end;\n",
        )
        .file("guard.sql", "create function guard() returns trigger language plpgsql as 'begin return new; end';\n")
        .file(
            "guarded.sql",
            "create trigger guarded before insert on t for each row \
             when (new.a in ('x', 'y') and (new.b = 1 or (new.b = 2 or new.c = -(1)))) execute function guard();\n",
        )
}

/// Every object of these made again from what the server prints, as a restore does, or after `export` in the pretty form.
fn all_made_again(form: &str) -> String {
    format!(
        "do $$ declare r record; begin \
           for r in select c.oid::regclass::text as name, case c.relkind when 'v' then 'view' else 'materialized view' end as kind, \
                           pg_get_viewdef(c.oid{form}) as text \
                      from pg_class c where c.relkind in ('v', 'm') and c.relnamespace = 'public'::regnamespace loop \
             execute format('drop %s %s', r.kind, r.name); execute format('create %s %s as %s', r.kind, r.name, r.text); \
           end loop; \
           for r in select pg_get_triggerdef(t.oid{form}) as text from pg_trigger t where t.tgname = 'guarded' loop \
             execute 'drop trigger guarded on t'; execute r.text; \
           end loop; \
           for r in select pg_get_functiondef('atomic'::regproc) as text loop \
             drop function atomic; execute r.text; \
           end loop; end $$"
    )
}

#[test]
fn nothing_that_the_server_prints_otherwise_is_a_difference() {
    let project = shapes();
    let mut case = Case::applied(&project);
    let recorded = |case: &mut Case| {
        let report = case.run(&project);
        let others: Vec<_> = report.objects.iter().filter(|one| one.verb != Verb::Record).collect();
        assert!(others.is_empty(), "{others:#?}");
        report.objects.len()
    };
    // A restore, another one, and the files of an export taken over.
    case.by_hand(&all_made_again(""));
    assert!(recorded(&mut case) > 2 * SHAPES.len());
    case.by_hand(&all_made_again(""));
    recorded(&mut case);
    case.damage(FORGOTTEN);
    recorded(&mut case);
    case.by_hand(&all_made_again(", true"));
    case.damage(FORGOTTEN);
    recorded(&mut case);
    case.obeys_the_laws(&project);
}

#[test]
fn a_database_is_taken_over_by_files_that_were_made_of_what_it_prints() {
    let made = shapes();
    let mut case = Case::applied(&made);
    for form in ["", ", true"] {
        let printed = SHAPES.iter().fold(made.clone(), |project, (name, _)| {
            let text = case.column(&format!("select pg_get_viewdef('{name}'::regclass{form})")).remove(0);
            project.file(&format!("views/{name}.sql"), &format!("create view {name} as\n{text}\n")).file(
                &format!("stored/{name}.sql"),
                &format!("create materialized view stored_{name} as\n{text}\n"),
            )
        });
        case.damage(FORGOTTEN);
        let report = case.run(&printed);
        let others: Vec<_> = report.objects.iter().filter(|one| one.verb != Verb::Record).collect();
        assert!(others.is_empty(), "{form}: {others:#?}");
    }
}

/// The server prints no schema for the operators of these, so each has one text and, along another path, another meaning.
const HIDDEN: &[(&str, &str)] = &[
    ("of_nullif", "select nullif(x.a, x.b) as n from public.t x"),
    ("of_distinct", "select x.a is distinct from x.b as n from public.t x"),
    ("of_case", "select case x.a when x.b then 1 end as n from public.t x"),
    ("of_using", "select count(*) as n from public.t x join public.u y using (a)"),
    ("of_natural", "select count(*) as n from public.t x natural join public.u y"),
    ("of_less", "select (x.n, x.a) < (x.n, x.b) as n from public.t x"),
    ("of_in", "select (x.n, x.a) in (select y.n, y.a from public.u y) as n from public.t x"),
];

#[test]
fn an_operator_that_the_server_does_not_print_tells_two_views_apart() {
    let project = project("hidden_operators").file(
        "migrations/V1__m.sql",
        "create schema fx;\ncreate type m as (x int);\n\
         create function fx.eq(m, m) returns boolean language sql immutable as 'select true';\n\
         create function fx.lt(m, m) returns boolean language sql immutable as 'select true';\n\
         create operator fx.= (leftarg = m, rightarg = m, function = fx.eq);\n\
         create operator fx.< (leftarg = m, rightarg = m, function = fx.lt);\n\
         create operator class fx.m_ops for type m using btree as operator 1 fx.<, operator 3 fx.=;\n\
         create table t (n int, a m, b m);\ncreate table u (n int, a m);\n",
    );
    let project = HIDDEN.iter().fold(project, |project, (name, query)| {
        project.file(&format!("{name}.sql"), &format!("create view {name} as {query};\n"))
    });
    let mut case = Case::applied(&project);
    let otherwise: String = HIDDEN
        .iter()
        .map(|(name, query)| format!("create or replace view public.{name} as {query};"))
        .collect();
    let texts = "select string_agg(pg_get_viewdef(oid) || pg_get_viewdef(oid, true), '' order by relname) from pg_class \
                 where relkind = 'v' and relnamespace = 'public'::regnamespace";
    let before = case.column(texts);
    for known in [true, false] {
        case.damage(&format!("set search_path to fx, pg_catalog, public; {otherwise} reset search_path"));
        assert_eq!(case.column(texts), before, "the server prints both alike");
        if !known {
            case.damage(FORGOTTEN);
        }
        let report = case.run(&project);
        let replaced = report.objects.iter().filter(|one| one.verb == Verb::Replace);
        let replaced: Vec<&str> = replaced.map(|one| one.object.name.as_str()).collect();
        let mut all: Vec<&str> = HIDDEN.iter().map(|(name, _)| *name).collect();
        all.sort_unstable();
        assert_eq!(replaced, all, "{report}");
    }
    case.obeys_the_laws(&project);
}

#[test]
fn a_restored_index_default_or_rule_is_no_change() {
    let project = project("hung")
        .file("migrations/V1__t.sql", "create table t (a int, b varchar);\n")
        .file(
            "m.sql",
            "create materialized view m as select a, b from t;\n\
             create index m_b on m (b) where b in ('x', 'y') and not (a > 1 or (a > 2 or b is null));\n\
             create statistics m_s on (b in ('x', 'y')), a from m;\n",
        )
        .file(
            "v.sql",
            "create view v as select a, b from t;\n\
             alter view v alter column a set default -(1);\n\
             create rule r as on insert to v where new.b in ('x', 'y') do instead insert into t values (new.a, new.b);\n\
             create rule q as on insert to v do instead nothing;\n",
        );
    let mut case = Case::applied(&project);
    case.by_hand(
        "do $$ declare text text := pg_get_indexdef('m_b'::regclass); begin execute 'drop index m_b'; execute text; end $$",
    );
    case.by_hand(
        "do $$ declare text text := (select pg_get_statisticsobjdef(oid) from pg_statistic_ext where stxname = 'm_s'); \
         begin execute 'drop statistics m_s'; execute text; end $$",
    );
    case.by_hand(
        "do $$ declare text text := (select pg_get_expr(adbin, adrelid) from pg_attrdef where adrelid = 'v'::regclass); \
         begin execute 'alter view v alter column a set default ' || text; end $$",
    );
    case.by_hand(
        "do $$ declare text text := (select pg_get_ruledef(oid) from pg_rewrite where rulename = 'r' and ev_class = 'v'::regclass); \
         begin execute 'drop rule r on v'; execute text; end $$",
    );
    let report = case.run(&project);
    expect(&report, &[(Verb::Record, "m", ""), (Verb::Record, "v", "")]);
    case.obeys_the_laws(&project);
}
