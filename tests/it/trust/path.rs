//! What unqualified names of the project mean.

use viewkeeper::ErrorKind;
use viewkeeper::report::Outcome;

use super::Neighbour;
use crate::support::{Case, Files, laws, major, project};

/// A database whose sessions search a schema of extensions, and a table of a type from there.
fn with_extensions(extensions: &[&str]) -> Case {
    let mut case = Case::new();
    case.damage("create schema extensions");
    for extension in extensions {
        case.damage(&format!("create extension \"{extension}\" schema extensions"));
    }
    let database = case.column("select quote_ident(current_database())").remove(0);
    case.damage(&format!("alter database {database} set search_path = public, extensions"));
    case.client = case.database.connect().unwrap();
    case
}

/// The same with a table of users, whose e-mail addresses do not tell capitals from small letters.
fn with_users() -> Case {
    let mut case = with_extensions(&["citext"]);
    case.damage("create table users (id int primary key, email extensions.citext, code text)");
    case.damage("insert into users values (1, 'Ann@Example.org', 'a'), (2, 'bob@example.org', 'B')");
    case
}

const LINE: &str = "write path = [\"extensions\"] into sql/viewkeeper.toml";

fn along(project: Files) -> Files {
    project.file("viewkeeper.toml", "name = \"path\"\npath = [\"extensions\"]\n")
}

/// Without the line the project is refused, and with it the query gives these rows, also where the view was there before.
fn is_asked_for(text: &str, rows: &[&str]) {
    let mut case = with_users();
    let files = project("path").file("views/v.sql", &format!("{text};\n"));
    let error = case.refused(&files);
    assert!(format!("{error:?}").contains(LINE), "{error:?}");
    assert!(format!("{error:?}").contains("nothing was changed"), "{error:?}");
    // Made as somebody means it who works in this database.
    case.damage(text);
    assert_eq!(case.column("select * from v"), rows, "{text}");
    let error = case.refused(&files);
    assert!(format!("{error:?}").contains(LINE), "{error:?}");
    case.run(&along(files.clone()));
    assert_eq!(case.column("select * from v"), rows, "{text}");
    case.damage("drop view v");
    case.run(&along(files.clone()));
    assert_eq!(case.column("select * from v"), rows, "{text}");
    laws::second_run_is_a_no_op(&case.database, &mut case.client, &along(files));
}

#[test]
fn another_equality_is_asked_for() {
    is_asked_for("create view v as select id from users where email = 'ann@example.org'", &["1"]);
}

#[test]
fn another_equality_is_asked_for_where_no_equals_sign_stands() {
    is_asked_for("create view v as select id from users where email in ('ann@example.org', 'x')", &["1"]);
    is_asked_for("create view v as select id from users where email like 'ann%'", &["1"]);
    is_asked_for(
        "create view v as select case email when 'ANN@example.org' then id end from users where id = 1",
        &["1"],
    );
}

#[test]
fn another_equality_is_asked_for_in_joins() {
    let other = "(values ('ANN@EXAMPLE.ORG'::extensions.citext)) as o(email)";
    is_asked_for(
        &format!("create view v as select u.id from users u join {other} on o.email = u.email"),
        &["1"],
    );
    is_asked_for(&format!("create view v as select id from users join {other} using (email)"), &["1"]);
    is_asked_for(&format!("create view v as select id from users natural join {other}"), &["1"]);
}

#[test]
fn another_function_is_asked_for() {
    is_asked_for(
        "create view v as select replace(email, 'ANN', 'Eve') from users where id = 1",
        &["Eve@Example.org"],
    );
    is_asked_for("create view v as select max(email) from users where email ~ '^ANN'", &["Ann@Example.org"]);
}

#[test]
fn a_sorting_operator_and_what_comes_through_a_domain_are_asked_for() {
    is_asked_for("create view v as select id from users order by email using operator(<)", &["1", "2"]);
    let mut case = with_users();
    case.damage(
        "create domain address as extensions.citext; alter table users alter column email type address",
    );
    let files = project("path")
        .file("views/v.sql", "create view v as select id from users where email = 'ann@example.org';\n");
    let error = case.refused(&files);
    assert!(format!("{error:?}").contains(LINE), "{error:?}");
    case.run(&along(files));
    assert_eq!(case.column("select * from v"), ["1"]);
}

