//! What a filling would run without using it itself: names in bodies in quotes, and code of the tables that are read.

use viewkeeper::ErrorKind;
use viewkeeper::refresh::Views;
use viewkeeper::report::Verb;

use super::Neighbour;
use crate::support::cases::cases;
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
    case.run(&files);
    laws::second_run_is_a_no_op(&case.database, &mut case.client, &files);
    // A view runs with the rights of who reads it.
    case.run(&with(&[HELPER, ("views/v.sql", "create view v as select helper(name) as name from names")]));
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
    case.run(&files);
    let neighbour = Neighbour::beside(&mut case, &["create on schema public"]);
    let harm = neighbour.harm();
    neighbour.does(
        &mut case,
        &format!(
            "create function public.pick(varchar) returns text language plpgsql immutable as $$ begin {harm} return 'evil'; end $$"
        ),
    );
    let error = files.migrator().refresh(&mut case.client, &Views::All).unwrap_err();
    assert!(error.to_string().contains(BY_HELPER), "{error}");
    assert_eq!(case.column("select name from m"), ["a"]);
    neighbour.came_to_nothing(&mut case);
}

#[test]
fn a_check_does_not_run_a_body_that_calls_what_a_neighbour_made() {
    let (mut case, neighbour) = squatted(nothing);
    let files = with(&[HELPER, ("views/v.sql", "create view v as select helper(name) as name from names")])
        .file("checks/a.sql", "select name from v where name is null;\n");
    case.run(&files);
    let check = files.migrator().check(&mut case.client).unwrap();
    let errors: Vec<_> = check.assertions.iter().filter_map(|assertion| assertion.error.clone()).collect();
    assert_eq!(errors.len(), 1, "{check}");
    assert!(errors[0].contains(BY_HELPER), "{check}");
    neighbour.came_to_nothing(&mut case);
}

/// An index that was there before us is compared with one on an empty copy, and what an expression calls with constants runs where no row
/// is, too.
#[test]
fn an_index_is_not_compared_where_its_expression_would_run_what_a_neighbour_made() {
    let mut case = Case::new();
    case.damage("create function public.pick(text) returns text language sql immutable as 'select $1'");
    let helper = "create function helper(a varchar) returns text language plpgsql immutable set search_path to public \
                  as 'begin return pick(a); end'";
    let index = "create index mi on m ((helper('a'::varchar) || name))";
    let files = with(&[
        ("functions/helper.sql", helper),
        ("views/m.sql", &format!("create materialized view m as select 'b'::text as name;\n{index}")),
    ]);
    // Nobody knows that what somebody made is as the files say.
    case.damage(&format!("{helper}; create materialized view m as select 'b'::text as name; {index}"));
    let neighbour = Neighbour::beside(&mut case, &["create on schema public"]);
    let harm = neighbour.harm();
    neighbour.does(
        &mut case,
        &format!("create function public.pick(varchar) returns text language plpgsql immutable as $$ begin {harm} return 'evil'; end $$"),
    );
    let migrator = files.migrator();
    let told = [
        format!("{:?}", migrator.check(&mut case.client).map(|check| check.to_string())),
        format!("{:?}", migrator.plan(&mut case.client).map(|plan| plan.to_string())),
        format!("{:?}", migrator.run(&mut case.client).map(|report| report.to_string())),
    ];
    neighbour.came_to_nothing(&mut case);
    assert!(told[2].contains(BY_HELPER), "{told:#?}");
    // Where the neighbour's is gone, it is as the file says.
    case.damage("drop function public.pick(varchar)");
    let report = case.run(&files);
    assert!(report.objects.iter().all(|object| object.verb == Verb::Record), "{report}");
    laws::second_run_is_a_no_op(&case.database, &mut case.client, &files);
}

/// Types and operators of somebody trusted, behind which is a body that calls `pick(a)`.
const BEHIND: &str = "create function behind(int) returns boolean language plpgsql immutable as $$ begin return pick('a'::varchar) = 'a'; end $$; \
     create domain dm as int check (behind(value)); create domain dm2 as dm; \
     create type mood2 as enum ('glad'); \
     create function number(mood2) returns int language plpgsql immutable as $$ begin return length(pick('a'::varchar)); end $$; \
     create cast (mood2 as int) with function number(mood2); \
     create function near(int, int) returns boolean language plpgsql immutable as $$ begin return behind($1); end $$; \
     create operator ### (leftarg = int, rightarg = int, function = near)";

