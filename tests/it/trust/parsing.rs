//! What the server evaluates while it parses a text: literals of arrays, rows and ranges that hold a neighbour's domain.

use viewkeeper::ErrorKind;

use super::Neighbour;
use crate::support::{Case, Files, laws, project};

/// A neighbour of a project in public with a domain that does harm, in a schema `m` of his own, and what he makes with it.
fn trapped(made: &str) -> (Case, Neighbour) {
    let mut case = Case::new();
    case.damage("create table names (id int, name text); insert into names values (1, 'a')");
    let neighbour = Neighbour::beside(&mut case, &["create on schema public"]);
    case.damage(&format!("create schema m authorization {}", neighbour.role));
    let harm = neighbour.harm();
    neighbour.does(
        &mut case,
        &format!(
            "create function m.fine(int) returns boolean language plpgsql immutable as $$ begin {harm} return true; end $$; \
             create domain m.d as int check (m.fine(value)); {made}"
        ),
    );
    (case, neighbour)
}

/// Makes a trusted namesake that fits worse, where one is meant.
const TRUSTED_PICK: &str =
    "create function public.pick(a text, b bigint) returns text language sql immutable as 'select a'";

const PICK: &str =
    "create function public.pick(a m.d[], b int) returns text language sql immutable as 'select a::text'";

/// The text is refused by what it would have evaluated, by a plan, a check, a rehearsal and a run, and nothing has run.
fn is_refused(made: &str, before: &str, file: &str, text: &str, what: &str) {
    let (mut case, neighbour) = trapped(made);
    case.damage(before);
    let files = project("parsing").file(file, &format!("{text};\n"));
    is_refused_in(&mut case, &neighbour, &files, what);
    neighbour.came_to_nothing(&mut case);
}

fn is_refused_in(case: &mut Case, neighbour: &Neighbour, files: &Files, what: &str) {
    let error = case.refused(files);
    let ran = format!("the server would run domain m.d of role {}, which is not trusted", neighbour.role);
    for error in [
        error,
        files.migrator().plan(&mut case.client).unwrap_err(),
        files.migrator().check(&mut case.client).unwrap_err(),
        files.migrator().rehearse(&mut case.client).unwrap_err(),
    ] {
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
        assert!(error.to_string().contains(what) && error.to_string().contains(&ran), "{error:?}");
        assert!(error.location().is_some(), "{error:?}");
        assert!(format!("{error:?}").contains("nothing was changed"), "{error:?}");
    }
}

#[test]
fn a_function_of_a_neighbours_type_is_refused_before_the_text_is_parsed() {
    let what = "may mean function public.pick(m.d[],integer)";
    let named = |file: &str, text: &str| is_refused(PICK, TRUSTED_PICK, file, text, what);
    named("views/v.sql", "create view v as select pick('{1}', 2) as one");
    named("views/v.sql", "create materialized view v as select \"pick\" ('{1}', 2) as one");
    // Also in what stands before the statement.
    named(
        "views/v.sql",
        "alter view v alter one set default pick('{1}', 2);\ncreate view v as select ''::text as one",
    );
    named(
        "functions/f.sql",
        "create function f(a text default pick('{1}', 2)) returns text language sql as 'select a'",
    );
    named("functions/f.sql", "create function f() returns text language sql as 'select PICK(''{1}'', 2)'");
    named("functions/f.sql", "create function f() returns text begin atomic select pick('{1}', 2); end");
    named(
        "functions/f.sql",
        "-- viewkeeper: before-migrations\ncreate function f(a text default pick('{1}', 2)) returns text language sql as 'select a'",
    );
}

#[test]
fn a_trusted_function_and_a_result_of_a_neighbours_type_are_refused() {
    let what = "may mean function public.pick(m.d[],integer)";
    let text = "create view v as select pick('{1}', 2) as one";
    is_refused("", &format!("{PICK}; {TRUSTED_PICK}"), "views/v.sql", text, what);
    is_refused(
        "create function public.tags() returns m.d[] language sql as 'select null::m.d[]'",
        "",
        "views/v.sql",
        "create view v as select tags() = '{1}' as one",
        "may mean function public.tags()",
    );
}