#[test]
fn another_equality_is_asked_for_in_a_parsed_body_and_in_a_condition_of_a_trigger() {
    let body = "create function of(address text) returns int begin atomic \
                select id from users where email = address::extensions.citext; end;\n";
    let mut case = with_users();
    let files = project("path").file("functions/of.sql", body);
    let error = case.refused(&files);
    assert!(error.to_string().contains("function \"public.of(text)\""), "{error}");
    assert!(format!("{error:?}").contains(LINE), "{error:?}");
    case.run(&along(files));
    assert_eq!(case.column("select of('ANN@example.org')"), ["1"]);

    let mut case = with_users();
    let files = project("path")
        .file("functions/stop.sql", "create function stop() returns trigger language plpgsql as 'begin return null; end';\n")
        .file(
            "triggers/t.sql",
            "create trigger t before update on users for each row when (old.email = 'ANN@example.org') execute function stop();\n",
        );
    let error = case.refused(&files);
    assert!(format!("{error:?}").contains(LINE), "{error:?}");
    case.run(&along(files));
}

/// A view of a changed file, on one that stays.
#[test]
fn a_changed_text_is_asked_like_a_new_one() {
    let mut case = with_users();
    let files = |by: &str| {
        project("path")
            .file("views/a.sql", "create view a as select id, email from users;\n")
            .file("views/b.sql", &format!("create view b as select id from a where {by};\n"))
    };
    case.run(&files("id > 0"));
    let error = case.refused(&files("email = 'ann@example.org'"));
    assert!(error.to_string().contains("view \"public.b\""), "{error}");
    case.run(&along(files("email = 'ann@example.org'")));
    assert_eq!(case.column("select * from b"), ["1"]);
}

#[test]
fn a_plan_says_what_the_run_would_refuse() {
    let mut case = with_users();
    let files =
        project("path").file("views/v.sql", "create view v as select id from users where email = 'a';\n");
    let error = files.migrator().plan(&mut case.client).unwrap_err();
    assert!(format!("{error:?}").contains(LINE), "{error:?}");
}

/// `operator(pg_catalog.=)` says what is meant, and so does a cast.
#[test]
fn what_is_qualified_means_one_thing_everywhere() {
    let mut case = with_users();
    let files = project("path")
        .file(
            "views/a.sql",
            "create view a as select id from users where email operator(pg_catalog.=) 'Ann@Example.org';\n",
        )
        .file("views/b.sql", "create view b as select id from users where email::text = 'Ann@Example.org';\n")
        .file(
            "views/c.sql",
            "create view c as select id, email, code from users where code = 'a' and id in (1, 2);\n",
        );
    case.run(&files);
    assert_eq!(
        case.column("select id from a union all select id from b union all select id from c"),
        ["1", "1", "1"]
    );
    laws::second_run_is_a_no_op(&case.database, &mut case.client, &files);
}

/// Before 15 everybody may create in public, which is warned of where the server has a login role that is not trusted: another
/// test may have one at any moment.
fn close_public(case: &mut Case) {
    if major() == 14 {
        case.damage("revoke create on schema public from public");
    }
}

/// Extensions that nothing of the project's could mean.
#[test]
fn another_path_without_another_meaning_is_nobodys_business() {
    let mut case = with_extensions(&["citext", "pgcrypto", "uuid-ossp", "pg_trgm"]);
    close_public(&mut case);
    let files = project("path")
        .file("migrations/V1__t.sql", "create table t (id uuid default gen_random_uuid(), word text);\nupdate t set word = replace(word, 'a', 'b') where word like 'x%';\n")
        .file("views/v.sql", "create view v as select id, upper(word) as word, max(word) over () as last from t where word in ('a', 'b');\n");
    let report = case.run(&files);
    assert_eq!(report.outcome, Outcome::Applied);
    assert!(report.warnings.is_empty(), "{report}");
    case.damage("drop view v");
    case.run(&files);
    laws::second_run_is_a_no_op(&case.database, &mut case.client, &files);
}

