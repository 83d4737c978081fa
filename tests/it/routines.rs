//! Functions, procedures and aggregates: made, unchanged, replaced in place, rebuilt with what calls them.

use viewkeeper::report::Verb;

use crate::support::case::{self, expect, only};
use crate::support::cases::cases;
use crate::support::{Case, Files, project as named};

fn genes() -> Files {
    named("routines").file("viewkeeper.toml", "schema = \"app\"").file(
        "migrations/V1__genes.sql",
        "create table app.genes (id bigint primary key, symbol text not null, score numeric not null);\n\
         insert into app.genes select n, 'G' || n, n from generate_series(1, 100) n;",
    )
}

const SCORE: &str = "create function score(value numeric, weight int default 2) returns numeric\n\
                     language sql immutable strict as $$ select value * weight $$;\n\
                     comment on function score is 'weighted';\n\
                     grant execute on function score to public;";

fn project() -> Files {
    genes().file("functions/score.sql", SCORE).file(
        "views/gene_scores.sql",
        "create view gene_scores as select id, score(score) as score from genes",
    )
}

#[test]
fn a_function_that_a_view_calls_is_made_before_it() {
    let project = project();
    let mut case = Case::applied(&project);
    assert_eq!(case.column("select score from app.gene_scores where id = 4"), ["8"]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_changed_body_is_replaced_in_place() {
    let mut case = Case::applied(&project());
    case.by_hand("comment on view app.gene_scores is 'mine'");
    let project =
        project().file("functions/score.sql", &SCORE.replace("value * weight", "value * weight + 1"));
    let report = case.run(&project);
    expect(&report, &[(Verb::Replace, "score", "definition changed in sql/functions/score.sql")]);
    assert_eq!(case.column("select score from app.gene_scores where id = 4"), ["9"]);
    case.obeys_the_laws(&project);
}

cases! { is_healed:
    a_volatility_of_a_person_is_healed_by_a_replace("alter function app.score volatile", Verb::Replace);
    a_security_of_a_person_is_healed_by_a_replace("alter function app.score security definer", Verb::Replace);
    a_setting_of_a_person_is_healed_by_a_replace("alter function app.score set work_mem to '1MB'", Verb::Replace);
    another_answer_to_null_is_healed_by_a_replace("alter function app.score called on null input", Verb::Replace);
    another_body_and_default_are_healed_by_a_replace(
        "create or replace function app.score(value numeric, weight int default 3) returns numeric language sql as 'select 1.0'",
        Verb::Replace,
    );
    a_comment_of_a_person_is_healed_alone("comment on function app.score is 'x'", Verb::Attach);
    a_stated_right_that_was_revoked_is_healed_alone("revoke execute on function app.score from public", Verb::Attach);
}

fn is_healed(damage: &str, verb: Verb) {
    case::is_healed(&project(), damage, "score", verb);
}

#[test]
fn a_dropped_function_comes_back_with_what_called_it() {
    let project = project();
    let mut case = Case::applied(&project);
    case.damage("drop function app.score cascade");
    let report = case.run(&project);
    assert_eq!(only(&report, "score").0, Verb::Create, "{report}");
    assert_eq!(only(&report, "gene_scores").0, Verb::Create, "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn another_return_type_rebuilds_what_calls_it() {
    let mut case = Case::applied(&project());
    case.by_hand("grant select on app.gene_scores to public");
    case.damage("create view app.foreign_one as select score from app.gene_scores where id < 5");
    let project =
        project().file("functions/score.sql", &SCORE.replace("returns numeric", "returns double precision"));
    let report = case.run(&project);
    let (verb, why) = only(&report, "score");
    assert!(verb == Verb::Rebuild && why.contains("returns numeric -> double precision"), "{report}");
    assert_eq!(only(&report, "gene_scores").0, Verb::Rebuild, "{report}");
    assert_eq!(report.foreign.len(), 1, "{report}");
    case.damage("drop view app.foreign_one");
    case.obeys_the_laws(&project);
}

#[test]
fn other_arguments_take_the_place_of_the_old_ones() {
    let mut case = Case::applied(&project());
    case.by_hand("comment on view app.gene_scores is 'mine'");
    let project = project()
        .file("functions/score.sql", &SCORE.replace("weight int default 2", "weight numeric default 3"));
    let report = case.run(&project);
    let (verb, why) = only(&report, "score");
    assert!(verb == Verb::Rebuild && why.contains("arguments"), "{report}");
    let overloads = "select count(*) from pg_proc where proname = 'score'";
    assert_eq!(case.column(overloads), ["1"], "{report}");
    assert_eq!(case.column("select score from app.gene_scores where id = 4"), ["12"]);
    case.obeys_the_laws(&project);
}

#[test]
fn overloads_are_objects_of_their_own() {
    let two = |second: &str| {
        genes()
            .file(
                "functions/f.sql",
                &format!(
                    "create function f(a int) returns text language sql as $$ select 'int' $$;\n\
                 create function f(a {second}) returns text language sql as $$ select '{second}' $$;"
                ),
            )
            .file("views/v.sql", "create view v as select f(1) as one, f('x'::text) as two")
    };
    let mut case = Case::applied(&two("text"));
    assert_eq!(case.column("select one || two from app.v"), ["inttext"]);
    let project =
        two("varchar(20)").file("views/v.sql", "create view v as select f(1) as one, f('x'::varchar) as two");
    let report = case.run(&project);
    assert_eq!(case.column("select count(*) from pg_proc where proname = 'f'"), ["2"], "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn a_wrong_body_is_an_error_at_its_place() {
    let bodies = [
        ("language sql as $$\n  select count(*) from app.nowhere\n$$", "2:24", "42P01"),
        ("language sql as '\n  select ''x''::text, count(*) from app.nowhere'", "2:37", "42P01"),
        ("language plpgsql as $$\nbegin\n  retrun 1;\nend $$", "3:3", "42601"),
    ];
    for (body, place, code) in bodies {
        let mut case = Case::applied(&project());
        let project =
            project().file("functions/bad.sql", &format!("create function bad() returns bigint {body}"));
        let error = case.refused(&project);
        assert_eq!(error.code(), Some(code), "{error:?}");
        let at = error.location().map(|place| format!("{}:{}", place.line, place.column));
        assert_eq!(at.as_deref(), Some(place), "{error:?}");
    }
}

#[test]
fn routines_and_views_may_name_each_other_in_bodies_in_quotes() {
    let project = genes()
        .file("views/a.sql", "create view a as select g.id, b_count() as n from genes g")
        .file("functions/b_count.sql", "create function b_count() returns bigint language sql stable as $$ select count(*) from app.b $$")
        .file("views/b.sql", "create view b as select id from genes where is_odd(id)")
        .file("functions/odd.sql", "create function is_odd(n bigint) returns boolean language sql immutable as $$ select case when n > 0 then app.is_even(n - 1) else false end $$")
        .file("functions/even.sql", "create function is_even(n bigint) returns boolean language sql immutable as $$ select case when n > 0 then app.is_odd(n - 1) else true end $$")
        .file("views/self.sql", "create view self as select self_count() as n")
        .file("functions/self_count.sql", "create function self_count() returns bigint language sql stable as $$ select 1::bigint from app.self limit 0 $$")
        .file("views/m.sql", "create materialized view m as select max(n) as n from a");
    let mut case = Case::applied(&project);
    assert_eq!(case.column("select n from app.m"), ["50"]);
    case.obeys_the_laws(&project);
}

#[test]
fn an_atomic_body_is_rebuilt_with_its_view_and_a_procedure_replaced() {
    let with = |filter: &str, column: &str| {
        genes()
            .file("views/strong.sql", &format!("create view strong as select id, score{column} from genes where score > 10"))
            .file(
                "functions/strongest.sql",
                "create function strongest() returns bigint language sql stable begin atomic select id from strong order by score desc limit 1; end",
            )
            .file("functions/reset.sql", &format!("create procedure reset(ids bigint[]) language sql as $$ delete from app.genes where id = any (ids) and score {filter} $$"))
            .file("functions/join_ids.sql", "create aggregate join_ids(text) (sfunc = textcat, stype = text, initcond = '')")
            .file("views/v.sql", "create view v as select strongest() as id, (select join_ids(symbol) from genes where id < 3) as names")
    };
    let mut case = Case::applied(&with("> 0", ""));
    assert_eq!(case.column("select id || names from app.v"), ["100G1G2"]);
    let project = with("> 1", "::float8 as score");
    let report = case.run(&project);
    assert_eq!(only(&report, "strongest").0, Verb::Rebuild, "{report}");
    assert_eq!(only(&report, "reset").0, Verb::Replace, "{report}");
    case.damage("call app.reset(array[100])");
    assert_eq!(case.column("select id || names from app.v"), ["99G1G2"]);
    case.obeys_the_laws(&project);
}

#[test]
fn a_file_that_is_gone_retires_the_function() {
    let mut case = Case::applied(&project());
    let without = genes()
        .file("views/gene_scores.sql", "create view gene_scores as select id, score as score from genes");
    let report = case.run(&without);
    assert_eq!(only(&report, "score").0, Verb::Retire, "{report}");
    let without = without.file("views/x.sql", "create view x as select 1 as one");
    let report = case.run(&without);
    assert_eq!(only(&report, "score").0, Verb::Drop, "{report}");
    case.obeys_the_laws(&without);
}

#[test]
fn one_that_was_there_is_adopted() {
    let project = project();
    let mut case = Case::new();
    case.damage(
        "create schema app; create table app.genes (id bigint primary key, symbol text not null, score numeric not null);
         create function app.score(value numeric, weight int default 2) returns numeric language sql immutable strict as $$ select value * weight $$;
         comment on function app.score is 'weighted'; drop table app.genes",
    );
    let report = case.run(&project);
    assert_eq!(only(&report, "score").0, Verb::Record, "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn a_function_that_a_tables_default_calls_comes_before_the_migrations() {
    let with = |next: &str| {
        named("routines")
            .file("viewkeeper.toml", "schema = \"app\"")
            .file(
                "migrations/V1__genes.sql",
                "create table app.genes (id bigint primary key, code text not null default app.next_code())",
            )
            .file(
                "functions/next_code.sql",
                &format!(
                    "-- viewkeeper: before-migrations\n\
                     create function next_code() returns text language sql volatile as $$ select {next} $$"
                ),
            )
    };
    let mut case = Case::new();
    let report = case.run(&with("'a'::text"));
    let (verb, why) = only(&report, "next_code");
    assert!(verb == Verb::Create && why.contains("before the table migrations"), "{report}");
    let project = with("'b'::text");
    let report = case.run(&project);
    assert_eq!(only(&report, "next_code").0, Verb::Replace, "{report}");
    case.damage("insert into app.genes (id) values (1)");
    assert_eq!(case.column("select code from app.genes"), ["b"]);
    case.obeys_the_laws(&project);
    let wrong = with("nowhere");
    let error = Case::new().refused(&wrong);
    assert_eq!(error.location().map(|place| place.line), Some(2), "{error:?}");
}