const BEHIND_NAMES: [&str; 5] =
    ["(1::dm) is null", "(1::dm2) is null", "('{1}'::dm[]) is null", "'glad'::mood2::int > 0", "1 ### 1"];

#[test]
fn a_body_behind_a_type_a_cast_or_an_operator_of_a_body_is_reached() {
    for expression in BEHIND_NAMES {
        let (mut case, neighbour) = squatted(nothing);
        case.damage(BEHIND);
        let helper = format!(
            "create function helper(a varchar) returns text language plpgsql immutable as $$ begin return {expression}; end $$"
        );
        is_refused(&mut case, &neighbour, &with(&[("functions/helper.sql", &helper), FILLED]), BY_HELPER);
    }
}

cases! { is_found_in_a_body:
    a_name_is_found_before_a_comment("pick /* c */ (a)");
    a_name_is_found_before_a_comment_in_a_comment("pick /* a /* b */ c */ (a)");
    a_name_is_found_before_a_comment_to_the_end_of_the_line("pick -- c\n (a)");
    a_name_is_found_that_is_written_in_code_points("U&\"\\0070ick\"(a)");
    a_name_is_found_that_is_written_with_another_escape("U&\"!0070i!+000063k\" uescape '!' (a)");
    a_name_is_found_between_texts_with_a_quote("'5\"' || pick(a) || '\"'");
    a_name_is_found_behind_a_comment_with_a_stop("a || -- the end.\n pick(a)");
    a_name_is_found_behind_a_comment_with_an_apostrophe("a || /* it's. */ pick(a)");
}

fn is_found_in_a_body(expression: &str) {
    let (mut case, neighbour) = squatted(nothing);
    let helper = format!(
        "create function helper(a varchar) returns text language plpgsql immutable as $$ begin return {expression}; end $$"
    );
    is_refused(&mut case, &neighbour, &with(&[("functions/helper.sql", &helper), FILLED]), BY_HELPER);
}

#[test]
fn an_operator_is_found_by_its_other_name() {
    let (mut case, neighbour) = squatted(|harm| {
        format!(
            "create function public.differ(int, numeric) returns boolean language plpgsql immutable as $$ begin {harm} return true; end $$; \
             create operator public.<> (leftarg = int, rightarg = numeric, function = public.differ)"
        )
    });
    let helper = (
        "functions/helper.sql",
        "create function helper(a varchar) returns text language sql immutable as 'select a where 1 != 2::numeric'",
    );
    let says = "would use operator public.<>(integer,numeric)";
    is_refused(&mut case, &neighbour, &with(&[helper, FILLED]), says);
}

#[test]
fn a_check_and_an_index_reach_what_is_behind_their_types_and_operators() {
    for expression in BEHIND_NAMES {
        let (mut case, neighbour) = squatted(nothing);
        case.damage(BEHIND);
        let made = with(&[("views/m.sql", "create materialized view m as select id, name from names")]);
        let files = made.file("checks/a.sql", &format!("select 1 where ({expression}) is null;\n"));
        case.run(&files);
        let check = files.migrator().check(&mut case.client).unwrap();
        let errors: Vec<_> =
            check.assertions.iter().filter_map(|assertion| assertion.error.clone()).collect();
        assert_eq!(errors.len(), 1, "{check}");
        assert!(errors[0].contains(BY_HELPER), "{check}");
        let indexed = format!(
            "create materialized view m as select id, name from names;\ncreate index mi on m (({expression}))"
        );
        is_refused(&mut case, &neighbour, &with(&[("views/m.sql", &indexed)]), BY_HELPER);
    }
}