/// intarray has an operator of its own for arrays of integers, which the server has one for, too.
#[test]
fn an_operator_over_built_in_types_is_asked_for() {
    let mut case = with_extensions(&["intarray"]);
    case.damage("create table t (tags int[])");
    let files =
        project("path").file("views/v.sql", "create view v as select * from t where tags @> '{1}';\n");
    let error = case.refused(&files);
    assert!(error.to_string().contains("extensions.@>"), "{error}");
    assert!(format!("{error:?}").contains(LINE), "{error:?}");
    case.run(&along(files));
}

#[test]
fn the_path_counts_that_the_caller_has_set() {
    let mut case = Case::new();
    case.damage("create schema extensions; create extension citext schema extensions");
    case.damage("create table users (id int primary key, email extensions.citext)");
    let files =
        project("path").file("views/v.sql", "create view v as select id from users where email = 'a';\n");
    case.damage("set search_path to public, extensions");
    let error = case.refused(&files);
    assert!(format!("{error:?}").contains(LINE), "{error:?}");
    assert_eq!(case.column("show search_path"), ["public, extensions"]);
    case.damage("reset search_path");
    case.run(&files);
}

// Migrations.

#[test]
fn a_migration_is_not_run_that_compares_what_it_would_not_find_equal() {
    let mut case = with_users();
    let files =
        project("path").file("migrations/V1__x.sql", "delete from users where email = 'ann@example.org';\n");
    let error = case.refused(&files);
    assert_eq!(error.kind(), ErrorKind::Migration);
    assert!(error.to_string().contains("V1__x") && format!("{error:?}").contains(LINE), "{error:?}");
    case.run(&along(files));
    assert_eq!(case.column("select id from users"), ["2"]);
}

/// The table is there only after the first migration.
#[test]
fn a_migration_is_taken_back_that_compared_what_one_before_it_made() {
    let mut case = with_extensions(&["citext"]);
    let files = project("path")
        .file(
            "migrations/V1__t.sql",
            "create table t (id int, email extensions.citext);\ninsert into t values (1, 'Ann');\n",
        )
        .file("migrations/V2__x.sql", "delete from t where email = 'ann';\n");
    let error = case.refused(&files);
    assert!(format!("{error:?}").contains(LINE), "{error:?}");
    case.run(&along(files));
    assert_eq!(case.column("select count(*) from t"), ["0"]);
}

#[test]
fn an_applied_chain_that_calls_an_extension_says_the_line_it_lacks() {
    let mut case = with_extensions(&["uuid-ossp", "citext"]);
    let files = project("path")
        .file("migrations/V1__t.sql", "create table t (\n    id uuid default uuid_generate_v4()\n);\n")
        .file("views/v.sql", "create view v as select id from t;\n");
    let error = case.refused(&files);
    assert!(error.to_string().contains("uuid_generate_v4"), "{error}");
    assert!(format!("{error:?}").contains(LINE), "{error:?}");
    case.run(&along(files.clone()));
    case.damage("insert into t default values");
    laws::second_run_is_a_no_op(&case.database, &mut case.client, &along(files));
    // A type, too.
    let files = project("other")
        .file("migrations/V1__u.sql", "create table u (email citext);\n")
        .file("viewkeeper.toml", "name = \"other\"\nhistory = \"history_of_other\"\n");
    let error = case.refused(&files);
    assert!(format!("{error:?}").contains(LINE), "{error:?}");
}