#[test]
fn an_operator_of_a_neighbours_type_is_refused() {
    let same = |symbol: &str| {
        format!(
            "create function m.same(text, m.d[]) returns boolean language sql immutable as 'select true'; \
             create operator public.{symbol} (leftarg = text, rightarg = m.d[], function = m.same)"
        )
    };
    let view = |by: &str| format!("create view v as select id from names where {by}");
    let refused = |symbol: &str, by: &str| {
        let what = format!("may mean operator public.{symbol}(text,m.d[])");
        is_refused(&same(symbol), "", "views/v.sql", &view(by), &what);
    };
    refused("@@@", "name @@@ '{1}'");
    refused("=", "name in ('{1}', '{2}')");
    refused("~~", "name like '{1}'");
    let (mut case, neighbour) = trapped(&same("="));
    let qualified = view("name operator(pg_catalog.=) '{1}'");
    case.run(&project("parsing").file("views/v.sql", &format!("{qualified};\n")));
    neighbour.came_to_nothing(&mut case);
}

#[test]
fn a_literal_of_a_neighbours_type_is_refused() {
    let view = |text: &str| format!("create view v as select {text} as one");
    let refused = |made: &str, text: &str, what: &str| is_refused(made, "", "views/v.sql", &view(text), what);
    // In public, where the project's names are found.
    let label = "create domain public.label as m.d[]";
    refused(label, "'{1}'::label", "may mean domain public.label");
    refused(label, "label '{1}'", "may mean domain public.label");
    refused(label, "label('{1}')", "may mean domain public.label");
    let row = "create type public.t as (x m.d)";
    refused(row, "cast('(1)' as t)", "public.t");
    refused(row, "'(1)'::t", "public.t");
    refused(row, "'{(1)}'::t[]", "public.t");
    refused("create table public.t (x m.d)", "t '(1)'", "may mean table public.t");
    let range = "create type public.span as range (subtype = m.d, multirange_type_name = public.spans)";
    refused(range, "'[1,2]'::span", "may mean type public.span");
    refused(range, "'{[1,2]}'::spans", "may mean type public.spans");
}

#[test]
fn a_default_argument_and_a_row_of_a_table_are_refused() {
    is_refused(
        "create table public.t (x m.d)",
        "",
        "functions/f.sql",
        "create function f(a t default '(1)') returns int language sql as 'select 1'",
        "may mean table public.t",
    );
    is_refused(
        "create domain public.label as m.d[]; create domain public.more as public.label",
        "",
        "functions/f.sql",
        "create function f(a more default '{1}') returns int language sql as 'select 1'",
        "may mean domain public.more",
    );
}

#[test]
fn a_literal_that_is_compared_with_a_column_of_a_neighbours_type_is_refused() {
    let text = "create view v as select 1 as one from tagged where tags = '{1}'";
    let what = "may mean table public.tagged";
    is_refused("create table public.tagged (tags m.d[])", "", "views/v.sql", text, what);
    is_refused("", "create table public.tagged (tags m.d[])", "views/v.sql", text, what);
}

/// His domain in a column keeps nobody from reading the table, and what is qualified was chosen.
#[test]
fn what_evaluates_nothing_is_left_alone() {
    let (mut case, neighbour) = trapped(&format!(
        "create table public.theirs (id m.d, note text); create table m.more (tags m.d[]); {PICK}"
    ));
    case.damage(TRUSTED_PICK);
    let files = project("parsing")
        .file("views/a.sql", "create view a as select id, note from theirs where note in ('a', 'b');\n")
        .file("views/b.sql", "create view b as select tags from m.more;\n")
        .file("views/c.sql", "create view c as select tags from b;\n")
        .file("functions/f.sql", "create function f(a m.d[]) returns int language sql as 'select 1';\n");
    case.run(&files);
    let files = files.file("views/c.sql", "create view c as select tags, f(tags) as one from b;\n");
    case.run(&files);
    laws::second_run_is_a_no_op(&case.database, &mut case.client, &files);
    let picks = files.file("views/d.sql", "create view d as select pick('{1}', 2) as one;\n");
    let error = case.refused(&picks);
    assert!(error.to_string().contains("view \"public.d\""), "{error}");
    neighbour.came_to_nothing(&mut case);
}