#[test]
fn an_index_that_calls_a_function_with_a_row_is_not_made() {
    let mut case = Case::new();
    case.damage("create table names (id int, name text); insert into names values (1, 'a')");
    let view = "create materialized view m as select id, name from names";
    case.run(&with(&[("views/m.sql", view)]));
    let neighbour = Neighbour::beside(&mut case, &["create on schema public"]);
    let harm = neighbour.harm();
    neighbour.does(
        &mut case,
        &format!(
            "create function public.lowr(m) returns text language plpgsql immutable as $$ begin {harm} return 'a'; end $$"
        ),
    );
    let indexed = format!("{view};\ncreate index mi on m ((m.lowr))");
    is_refused(
        &mut case,
        &neighbour,
        &with(&[("views/m.sql", &indexed)]),
        "would use function public.lowr(public.m)",
    );
}

/// What he makes for himself is in nobody's way.
#[test]
fn what_a_neighbour_has_and_no_text_means_is_left_alone() {
    let (mut case, neighbour) = squatted(|harm| {
        format!(
            "create function public.near(int, int) returns boolean language plpgsql immutable as $$ begin {harm} return true; end $$; \
             create operator public.### (leftarg = int, rightarg = int, function = public.near); \
             create type public.mood as enum ('glad'); create table public.moods (mood public.mood); \
             create function public.lower(public.mood) returns text language plpgsql immutable as $$ begin {harm} return 'a'; end $$; \
             create function public.plus(public.mood, int) returns int language plpgsql immutable as $$ begin {harm} return 1; end $$; \
             create operator public.+ (leftarg = public.mood, rightarg = int, function = public.plus); \
             create function public.minus(public.mood) returns int language plpgsql immutable as $$ begin {harm} return 1; end $$; \
             create operator public.- (rightarg = public.mood, function = public.minus)"
        )
    });
    let helper = (
        "functions/helper.sql",
        "create function helper(a varchar) returns text language plpgsql immutable as $$ declare n int := 1; begin return lower(a) || -(n + 1); end $$",
    );
    let view = (
        "views/m.sql",
        "create materialized view m as select id, helper(name) as name from names;\ncreate index mi on m ((id + 1), lower(name)) where id > 0",
    );
    let files = with(&[helper, view]).file("checks/a.sql", "select lower(name) from m where id + 1 < 0;\n");
    case.run(&files);
    let check = files.migrator().check(&mut case.client).unwrap();
    assert!(check.assertions.iter().all(|assertion| assertion.error.is_none()), "{check}");
    laws::second_run_is_a_no_op(&case.database, &mut case.client, &files);
    neighbour.came_to_nothing(&mut case);
}

/// Where the project has a value of his type, his function is meant.
#[test]
fn an_overload_for_a_neighbours_type_of_which_a_value_is_at_hand_is_refused() {
    let made = |harm: &str| {
        format!(
            "create type public.mood as enum ('glad'); \
             create table public.moods (mood public.mood); insert into public.moods values ('glad'); grant select on public.moods to public; \
             create function public.lower(public.mood) returns text language plpgsql immutable as $$ begin {harm} return 'a'; end $$; \
             create function public.joined(public.mood, int) returns text language plpgsql immutable as $$ begin {harm} return 'a'; end $$; \
             create operator public.|| (leftarg = public.mood, rightarg = int, function = public.joined)"
        )
    };
    for (body, what) in [
        ("select lower(mood) from moods", "would use function public.lower(public.mood)"),
        ("select lower(m.mood) from public.moods m", "would use function public.lower(public.mood)"),
        ("select lower(''glad''::mood)", "would use function public.lower(public.mood)"),
        // A literal would be one, because the other side fits.
        ("select ''glad'' || 1", "would use operator public.||(public.mood,integer)"),
    ] {
        let (mut case, neighbour) = squatted(made);
        let helper =
            format!("create function helper(a varchar) returns text language sql stable as '{body}'");
        is_refused(&mut case, &neighbour, &with(&[("functions/helper.sql", &helper), FILLED]), what);
    }
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
    case.run(&files);
    assert_eq!(case.column("select id from m"), ["1"]);
    laws::second_run_is_a_no_op(&case.database, &mut case.client, &files);
    neighbour.came_to_nothing(&mut case);
}