/// Where it is known, and not where it may be in several.
#[test]
fn what_lies_outside_of_the_path_is_named_with_its_schema() {
    let mut case = Case::new();
    case.damage(
        "create schema extensions; create extension \"uuid-ossp\" schema extensions; create extension pg_trgm schema extensions; \
         create schema \"Other\"; create table \"Other\".\"Accounts\" (id int); create table \"Other\".twice (id int); \
         create table extensions.twice (id int); create table viewkeeper_like (id int)",
    );
    for (file, text, write) in [
        ("views/v.sql", "create view v as select uuid_generate_v4() as id", "extensions.uuid_generate_v4"),
        (
            "functions/f.sql",
            "create function f() returns uuid language sql as 'select uuid_generate_v4()'",
            "extensions.uuid_generate_v4",
        ),
        (
            "functions/f.sql",
            "create function f() returns uuid begin atomic select uuid_generate_v4(); end",
            "extensions.uuid_generate_v4",
        ),
        ("views/v.sql", "create view v as select 'a'::text % 'b'::text as alike", "operator(extensions.%)"),
        ("views/v.sql", "create view v as select id from \"Accounts\"", "\"Other\".\"Accounts\""),
        (
            "functions/f.sql",
            "create function f() returns bigint language sql as 'select count(*) from \"Accounts\"'",
            "\"Other\".\"Accounts\"",
        ),
    ] {
        let error = case.refused(&project("path").file(file, &format!("{text};\n")));
        let report = format!("{error:?}");
        assert!(report.contains(&format!("or write {write} here")), "{text}: {report}");
    }
    for text in ["select id from twice", "select id from nowhere", "select id from release"] {
        let error =
            case.refused(&project("path").file("views/v.sql", &format!("create view v as {text};\n")));
        assert!(!format!("{error:?}").contains("not looked up"), "{text}: {error:?}");
    }
}

// public is a schema like any other.

#[test]
fn public_is_searched_only_where_the_path_names_it() {
    let files = |path: &str| {
        project("app")
            .file("viewkeeper.toml", &format!("name = \"app\"\nschema = \"app\"\n{path}"))
            .file("views/v.sql", "create view v as select id, crypt_of(id) as c from shared;\n")
    };
    let mut case = Case::new();
    case.damage("create table public.shared (id int); insert into shared values (7)");
    case.damage("create function public.crypt_of(int) returns int language sql immutable as 'select $1 + 1'");
    let error = case.refused(&files(""));
    let report = format!("{error:?}");
    assert!(report.contains("write path = [\"public\"] into sql/viewkeeper.toml"), "{report}");
    case.run(&files("path = [\"public\"]\n"));
    assert_eq!(case.column("select c from app.v"), ["8"]);
    laws::second_run_is_a_no_op(&case.database, &mut case.client, &files("path = [\"public\"]\n"));
}

/// What is found first is meant, as the server does it.
#[test]
fn the_schemas_of_the_path_are_searched_in_their_order() {
    let files = |path: &str| {
        project("app")
            .file("viewkeeper.toml", &format!("name = \"app\"\nschema = \"app\"\npath = {path}\n"))
            .file("views/v.sql", "create view v as select word from one;\n")
    };
    let mut case = Case::new();
    case.damage("create schema a; create schema b; create schema app");
    case.damage("create table a.one as select 'a' as word; create table b.one as select 'b' as word");
    case.run(&files("[\"a\", \"b\"]"));
    assert_eq!(case.column("select word from app.v"), ["a"]);
    case.run(&files("[\"b\", \"a\"]"));
    assert_eq!(case.column("select word from app.v"), ["b"], "the path is a part of the definition");
    case.damage("create table app.one as select 'app' as word");
    let changed =
        files("[\"b\", \"a\"]").file("views/v.sql", "create view v as select word from one where true;\n");
    case.run(&changed);
    assert_eq!(case.column("select word from app.v"), ["app"]);
    // The option is about the schema alone.
    changed.migrator().schema("a").run(&mut case.client).unwrap();
    assert_eq!(case.column("select word from a.v"), ["a"]);
}

#[test]
fn a_schema_of_the_path_that_is_not_there_is_named() {
    let files = |path: &str| {
        project("path")
            .file("viewkeeper.toml", &format!("name = \"path\"\npath = {path}\n"))
            .file("views/v.sql", "create view v as select 1 as one;\n")
    };
    let mut case = Case::new();
    let error = case.refused(&files("[\"extensions\", \"more\"]"));
    assert_eq!(
        error.to_string(),
        "the project's path cannot be followed: schemas extensions, more are not there"
    );
    assert!(format!("{error:?}").contains("create schema extensions"), "{error:?}");
    let error = files("[\"extensions\"]").migrator().plan(&mut case.client).unwrap_err();
    assert!(error.to_string().contains("schema extensions is not there"), "{error}");
    let makes = files("[\"extensions\"]").file(
        "migrations/V1__e.sql",
        "create schema extensions;\ncreate extension citext schema extensions;\ncreate table t (c citext);\n",
    );
    case.run(&makes);
    case.obeys_the_laws(&makes);
}

