//! What is put back evaluates functions of ours, and in their bodies no name means what a neighbour made of it.

use super::Neighbour;
use crate::support::{Case, Files, laws, major, project};

/// A project in public with a function whose argument has this name.
pub fn of(argument: &str) -> Files {
    // From 17 on an index and a filling search pg_catalog alone.
    let searches = if major() >= 17 { "set search_path to public" } else { "" };
    project("put_back_bodies")
        .file("migrations/V1__t.sql", "create table t (id int, word text); insert into t values (1, 'a');\n\
             create function h(bigint) returns int language sql immutable as 'select 2';\n")
        .file(
            "functions/g.sql",
            &format!(
                "create function g({argument} int) returns int language plpgsql immutable {searches} as $$ begin return h({argument}); end $$;\n"
            ),
        )
}

/// A neighbour in public, and things that somebody trusted made before he came.
pub fn beside(files: &Files, made: &str) -> (Case, Neighbour) {
    let mut case = Case::new();
    case.run(files);
    case.by_hand(made);
    let neighbour = Neighbour::beside(&mut case, &["create on schema public"]);
    (case, neighbour)
}

/// `h(int)`, which does harm.
pub fn evil(neighbour: &Neighbour) -> String {
    format!(
        "create function public.h(int) returns int language plpgsql immutable as $$ begin {} return 3; end $$",
        neighbour.harm()
    )
}

/// What these files put back must be refused with all these words, before anything is dropped.
fn is_refused(mut case: Case, neighbour: &Neighbour, files: &Files, words: &[&str]) {
    let error = format!("{:?}", case.refused(files));
    for word in words.iter().chain(&[neighbour.role.as_str()]) {
        assert!(error.contains(word), "{word} is not in {error}");
    }
    neighbour.came_to_nothing(&mut case);
    assert_eq!(case.column("select count(*) from public.t"), ["1"]);
}

/// With these things of somebody trusted, a neighbour's `h(int)` is named.
fn names_h(made: &str, thing: &str) {
    let (mut case, neighbour) = beside(&of("a"), made);
    neighbour.does(&mut case, &evil(&neighbour));
    let runs = "it may run function public.h(integer), which belongs to";
    is_refused(case, &neighbour, &of("b"), &[thing, runs, "for a name that the body of function public."]);
}

#[test]
fn a_check_a_generated_column_a_domain_and_an_index_name_the_function_of_a_neighbour() {
    names_h("alter table t add constraint tg check (g(id) > 0)", "constraint tg on public.t");
    names_h("alter table t add y int generated always as (g(id)) stored", "table column public.t.y");
    names_h(
        "create domain d as int check (g(value) > 0); create table td (x d); insert into td values (1)",
        "domain constraint d_check on public.d",
    );
    names_h("create index t_g on t (g(id))", "index public.t_g");
    names_h("create materialized view mg as select g(id) as id from t", "materialized view public.mg");
}

#[test]
fn a_body_behind_a_body_names_the_function_of_a_neighbour() {
    names_h(
        "create function behind(a int) returns int language plpgsql immutable as 'begin return g(a) + h(a); end'; \
         create view over as select g(id) as id from t; \
         alter table t add constraint tg check (g(id) > 0 and behind(id) > 0)",
        "constraint tg on public.t",
    );
}

#[test]
fn an_operator_in_a_body_names_the_function_of_a_neighbour() {
    let files = |argument: &str, body: &str| {
        of(argument).file(
            "functions/g.sql",
            &format!("create function g({argument} int) returns int language plpgsql stable as $$ begin {body} end $$;\n"),
        )
    };
    let body = "return case when 2::numeric = 1 then 1 when 1 = 2::numeric then 4 else 5 end;";
    let (mut case, neighbour) =
        beside(&files("a", body), "alter table t add constraint tg check (g(id) > 0)");
    neighbour.does(
        &mut case,
        &format!(
            "create function public.same(int, numeric) returns boolean language plpgsql immutable as $$ begin {} return true; end $$; \
             create operator public.= (leftarg = int, rightarg = numeric, function = public.same)",
            neighbour.harm()
        ),
    );
    is_refused(
        case,
        &neighbour,
        &files("b", body),
        &["it may run function public.same(integer,numeric), which belongs to"],
    );
}

#[test]
fn a_body_that_searches_the_schemas_that_it_names_is_refused() {
    let files = |argument: &str| {
        project("put_back_bodies")
            .file("viewkeeper.toml", "schema = \"app\"\n")
            .file(
                "functions/g.sql",
                &format!(
                    "create function g({argument} int) returns boolean language plpgsql immutable set search_path = app, public as \
                     $$ begin return lower('A'::varchar) = 'a'; end $$;\n"
                ),
            )
    };
    let mut case = Case::applied(&files("a"));
    case.by_hand("create table public.t (id int); insert into public.t values (1); alter table public.t add constraint tg check (app.g(id))");
    let neighbour = Neighbour::beside(&mut case, &["create on schema public"]);
    neighbour.does(
        &mut case,
        &format!(
            "create function public.lower(varchar) returns text language plpgsql immutable as $$ begin {} return 'a'; end $$",
            neighbour.harm()
        ),
    );
    is_refused(
        case,
        &neighbour,
        &files("b"),
        &["it may run function public.lower(character varying)", "app.g(integer)"],
    );
}

/// So it is where a migration has it step aside.
#[test]
fn a_migration_that_has_the_caller_of_a_body_step_aside_is_refused() {
    let (mut case, neighbour) =
        beside(&of("a"), "create materialized view mg as select g(id) as id, word from t");
    neighbour.does(&mut case, &evil(&neighbour));
    let files =
        of("a").file("migrations/V2__wide.sql", "alter table t alter column word type varchar(20);\n");
    is_refused(
        case,
        &neighbour,
        &files,
        &["materialized view public.mg", "it may run function public.h(integer)"],
    );
}

/// A name with its schema was chosen, and one for a type of his own is not what a text means that has no value of it.
#[test]
fn a_body_whose_names_mean_nothing_of_a_neighbours_is_put_back() {
    let files = |argument: &str| {
        of(argument).file(
            "functions/g.sql",
            &format!(
                "create function g({argument} int) returns int language plpgsql immutable as \
                 $$ declare r int; begin r := public.h({argument}::bigint) + 1; return length(lower('A')) + r; end $$;\n"
            ),
        )
    };
    let (mut case, neighbour) = beside(&files("a"), "alter table t add constraint tg check (g(id) > 0)");
    neighbour.does(&mut case, &evil(&neighbour));
    neighbour.does(
        &mut case,
        &format!(
            "create type public.mood as enum ('glad'); \
             create function public.lower(public.mood) returns text language sql immutable as 'select ''a'''; \
             create function public.plus(public.mood, int) returns int language plpgsql immutable as $$ begin {} return 1; end $$; \
             create operator public.+ (leftarg = public.mood, rightarg = int, function = public.plus); \
             create operator public.= (leftarg = public.mood, rightarg = int, function = public.plus)",
            neighbour.harm()
        ),
    );
    case.run(&files("b"));
    neighbour.came_to_nothing(&mut case);
    laws::second_run_is_a_no_op(&case.database, &mut case.client, &files("b"));
}
