//! A neighbour's words in an expression that is put back, for functions of trusted roles that do what they are told.

use super::put_back::{beside, calls, harmful, refused};
use crate::support::Case;

/// With these functions of somebody trusted, what the neighbour makes must be refused with these words.
fn refused_of_words(trusted: &str, makes: &str, words: &[&str]) {
    let mut case = Case::applied(&calls("a"));
    let neighbour = beside(&mut case);
    neighbour.does(&mut case, &harmful(&neighbour, "public.e(x int) returns boolean"));
    case.by_hand(&format!("create schema trusted; grant usage on schema trusted to public; {trusted}"));
    neighbour.does(&mut case, makes);
    let all =
        ["which may run what it is given, with words of", "owner to", "immutable, if", "or drop before"];
    let words: Vec<&str> = words.iter().copied().chain(all).collect();
    refused(case, &neighbour, &words);
}

/// Runs its argument.
const RUN: &str = "create function trusted.run(text) returns boolean language plpgsql as \
                   $$ begin execute $1; return true; end $$";

#[test]
fn a_function_that_executes_its_argument_is_refused() {
    refused_of_words(
        RUN,
        "create table public.tc (x int check (app.f(x) > 0 and trusted.run('select public.e(1)')))",
        &["table constraint tc_x_check on public.tc", "function trusted.run(text)"],
    );
    refused_of_words(
        RUN,
        "create domain public.d as int check (app.f(value) > 0 and trusted.run('select public.e(1)'))",
        &["domain constraint d_check on public.d", "function trusted.run(text)"],
    );
}

#[test]
fn a_stable_function_that_calls_what_it_is_told_is_refused() {
    refused_of_words(
        "create function trusted.call(regproc, int) returns boolean stable language plpgsql as \
           $$ declare r boolean; begin execute format('select %s($1)', $1) using $2 into r; return r; end $$",
        "create table public.tc (x int check (app.f(x) > 0 and trusted.call(('public.' || 'e')::text::regproc, 1)))",
        &["function trusted.call(regproc,integer)"],
    );
    refused_of_words(
        "create function trusted.rows(regclass) returns bigint stable language plpgsql as \
           $$ declare r bigint; begin execute format('select count(*) from %s', $1) into r; return r; end $$",
        "create view public.n as select public.e(1); \
         create table public.tc (x int check (app.f(x) > 0 and trusted.rows(('public.' || 'n')::text::regclass) > 0))",
        &["function trusted.rows(regclass)"],
    );
}

#[test]
fn an_operator_a_cast_or_a_domain_that_stands_for_it_is_refused() {
    let operator = "create function trusted.runs(text, int) returns boolean language plpgsql as \
                      $$ begin execute $1; return true; end $$; \
                    create operator trusted.### (leftarg = text, rightarg = int, function = trusted.runs)";
    refused_of_words(
        operator,
        "create table public.tc (x int check ('select public.e(1)'::text operator(trusted.###) app.f(x)))",
        &["function trusted.runs(text,integer)"],
    );
    let cast = "create type trusted.line as (line text); \
                create function trusted.runs(trusted.line) returns boolean language plpgsql as \
                  $$ begin execute $1.line; return true; end $$; \
                create cast (trusted.line as boolean) with function trusted.runs(trusted.line)";
    refused_of_words(
        cast,
        "create table public.tc (x int check (app.f(x) > 0 and row('select public.e(1)')::trusted.line::boolean))",
        &["function trusted.runs(trusted.line)"],
    );
    let domain = format!("{RUN}; create domain trusted.line as text check (trusted.run(value))");
    refused_of_words(
        &domain,
        "create table public.tc (x int check (app.f(x) > 0 and ('select public.e' || '(1)')::trusted.line <> ''))",
        &["function trusted.run(text)"],
    );
}