#[test]
fn a_schema_of_the_path_that_may_not_be_used_is_named() {
    let files = project("path")
        .file("viewkeeper.toml", "name = \"path\"\npath = [\"hidden\"]\n")
        .file("views/v.sql", "create view v as select 1 as one;\n");
    let mut case = Case::new();
    case.damage("create schema hidden");
    let database = case.column("select quote_ident(current_database())").remove(0);
    let create = format!("create on database {database}");
    let role = case.role("svc", &["create on schema public", &create]);
    case.damage(&format!("set role {role}"));
    let error = case.refused(&files);
    assert_eq!(error.kind(), ErrorKind::Rights);
    assert_eq!(
        error.to_string(),
        format!("the project's path cannot be followed: role {role} lacks USAGE on schema hidden")
    );
    case.damage(&format!("reset role; grant usage on schema hidden to {role}; set role {role}"));
    case.run(&files);
}

// Where others may create.

#[test]
fn one_warning_says_where_others_may_create() {
    let mut case = Case::new();
    close_public(&mut case);
    let neighbour = Neighbour::beside(&mut case, &["create on schema public"]);
    let files = project("path").file("views/v.sql", "create view v as select 1 as one;\n");
    let report = case.run(&files);
    let told: Vec<_> = report.warnings.iter().filter(|warning| warning.contains("not trusted")).collect();
    assert_eq!(told.len(), 1, "{report}");
    let revoke = format!("{};", neighbour.role);
    assert!(
        told[0].contains("revoke create on schema public from ") && told[0].ends_with(&revoke),
        "{report}"
    );
    // A run that does nothing says nothing, and neither does one in a schema that is closed.
    assert!(case.run(&files).warnings.is_empty());
    case.damage(&format!("revoke create on schema public from {}", neighbour.role));
    case.damage("drop view v");
    assert_eq!(case.run(&files).warnings, Vec::<String>::new());
}

// What a neighbour puts in the way of a name.

/// A neighbour of a project in public, who made functions, operators and types there with the names that a project may use.
fn squatted(name: &str) -> (Case, Neighbour) {
    let mut case = Case::new();
    case.damage("create table names (id int, name varchar(20), pos point); insert into names values (1, 'a', '(1,1)')");
    let neighbour = Neighbour::beside(&mut case, &["create on schema public"]);
    let harm = neighbour.harm();
    let body =
        |result: &str| format!("language plpgsql immutable as $$ begin {harm} return {result}; end $$");
    let made = match name {
        "upper" => format!("create function public.upper(varchar) returns text {}", body("'evil'")),
        "operator" => format!(
            "create function public.same(varchar, varchar) returns boolean {}; \
             create operator public.= (leftarg = varchar, rightarg = varchar, function = public.same)",
            body("true")
        ),
        "domain" => format!(
            "create function public.fine(text) returns boolean {}; \
             create domain public.label as text check (public.fine(value))",
            body("true")
        ),
        "view" => format!(
            "create function public.told() returns int {}; create view public.told as select public.told() as id",
            body("1")
        ),
        "trigger" => format!("create function public.touch() returns trigger {}", body("new")),
        _ => unreachable!("{name}"),
    };
    neighbour.does(&mut case, &made);
    (case, neighbour)
}

/// The project's text is refused by what it would use, and nothing of it has run; qualified, it is as it says.
fn is_refused_by_name(name: &str, file: &str, text: &str, uses: &str) {
    let (mut case, neighbour) = squatted(name);
    let files = project("path").file(file, &format!("{text};\n"));
    let error = case.refused(&files);
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
    let said = format!("would use {uses} of role {}, which is not trusted", neighbour.role);
    assert!(error.to_string().contains(&said), "{error}");
    assert!(error.location().is_some_and(|location| location.file.ends_with(file)), "{error:?}");
    neighbour.came_to_nothing(&mut case);
}

