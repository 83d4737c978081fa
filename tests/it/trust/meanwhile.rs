//! What a neighbour does between the look at what hangs on an object and the moment when that is put back.

use std::thread;
use std::time::{Duration, Instant};

use viewkeeper::{Error, ErrorKind, Report};

use super::Neighbour;
use super::put_back::{beside, calls, harmful};
use super::put_back_bodies;
use crate::support::proxy::Proxy;
use crate::support::{Case, Files};

/// Runs, and the neighbour does something right before the message that holds these words.
fn run_while(
    case: &mut Case,
    neighbour: &Neighbour,
    project: &Files,
    words: &str,
    does: &str,
) -> Result<Report, Error> {
    let proxy = Proxy::start(&case.database).unwrap();
    let mut client = proxy.connect().unwrap();
    proxy.stall_before(words);
    thread::scope(|scope| {
        let run = scope.spawn(|| project.migrator().run(&mut client));
        let end = Instant::now() + Duration::from_secs(60);
        while !proxy.is_paused() && !run.is_finished() && Instant::now() < end {
            thread::sleep(Duration::from_millis(5));
        }
        assert!(proxy.is_paused(), "no message held {words}: {:?}", run.join().unwrap());
        case.damage(&format!("set role {}; {does}; reset role", neighbour.role));
        proxy.resume();
        run.join().unwrap()
    })
}

