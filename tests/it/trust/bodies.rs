//! What a filling would run without using it itself: names in bodies in quotes, and code of the tables that are read.

use viewkeeper::ErrorKind;

use super::Neighbour;
use crate::support::{Case, Files, laws, project};

/// A neighbour of a project in public, who made `pick(varchar)` there.
fn squatted(made: impl Fn(&str) -> String) -> (Case, Neighbour) {
    let mut case = Case::new();
    case.damage(
        "create table names (id int, name varchar(20)); insert into names values (1, 'a'); \
         create function public.pick(text) returns text language sql immutable as 'select $1'",
    );
    let neighbour = Neighbour::beside(&mut case, &["create on schema public"]);
    let harm = neighbour.harm();
    neighbour.does(
        &mut case,
        &format!(
            "create function public.pick(varchar) returns text language plpgsql immutable as $$ begin {harm} return 'evil'; end $$; {}",
            made(harm)
        ),
    );
    (case, neighbour)
}

fn nothing(_: &str) -> String {
    String::new()
}

/// The files of a project with this view beside.
fn with(files: &[(&str, &str)]) -> Files {
    files.iter().fold(project("bodies"), |project, (file, text)| project.file(file, &format!("{text};\n")))
}

fn is_refused(case: &mut Case, neighbour: &Neighbour, files: &Files, says: &str) {
    let error = case.refused(files);
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
    assert!(error.to_string().contains(says), "{error}");
    assert!(error.location().is_some(), "{error:?}");
    neighbour.came_to_nothing(case);
}

const HELPER: (&str, &str) = (
    "functions/helper.sql",
    "create function helper(a varchar) returns text language sql immutable as 'select pick(a)'",
);
const FILLED: (&str, &str) =
    ("views/m.sql", "create materialized view m as select helper(name) as name from names");
const BY_HELPER: &str = "would use function public.pick(character varying)";

#[test]
fn a_name_in_a_body_is_not_what_a_neighbour_made_of_it_when_the_filling_runs() {
    let refused = |files: &[(&str, &str)], says: &str| {
        let (mut case, neighbour) = squatted(nothing);
        is_refused(&mut case, &neighbour, &with(files), says);
    };
    refused(&[HELPER, FILLED], BY_HELPER);
    refused(&[HELPER, FILLED], "for a name that the body of function public.helper(character varying)");
    let plpgsql = (
        "functions/helper.sql",
        "create function helper(a varchar) returns text language plpgsql immutable as 'begin return Pick (a); end'",
    );
    refused(&[plpgsql, FILLED], BY_HELPER);
    let dynamic = (
        "functions/helper.sql",
        "create function helper(a varchar) returns text language plpgsql immutable as $$ declare b text; begin execute 'select pick($1)' into b using a; return b; end $$",
    );
    refused(&[dynamic, FILLED], BY_HELPER);
}

#[test]
fn a_body_behind_other_names_is_reached() {
    let refused = |files: &[(&str, &str)]| {
        let (mut case, neighbour) = squatted(nothing);
        is_refused(&mut case, &neighbour, &with(files), BY_HELPER);
    };
    // A body that calls another, a view, a default, an operator's and an index's function.
    let calls = (
        "functions/calls.sql",
        "create function calls(a varchar) returns text language sql immutable as 'select helper(a)'",
    );
    let of = |text: &'static str| ("views/m.sql", text);
    refused(&[HELPER, calls, of("create materialized view m as select calls(name) as name from names")]);
    let view = ("views/v.sql", "create view v as select helper(name) as name from names");
    refused(&[HELPER, view, of("create materialized view m as select name from v")]);
    let default = (
        "functions/defaults.sql",
        "create function defaults(a text default helper('a'::varchar)) returns text language sql immutable as 'select a'",
    );
    refused(&[HELPER, default, of("create materialized view m as select defaults() as name")]);
    refused(&[
        HELPER,
        of("create materialized view m as select name from names;\ncreate index m_name on m (helper(name))"),
    ]);
    let reads = (
        "functions/reads.sql",
        "create function reads() returns text language sql stable as 'select name from v limit 1'",
    );
    refused(&[HELPER, view, reads, of("create materialized view m as select reads() as name")]);
}