#[test]
fn a_neighbours_function_is_not_what_upper_means() {
    let uses = "function public.upper(character varying)";
    let named = |text: &str, file: &str| is_refused_by_name("upper", file, text, uses);
    named("create view v as select upper(name) as name from names", "views/v.sql");
    named("create materialized view v as select upper(name) as name from names", "views/v.sql");
    named(
        "create function f() returns text begin atomic select upper(name) from names; end",
        "functions/f.sql",
    );
    named(
        "create function f(a text default upper('a'::varchar)) returns text language sql as 'select a'",
        "functions/f.sql",
    );
}

#[test]
fn a_neighbours_operator_type_and_view_are_not_what_names_mean() {
    is_refused_by_name(
        "operator",
        "views/v.sql",
        "create materialized view v as select id from names where name = 'b'::varchar",
        "operator public.=(character varying,character varying)",
    );
    is_refused_by_name(
        "domain",
        "views/v.sql",
        "create materialized view v as select id::text::label as id from names",
        "type public.label",
    );
    is_refused_by_name(
        "view",
        "views/v.sql",
        "create materialized view v as select id from told",
        "view public.told",
    );
}

#[test]
fn a_neighbours_function_is_not_what_a_trigger_or_an_index_calls() {
    is_refused_by_name(
        "trigger",
        "triggers/t.sql",
        "create trigger t before update on names for each row execute function touch()",
        "function public.touch()",
    );
    let uses = "function public.upper(character varying)";
    let index =
        "create materialized view m as select name from names;\ncreate index m_upper on m (upper(name))";
    is_refused_by_name("upper", "views/m.sql", index, uses);
    // On rows that are there already.
    let (mut case, neighbour) = squatted("upper");
    let plain =
        project("path").file("views/m.sql", "create materialized view m as select name from names;\n");
    case.run(&plain);
    let error = case.refused(&plain.file("views/m.sql", &format!("{index};\n")));
    assert!(error.to_string().contains(uses), "{error}");
    neighbour.came_to_nothing(&mut case);
}

/// A view through which it is read, and a routine that comes before the migrations.
#[test]
fn a_neighbours_function_is_not_called_from_below() {
    let (mut case, neighbour) = squatted("upper");
    let files = project("path")
        .file("views/a.sql", "create view a as select upper(name) as name from names;\n")
        .file("views/m.sql", "create materialized view m as select * from a;\n");
    let error = case.refused(&files);
    assert!(error.to_string().contains("view \"public.a\""), "{error}");
    neighbour.came_to_nothing(&mut case);
    let files = project("path")
        .file(
            "functions/f.sql",
            "-- viewkeeper: before-migrations\ncreate function f(n varchar) returns text immutable begin atomic select upper(n); end;\n",
        )
        .file("migrations/V1__c.sql", "alter table names add check (f(name) is not null);\n");
    let error = case.refused(&files);
    assert!(error.to_string().contains("function \"public.f(character varying)\""), "{error}");
    neighbour.came_to_nothing(&mut case);
}

/// What was there before is not taken over, and a materialized view that is rebuilt is not filled.
#[test]
fn what_uses_a_neighbours_function_is_neither_adopted_nor_rebuilt() {
    let (mut case, neighbour) = squatted("upper");
    case.damage("create view v as select upper(name) as name from names");
    let files =
        project("path").file("views/v.sql", "create view v as select upper(name) as name from names;\n");
    let error = case.refused(&files);
    assert!(error.to_string().contains("view \"public.v\""), "{error}");
    case.damage("drop view v");
    let m =
        |text: &str| project("path").file("views/m.sql", &format!("create materialized view m as {text};\n"));
    case.run(&m("select id, pg_catalog.upper(name) as name from names"));
    let error = case.refused(&m("select upper(name) as name from names"));
    assert!(error.to_string().contains("materialized view \"public.m\""), "{error}");
    neighbour.came_to_nothing(&mut case);
}