/// What the neighbour prepares is put back today, and must be refused with these words when he then does what he does.
fn refused_meanwhile(trusted: &str, prepares: &str, does: &str, words: &[&str]) {
    let mut case = Case::applied(&calls("a"));
    let neighbour = beside(&mut case);
    neighbour.does(&mut case, &harmful(&neighbour, "public.e(x int) returns boolean"));
    case.by_hand(trusted);
    neighbour.does(&mut case, prepares);
    let error = run_while(&mut case, &neighbour, &calls("b"), "function f(b int)", does).unwrap_err();
    neighbour.came_to_nothing(&mut case);
    let text = format!("{error:?}");
    for words in words {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
    assert_eq!(case.column("select pg_get_function_arguments('app.f'::regproc)"), ["a integer"]);
}

#[test]
fn a_domain_that_gets_a_check_is_refused() {
    refused_meanwhile(
        "create function public.takes(text) returns boolean language plpgsql immutable as \
           $$ begin return ($1::public.pair).a > 0; end $$",
        "create type public.pair as (a int, b int); \
         create table public.tc (x int, p public.pair, check (app.f(x) > 0 and public.takes(p::text))); \
         insert into public.tc values (1, '(1,2)')",
        "create domain public.d as int check (public.e(value)); alter type public.pair add attribute c public.d",
        &["table constraint tc_check on public.tc", "domain public.d, which belongs to"],
    );
}

#[test]
fn a_namesake_that_fits_better_is_refused() {
    refused_meanwhile(
        "create function public.g(anyelement) returns boolean immutable language sql as 'select true'",
        "create table public.tc (x int check (public.g(app.f(x)))); insert into public.tc values (1)",
        "create function public.g(int) returns boolean immutable language sql as 'select public.e(1)'",
        &["and function public.g(integer), which belongs to", "has the same name"],
    );
}

#[test]
fn a_type_of_a_literal_that_becomes_another_one_is_refused() {
    refused_meanwhile(
        "select 1",
        "create type public.pair as (a int); create view public.v as select app.f(1), '(1)'::public.pair as literal",
        "create domain public.d as int check (public.e(value)); alter type public.pair alter attribute a type public.d",
        &["view public.v", "domain public.d, which belongs to"],
    );
}

/// A body in quotes is read again when it runs, and finds by the path what is there by then.
#[test]
fn a_body_that_finds_by_the_path_what_fits_better_is_refused() {
    let files = put_back_bodies::of;
    let made = "alter table t add constraint tg check (g(id) > 0)";
    let (mut case, neighbour) = put_back_bodies::beside(&files("a"), made);
    let does = put_back_bodies::evil(&neighbour);
    let error = run_while(&mut case, &neighbour, &files("b"), "function g(b int)", &does).unwrap_err();
    neighbour.came_to_nothing(&mut case);
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
    let text = format!("{error:?}");
    for words in ["constraint tg on public.t", "it may run function public.h(integer), which belongs to"] {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    assert_eq!(case.column("select pg_get_function_arguments('public.g'::regproc)"), ["a integer"]);
}

/// Under the name that was read stands something else, and under the new one what was meant.
#[test]
fn a_type_of_a_literal_that_gets_another_name_is_read_anew() {
    let mut case = Case::applied(&calls("a"));
    let neighbour = beside(&mut case);
    neighbour.does(&mut case, &harmful(&neighbour, "public.e(x int) returns boolean"));
    neighbour.does(
        &mut case,
        "create type public.mood as (a text); create view public.v as select app.f(1), '(1)'::public.mood as literal",
    );
    let does = "alter type public.mood rename to other; create domain public.d as int check (public.e(value)); \
                create type public.mood as (a public.d)";
    let report = run_while(&mut case, &neighbour, &calls("b"), "function f(b int)", does).unwrap();
    assert_eq!(report.retries, 1, "{report}");
    neighbour.came_to_nothing(&mut case);
    assert!(case.column("select pg_get_viewdef('public.v'::regclass)")[0].contains("::other"));
}

/// What steps aside for a statement comes back after it, however long that took.
#[test]
fn what_changes_while_a_migration_runs_is_refused() {
    let first = calls("a").file(
        "migrations/V2__g.sql",
        "create function app.g(a int) returns int language sql immutable as 'select a';\n",
    );
    let mut case = Case::applied(&first);
    let neighbour = beside(&mut case);
    neighbour.does(&mut case, &harmful(&neighbour, "public.e(x int) returns boolean"));
    case.by_hand(
        "create function public.h(anyelement) returns boolean immutable language sql as 'select true'",
    );
    neighbour.does(
        &mut case,
        "create table public.tc (x int check (public.h(app.g(x)))); insert into public.tc values (1)",
    );
    let next = first.file(
        "migrations/V3__g.sql",
        "drop function app.g(int); create function app.g(b int) returns int language sql immutable as 'select b';\n",
    );
    let does = "create function public.h(int) returns boolean immutable language sql as 'select public.e(1)'";
    let error = run_while(&mut case, &neighbour, &next, "validate constraint tc_x_check", does).unwrap_err();
    neighbour.came_to_nothing(&mut case);
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
    let text = format!("{error:?}");
    for words in ["table constraint tc_x_check on public.tc", "function public.h(integer), which belongs to"]
    {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    assert_eq!(case.column("select pg_get_function_arguments('app.g'::regproc)"), ["a integer"]);
}

/// What somebody trusted made of his own on an object of the project's is made with our rights.
#[test]
fn an_index_of_somebody_trusted_is_refused_where_it_would_call_a_neighbours_function() {
    let files = |query: &str| {
        calls("a").file("views/m.sql", &format!("create materialized view m as select {query};\n"))
    };
    let mut case = Case::applied(&files("1 as id"));
    let neighbour = beside(&mut case);
    neighbour.does(&mut case, &harmful(&neighbour, "public.e(x bigint) returns boolean"));
    case.by_hand(
        "create function public.g(anyelement) returns boolean immutable language sql as 'select true'; \
         create index by_g on app.m (public.g(id))",
    );
    let does = "create function public.g(int) returns boolean immutable language sql as 'select public.e(1)'";
    let error =
        run_while(&mut case, &neighbour, &files("1 as id, 2 as n"), "INDEX by_g ON", does).unwrap_err();
    neighbour.came_to_nothing(&mut case);
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
    assert!(format!("{error:?}").contains("function public.g(integer), which belongs to"), "{error:?}");
}