/// A migration made it, so that no file has its body.
#[test]
fn a_body_of_a_function_that_is_no_object_of_the_project_is_reached() {
    let (mut case, neighbour) = squatted(nothing);
    case.damage(HELPER.1);
    is_refused(&mut case, &neighbour, &with(&[FILLED]), BY_HELPER);
}

#[test]
fn what_a_body_qualifies_or_looks_up_elsewhere_was_chosen() {
    let (mut case, neighbour) = squatted(nothing);
    let qualified = (
        "functions/helper.sql",
        "create function helper(a varchar) returns text language sql immutable as 'select public.pick(a::text)'",
    );
    let elsewhere = (
        "functions/other.sql",
        "create function other(a varchar) returns text language plpgsql immutable set search_path to pg_catalog as 'begin return public.pick(a::text); end'",
    );
    let both = (
        "views/m.sql",
        "create materialized view m as select helper(name) as name, other(name) as other from names",
    );
    let files = with(&[qualified, elsewhere, both]);
    case.boot(&files);
    laws::second_boot_is_a_no_op(&case.database, &mut case.client, &files);
    // A view runs with the rights of who reads it.
    case.boot(&with(&[HELPER, ("views/v.sql", "create view v as select helper(name) as name from names")]));
    neighbour.came_to_nothing(&mut case);
}

#[test]
fn an_operator_a_view_and_a_type_in_a_body_are_not_a_neighbours() {
    let body = |text: &str| {
        format!("create function helper(a varchar) returns text language sql stable as $$ {text} $$")
    };
    let refused = |made: &dyn Fn(&str) -> String, text: &str, says: &str| {
        let (mut case, neighbour) = squatted(made);
        let body = body(text);
        is_refused(&mut case, &neighbour, &with(&[("functions/helper.sql", &body), FILLED]), says);
    };
    let same = |harm: &str| {
        format!(
            "create function public.same(varchar, varchar) returns boolean language plpgsql immutable as $$ begin {harm} return true; end $$; \
             create operator public.= (leftarg = varchar, rightarg = varchar, function = public.same)"
        )
    };
    let operator = "would use operator public.=(character varying,character varying)";
    refused(&same, "select 'a' where a = 'b'::varchar", operator);
    refused(&same, "select case a when 'b'::varchar then 'c' end", operator);
    let told = |harm: &str| {
        format!(
            "create function public.told() returns text language plpgsql as $$ begin {harm} return 'a'; end $$; \
             create view public.told as select public.told() as name"
        )
    };
    refused(&told, "select name from told", "would use view public.told");
    let label = |harm: &str| {
        format!(
            "create function public.fine(text) returns boolean language plpgsql as $$ begin {harm} return true; end $$; \
             create domain public.label as text check (public.fine(value))"
        )
    };
    refused(&label, "select a::label::text", "would use type public.label");
}

/// What was made before the neighbour came is not run by a refresh either.
#[test]
fn a_refresh_does_not_run_what_a_neighbour_made_since() {
    let mut case = Case::new();
    case.damage(
        "create table names (id int, name varchar(20)); insert into names values (1, 'a'); \
         create function public.pick(text) returns text language sql immutable as 'select $1'",
    );
    // From 17 on a refresh itself searches pg_catalog alone.
    let helper = (
        "functions/helper.sql",
        "create function helper(a varchar) returns text language sql immutable set search_path to public as 'select pick(a)'",
    );
    let files = with(&[helper, FILLED]);
    case.boot(&files);
    let neighbour = Neighbour::beside(&mut case, &["create on schema public"]);
    let harm = neighbour.harm();
    neighbour.does(
        &mut case,
        &format!(
            "create function public.pick(varchar) returns text language plpgsql immutable as $$ begin {harm} return 'evil'; end $$"
        ),
    );
    let error = files.migrator().refresh(&mut case.client).unwrap_err();
    assert!(error.to_string().contains(BY_HELPER), "{error}");
    assert_eq!(case.column("select name from m"), ["a"]);
    neighbour.came_to_nothing(&mut case);
}