/// A literal is a text before it is anything else.
#[test]
fn an_overload_that_the_server_cannot_choose_is_left_alone() {
    let (mut case, neighbour) = trapped("");
    case.damage("create type public.mood as enum ('happy')");
    let own = "create function f(a mood, b text) returns text language sql immutable as 'select b'";
    let with = |second: &str| {
        format!(
            "create function public.f({second}) returns text language sql immutable as 'select null::text'"
        )
    };
    neighbour.does(&mut case, &with("mood, m.d[]"));
    let files = project("parsing")
        .file("functions/f.sql", &format!("{own};\n"))
        .file("views/v.sql", "create view v as select f('happy', '{1}') as one;\n");
    // The project's is there before what calls it.
    let report = case.run(&files);
    assert_eq!(case.column("select one from v"), ["{1}"], "{report}");
    let more = files
        .file(
            "functions/g.sql",
            "create function g() returns text language sql as $$ select f('happy', '{1}') $$;\n",
        )
        .file(
            "functions/h.sql",
            "create function h(a text default f('happy', '{1}')) returns text language sql as 'select a';\n",
        );
    case.run(&more);
    neighbour.came_to_nothing(&mut case);
    laws::second_run_is_a_no_op(&case.database, &mut case.client, &more);
    // These it could choose: with other arguments, by other names, or for want of another.
    for (made, what) in [
        ("mood, m.d[], int default 1", "function public.f(public.mood,m.d[],integer)"),
        ("b mood, a m.d[]", "function public.f(public.mood,m.d[])"),
        ("m.d[], text", "function public.f(m.d[],text)"),
        ("varchar, m.d[]", "function public.f(character varying,m.d[])"),
        ("m.d[], m.d[]", "function public.f(m.d[],m.d[])"),
        ("mood, variadic m.d[]", "function public.f(public.mood,m.d[])"),
    ] {
        neighbour.does(&mut case, &format!("drop function public.f(mood, m.d[]); {}", with(made)));
        let error = case.refused(
            &more.clone().file("views/w.sql", "create view w as select f('happy', '{1}') as two;\n"),
        );
        assert!(error.to_string().contains(&format!("may mean {what}")), "{made}: {error}");
        let signature = what.strip_prefix("function ").unwrap();
        neighbour.does(&mut case, &format!("drop function {signature}; {}", with("mood, m.d[]")));
    }
    neighbour.came_to_nothing(&mut case);
}

/// A column may have the name of a table of his.
#[test]
fn a_name_where_no_type_can_stand_is_left_alone() {
    let (mut case, neighbour) =
        trapped("create domain public.dd as int check (value > 0); create table public.id (a public.dd[])");
    let query = "select id, name as id2, 'a' as word from names where name in ('a', 'b') group by name, id";
    let files = project("parsing")
        .file("views/v.sql", &format!("create view v as {query};\n"))
        .file("checks/a.sql", "select id from names where name = 'id';\n");
    case.run(&files);
    let check = files.migrator().check(&mut case.client).unwrap();
    assert!(check.assertions.iter().all(|assertion| assertion.error.is_none()), "{check}");
    for text in ["select '({1})'::id as one", "select 1 as one from names, id where a = '{1}'"] {
        let error = case.refused(&files.clone().file("views/w.sql", &format!("create view w as {text};\n")));
        assert!(error.to_string().contains("may mean table public.id"), "{error}");
    }
    neighbour.came_to_nothing(&mut case);
}

/// The session searches public, and the project does not.
#[test]
fn what_a_text_means_along_the_sessions_path_is_not_tried_where_that_does_harm() {
    let (mut case, neighbour) = trapped(PICK);
    case.damage(TRUSTED_PICK);
    case.damage("create schema app; create function app.pick(a text, b bigint) returns text language sql immutable as 'select a'; \
                 create function public.pick(a varchar, b bigint) returns text language sql immutable as 'select a'");
    let database = case.column("select quote_ident(current_database())").remove(0);
    case.damage(&format!("alter database {database} set search_path = app, public"));
    case.client = case.database.connect().unwrap();
    let files = project("parsing")
        .file("viewkeeper.toml", "name = \"parsing\"\nschema = \"app\"\n")
        .file("views/v.sql", "create view v as select pick('{1}', 2) as one;\n");
    is_refused_in(&mut case, &neighbour, &files, "and that cannot be found out");
    let error = case.refused(&files);
    assert!(format!("{error:?}").contains("leave public out of the search_path"), "{error:?}");
    case.damage(&format!("alter database {database} set search_path = app"));
    case.client = case.database.connect().unwrap();
    case.run(&files);
    assert_eq!(case.column("select one from app.v"), ["{1}"]);
    neighbour.came_to_nothing(&mut case);
}

#[test]
fn a_check_with_a_literal_of_a_neighbours_type_is_not_parsed() {
    let (mut case, neighbour) = trapped("create type public.t as (x m.d)");
    let files = project("parsing")
        .file("views/v.sql", "create view v as select 1 as one;\n")
        .file("checks/a.sql", "select id from names where '(1)'::t is null;\n");
    case.run(&files);
    let check = files.migrator().check(&mut case.client).unwrap();
    let errors: Vec<_> = check.assertions.iter().filter_map(|assertion| assertion.error.clone()).collect();
    assert_eq!(errors.len(), 1, "{check}");
    assert!(errors[0].contains("sql/checks/a.sql\" may mean type public.t"), "{check}");
    neighbour.came_to_nothing(&mut case);
}
