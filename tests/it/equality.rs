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