#[test]
fn a_check_does_not_run_a_body_that_calls_what_a_neighbour_made() {
    let (mut case, neighbour) = squatted(nothing);
    let files = with(&[HELPER, ("views/v.sql", "create view v as select helper(name) as name from names")])
        .file("checks/a.sql", "select name from v where name is null;\n");
    case.boot(&files);
    let check = files.migrator().check(&mut case.client).unwrap();
    let errors: Vec<_> = check.assertions.iter().filter_map(|assertion| assertion.error.clone()).collect();
    assert_eq!(errors.len(), 1, "{check}");
    assert!(errors[0].contains(BY_HELPER), "{check}");
    neighbour.came_to_nothing(&mut case);
}

// Tables.

const READS: &str = "create materialized view m as select id from theirs where id > 0 and note = 'a'";

fn table_is_refused(made: &str, table: &str, runs: &str) {
    let (mut case, neighbour) = squatted(|harm| {
        format!(
            "create function public.evil(int) returns boolean language plpgsql immutable as $$ begin {harm} return true; end $$; \
             create table public.theirs (id int, note text); {made}"
        )
    });
    neighbour.does(&mut case, "grant select on public.theirs to public");
    let files = with(&[("views/m.sql", READS)]);
    let role = &neighbour.role;
    let says = format!(
        "would use table {table} of role {role}, which is not trusted, for a name that its file writes without a schema, and the server would run {runs} for it"
    );
    is_refused(&mut case, &neighbour, &files, &says);
    let through = with(&[
        ("views/a.sql", "create view a as select id, note from theirs"),
        ("views/m.sql", "create materialized view m as select id from a"),
    ]);
    is_refused(&mut case, &neighbour, &through, &says);
}

#[test]
fn a_neighbours_table_with_code_is_not_read_to_fill() {
    let evil = "function public.evil(integer)";
    let plain = |made: &str| table_is_refused(made, "public.theirs", evil);
    plain("create index on public.theirs (public.evil(1))");
    plain("create index on public.theirs (id) where public.evil(1)");
    plain("alter table public.theirs add check (public.evil(1))");
    plain("create statistics public.s on public.evil(1), id from public.theirs");
    plain(
        "alter table public.theirs enable row level security; create policy p on public.theirs using (public.evil(1))",
    );
    plain("alter table public.theirs add g boolean generated always as (public.evil(id)) stored");
    table_is_refused(
        "create table public.child () inherits (public.theirs); create index on public.child (public.evil(1))",
        "public.child",
        evil,
    );
    table_is_refused(
        "alter table public.theirs enable row level security; \
         create policy p on public.theirs using (query_to_xml('select 1', true, true, '') is not null)",
        "public.theirs",
        "function query_to_xml(text,boolean,boolean,text)",
    );
}

/// So are defaults of its columns, which run when somebody writes.
#[test]
fn a_plain_table_of_a_neighbour_is_read_to_fill() {
    let (mut case, neighbour) = squatted(|_| {
        "create type public.mood as enum ('a', 'b'); create domain public.small as int check (value < 9); \
         create table public.theirs (id int primary key check (id > 0), note text default pick('a'::varchar), mood public.mood, size public.small); \
         create index on public.theirs (lower(note)); insert into public.theirs (id, note) values (1, 'a')"
            .to_owned()
    });
    let files = with(&[("views/m.sql", READS)]);
    case.boot(&files);
    assert_eq!(case.column("select id from m"), ["1"]);
    laws::second_boot_is_a_no_op(&case.database, &mut case.client, &files);
    neighbour.came_to_nothing(&mut case);
}