/// The file says which one is meant, or the function is one of a trusted role.
#[test]
fn what_the_file_qualifies_was_chosen() {
    let (mut case, neighbour) = squatted("upper");
    neighbour.does(
        &mut case,
        "create function public.same(point, point) returns boolean language sql immutable as 'select true'; \
         create operator public.=== (leftarg = point, rightarg = point, function = public.same)",
    );
    let files = project("path")
        .file("views/a.sql", "create view a as select public.upper(name) as name from names;\n")
        .file("views/b.sql", "create view b as select id from names where pos operator(public.===) pos;\n")
        .file("views/c.sql", "create view c as select pg_catalog.upper(name) as name from names;\n");
    case.run(&files);
    laws::second_run_is_a_no_op(&case.database, &mut case.client, &files);
    let own = files.file("views/d.sql", "create view d as select upper(name) as name from names;\n");
    case.refused(&own);
    case.damage("alter function public.upper(varchar) owner to current_user");
    case.run(&own);
    laws::second_run_is_a_no_op(&case.database, &mut case.client, &own);
}

/// A project elsewhere does not look into public, so what a neighbour has there is none of its names.
#[test]
fn a_neighbour_in_public_is_nothing_to_a_project_elsewhere() {
    let (mut case, neighbour) = squatted("upper");
    let files = project("path")
        .file("viewkeeper.toml", "name = \"path\"\nschema = \"app\"\n")
        .file("migrations/V1__t.sql", "create table t (name varchar);\ninsert into t values ('a');\n")
        .file("views/v.sql", "create view v as select upper(name) as name from t;\n")
        .file("views/m.sql", "create materialized view m as select upper(name) as name from t;\n");
    let report = case.run(&files);
    assert!(report.warnings.is_empty(), "{report}");
    assert_eq!(case.column("select name from app.v union all select name from app.m"), ["A", "A"]);
    laws::second_run_is_a_no_op(&case.database, &mut case.client, &files);
    neighbour.came_to_nothing(&mut case);
}

#[test]
fn a_rehearsal_refuses_what_the_run_would() {
    let (mut case, neighbour) = squatted("upper");
    let files =
        project("path").file("views/v.sql", "create view v as select upper(name) as name from names;\n");
    let error = files.migrator().rehearse(&mut case.client).unwrap_err();
    assert!(error.to_string().contains("would use function public.upper(character varying)"), "{error}");
    neighbour.came_to_nothing(&mut case);
}

/// The owner that a file states is one that the project trusts.
#[test]
fn a_function_that_its_file_gives_away_is_the_projects() {
    let mut case = Case::new();
    let role = case.role("clerk", &["create on schema public"]);
    let files = project("path")
        .file("functions/f.sql", &format!("create function f(int) returns int language sql immutable as 'select $1';\nalter function f(int) owner to {role};\n"))
        .file("views/v.sql", "create view v as select f(1) as one;\n");
    case.run(&files);
    let files = files.file("views/v.sql", "create view v as select f(2) as one;\n");
    case.run(&files);
    laws::second_run_is_a_no_op(&case.database, &mut case.client, &files);
}

#[test]
fn a_neighbours_operator_is_not_what_an_index_means() {
    let (mut case, neighbour) = squatted("operator");
    let view = "create materialized view m as select name from names;\n";
    case.run(&project("path").file("views/m.sql", view));
    let index = "create index m_same on m ((name = 'b'::varchar));\n";
    let error = case.refused(&project("path").file("views/m.sql", &format!("{view}{index}")));
    assert!(error.to_string().contains("operator public.=(character varying,character varying)"), "{error}");
    neighbour.came_to_nothing(&mut case);
}

/// A check is a query that runs with our rights.
#[test]
fn a_check_does_not_call_what_a_neighbour_made() {
    let (mut case, neighbour) = squatted("upper");
    let files = project("path")
        .file("views/v.sql", "create view v as select 1 as one;\n")
        .file("checks/a.sql", "select id from names where upper(name) is null;\n")
        .file("checks/b.sql", "select id from names where pg_catalog.upper(name) is null;\n");
    case.run(&files);
    let check = files.migrator().check(&mut case.client).unwrap();
    let errors: Vec<_> = check.assertions.iter().filter_map(|assertion| assertion.error.clone()).collect();
    assert_eq!(errors.len(), 1, "{check}");
    assert!(
        errors[0].contains("\"sql/checks/a.sql\" would use function public.upper(character varying)"),
        "{check}"
    );
    neighbour.came_to_nothing(&mut case);
}