#[test]
fn the_domain_of_a_generated_column_is_refused() {
    let domain = format!("{RUN}; create domain trusted.line as text check (trusted.run(value))");
    refused_of_words(
        &domain,
        "create table public.tg (x int, y trusted.line generated always as \
           (case when app.f(x) > 0 then 'select public.e(1)' end) stored)",
        &["table column public.tg.y", "function trusted.run(text)"],
    );
}

#[test]
fn a_function_that_hands_its_argument_on_is_refused() {
    refused_of_words(
        &format!(
            "{RUN}; create function trusted.hands_on(text) returns boolean language sql as 'select trusted.run($1)'"
        ),
        "create table public.tc (x int check (app.f(x) > 0 and trusted.hands_on('select public.e(1)')))",
        &["function trusted.hands_on(text)"],
    );
    refused_of_words(
        &format!(
            "{RUN}; create function trusted.hands_on(text) returns boolean begin atomic select trusted.run($1); end"
        ),
        "create table public.tc (x int check (app.f(x) > 0 and trusted.hands_on('select public.e(1)')))",
        &["function trusted.hands_on(text)"],
    );
    refused_of_words(
        "create function trusted.asks(text) returns boolean stable language plpgsql as \
           $$ begin return query_to_xml($1, true, false, '') is not null; end $$",
        "create table public.tc (x int check (app.f(x) > 0 and trusted.asks('select public.e(1)')))",
        &["function trusted.asks(text)"],
    );
    refused_of_words(
        "create function trusted.asks(text) returns boolean stable \
           begin atomic select query_to_xml($1, true, false, '') is not null; end",
        "create table public.tc (x int check (app.f(x) > 0 and trusted.asks('select public.e(1)')))",
        &["function trusted.asks(text)"],
    );
}

/// Few say of a function that it is immutable. One that runs nothing of what it is told is put back as it was.
#[test]
fn functions_that_only_compute_are_told_anything() {
    let mut case = Case::applied(&calls("a"));
    let neighbour = beside(&mut case);
    case.by_hand(
        "create function public.long(text) returns boolean language sql as 'select length($1) > 3'; \
         create function public.longer(text) returns boolean language plpgsql as $$ begin return public.long($1); end $$; \
         create function public.known(int) returns boolean language plpgsql as \
           $$ declare r boolean; begin execute 'select true' into r; return r; end $$; \
         create function public.some(anyelement) returns boolean language sql as 'select $1 is not null'; \
         create function public.none(text) returns boolean begin atomic select length($1) > 0; end",
    );
    neighbour.does(
        &mut case,
        "create table public.tc (x int check (app.f(x) > 0 and public.longer('words') and public.known(x) and public.some(x) and public.none('words'))); \
         create domain public.d as int check (app.f(value) > 0 and public.long('words')); \
         insert into public.tc values (1)",
    );
    let report = case.run(&calls("b"));
    assert_eq!(report.foreign.len(), 2, "{report}");
    neighbour.came_to_nothing(&mut case);
    case.obeys_the_laws(&calls("b"));
}

/// What is immutable does nothing but compute, and its owner answers for that.
#[test]
fn immutable_functions_are_told_anything() {
    let mut case = Case::applied(&calls("a"));
    let neighbour = beside(&mut case);
    case.by_hand(
        "create function public.long(text) returns boolean immutable language sql as 'select length($1) > 3'",
    );
    neighbour.does(
        &mut case,
        "create table public.tc (x int check (app.f(x) > 0 and public.long('words'))); insert into public.tc values (1)",
    );
    // Whoever is trusted may tell his own functions what he likes.
    case.by_hand(
        "create function public.now_or_never() returns boolean stable language sql as 'select true'",
    );
    case.by_hand("create table public.ours (x int check (app.f(x) > 0 and public.now_or_never()))");
    let report = case.run(&calls("b"));
    assert_eq!(report.foreign.len(), 2, "{report}");
    neighbour.came_to_nothing(&mut case);
    case.obeys_the_laws(&calls("b"));
}
