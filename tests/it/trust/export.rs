//! An export takes nobody else's objects into the project.

use viewkeeper::export::{Export, Selection};

use super::Neighbour;
use crate::support::cli::Cli;
use crate::support::folder::Folder;
use crate::support::{Case, Files, project};

fn files() -> Files {
    project("app")
        .file("viewkeeper.toml", "name = \"app\"\nschema = \"app\"\n")
        .file("migrations/V1__genes.sql", "create table genes (id int primary key, symbol text);\n")
}

/// The project's tables, views that somebody trusted made by hand, and a neighbour who may create beside them.
fn beside() -> (Case, Neighbour) {
    let mut case = Case::applied(&files());
    let neighbour = Neighbour::beside(
        &mut case,
        &["create, usage on schema app", "select, trigger, references on app.genes"],
    );
    case.damage(
        "create view app.ours as select id, symbol from app.genes;
         create function app.score(a int) returns int language sql as 'select a';",
    );
    (case, neighbour)
}

/// One of each kind, in the project's schema.
const THEIRS: &str = "
    create view app.v as select 1 as id;
    create materialized view app.m as select 1 as id;
    create function app.f(int) returns int language sql security definer as 'select 1';
    create function app.score(text) returns int language sql as 'select 1';
    create procedure app.p() language sql as 'select 1';
    create aggregate app.agg(int) (sfunc = int4pl, stype = int, initcond = '0');
    create aggregate app.every(*) (sfunc = int8inc, stype = int8, initcond = '0');
    create function app.t() returns trigger language plpgsql as $$ begin return new; end $$;
    create trigger on_ours before insert on app.genes for each row execute function app.t();
    create table app.theirs (id int);
    create trigger on_theirs before insert on app.theirs for each row execute function app.t();
    create trigger on_view instead of insert on app.v for each row execute function app.t();
    create domain app.d as int check (value > 0);
    create operator app.=~ (leftarg = int, rightarg = int, function = app.eq);";

const EQ: &str = "create function app.eq(int, int) returns bool language sql as 'select true';";

fn told(export: &Export) -> String {
    export.left_out.iter().map(|left| format!("{left}\n")).collect()
}

fn names(export: &Export) -> Vec<String> {
    export.objects.iter().map(|object| object.object.to_string()).collect()
}

fn export(case: &mut Case, selection: &Selection) -> Export {
    files().migrator().export(&mut case.client, selection).unwrap_or_else(|error| panic!("{error:?}"))
}

/// The project with the exported files.
fn with(export: &Export) -> Files {
    export.objects.iter().fold(files(), |files, object| files.file(&object.file, &object.text))
}

#[test]
fn what_a_neighbour_owns_is_left_out_and_named() {
    let (mut case, neighbour) = beside();
    let role = neighbour.role.clone();
    neighbour.does(&mut case, EQ);
    neighbour.does(&mut case, THEIRS);
    let export = export(&mut case, &Selection::default());
    assert_eq!(names(&export), ["app.ours", "app.score(integer)"]);
    let told = told(&export);
    assert!(told.starts_with(&format!("12 objects of role {role}: its owner is not trusted")), "{told}");
    for statement in [
        "alter view app.v owner to current_role;",
        "alter materialized view app.m owner to current_role;",
        "alter function app.f(integer) owner to current_role;",
        "alter function app.score(text) owner to current_role;",
        "alter procedure app.p() owner to current_role;",
        "alter aggregate app.agg(integer) owner to current_role;",
        "alter aggregate app.every(*) owner to current_role;",
        "alter function app.t() owner to current_role; -- which trigger on_ours on app.genes runs",
        "alter table app.theirs owner to current_role; -- whose trigger is on_theirs on app.theirs",
        "alter table app.v owner to current_role; -- whose trigger is on_view on app.v",
    ] {
        assert!(
            told.lines().any(|line| line.trim() == format!("| {statement}")),
            "{statement} is not in {told}"
        );
    }
    // In another database nothing of it is made, by files or by script.
    let files = with(&export);
    let other = Case::applied(&files);
    other.obeys_the_laws(&files);
    let mut third = Case::applied(&self::files());
    third.damage(&export.script());
    assert_eq!(third.column("select count(*) from pg_proc where pronamespace = 'app'::regnamespace"), ["1"]);
    // The way out is one.
    let statements: Vec<&str> = told.lines().filter_map(|line| line.trim().strip_prefix("| ")).collect();
    case.damage(&statements.join("\n"));
    let export = self::export(&mut case, &Selection::default());
    assert_eq!(names(&export).len(), 14, "{}", self::told(&export));
    let strange = format!("operator app.=~ of role {role}");
    assert!(!self::told(&export).contains(&strange));
    neighbour.came_to_nothing(&mut case);
}

#[test]
fn what_stands_on_a_neighbours_object_is_named() {
    let (mut case, neighbour) = beside();
    let role = neighbour.role.clone();
    neighbour.does(&mut case, EQ);
    neighbour.does(&mut case, THEIRS);
    case.damage(
        "create view app.a_view as select id from app.v;
         create view app.b_call as select app.f(1) as id;
         create view app.c_type as select 1::app.d as id;
         create view app.d_array as select array[1]::app.d[] as id;
         create view app.e_operator as select 1 operator(app.=~) 2 as x;
         create function app.g_row(app.v) returns int language sql as 'select 1';
         create materialized view app.h_index as select 1 as id;
         create index on app.h_index (id) where id operator(app.=~) 1;
         create view app.i_default as select id from app.genes;
         alter view app.i_default alter column id set default app.f(1);
         create view app.j_next as select id from app.a_view;
         create view app.k_last as select id from app.j_next;
         create view app.l_table as select id from app.theirs;",
    );
    let export = export(&mut case, &Selection::default());
    let told = told(&export);
    for (object, words) in [
        ("view app.a_view", format!("it uses view app.v of role {role}")),
        ("view app.b_call", format!("it uses function app.f(integer) of role {role}")),
        ("view app.c_type", format!("it uses type app.d of role {role}")),
        ("view app.d_array", format!("it uses type app.d of role {role}")),
        ("view app.e_operator", "it uses operator app.=~(".to_owned()),
        ("function app.g_row(v)", format!("it uses view app.v of role {role}")),
        ("materialized view app.h_index", "it uses operator app.=~(".to_owned()),
        ("view app.i_default", format!("it uses function app.f(integer) of role {role}")),
        ("view app.j_next", "it stands on view app.a_view, which uses".to_owned()),
        ("view app.k_last", "it stands on view app.a_view, which uses".to_owned()),
    ] {
        let line = told.lines().find(|line| line.starts_with(&format!("{object}: ")));
        assert!(line.is_some_and(|line| line.contains(&words)), "{object}: {told}");
    }
    // Rows are no code.
    assert!(!told.contains("view app.l_table"), "{told}");
    assert!(names(&export).contains(&"app.l_table".to_owned()));
    neighbour.came_to_nothing(&mut case);
}

#[test]
fn what_is_named_or_of_a_named_owner_is_exported() {
    let (mut case, neighbour) = beside();
    let role = neighbour.role.clone();
    neighbour.does(&mut case, EQ);
    neighbour.does(&mut case, THEIRS);
    let by_name = export(&mut case, &Selection::default().names(["v", "f", "app.m", "on_view on v"]));
    assert_eq!(names(&by_name), ["app.f(integer)", "app.m", "app.v", "on_view on app.v"]);
    let text =
        |name: &str| by_name.objects.iter().find(|object| object.object.name == name).unwrap().text.clone();
    assert!(text("v").contains(&format!("ALTER VIEW v OWNER TO {role};")), "{}", text("v"));
    assert!(
        told(&by_name)
            .contains(&format!("trigger on_view on app.v: it uses function app.t() of role {role}")),
        "{}",
        told(&by_name)
    );
    // A name that means one of ours does not mean the neighbour's namesake.
    let score = export(&mut case, &Selection::default().names(["score"]));
    assert_eq!(names(&score), ["app.score(integer)"]);
    assert!(told(&score).contains("alter function app.score(text) owner"), "{}", told(&score));
    let score = export(&mut case, &Selection::default().names(["score(text)"]));
    assert_eq!(names(&score), ["app.score(text)"]);
    let all = export(&mut case, &Selection::default().owners([&role]));
    assert_eq!(told(&all), "");
    assert_eq!(names(&all).len(), 14);
    let folder = Folder::new(&files());
    let cli = Cli::new(&folder, &case.database);
    let said = cli.run(&["export", "--owner", &role], 0);
    assert!(!said.contains("left out") && said.contains("views/v.sql"), "{said}");
    neighbour.came_to_nothing(&mut case);
}

/// Several applications in one schema, as before PostgreSQL 15 in public: what the exporting role owns is exported, and what
/// another superuser made or the owner of the database.
#[test]
fn applications_of_one_owner_share_a_schema() {
    let mut case = Case::new();
    let app = case.role("app", &["all on schema public"]);
    case.damage(&format!("set role {app}"));
    case.damage(
        "create table genes (id int primary key);
         create view one as select id from genes;
         create function two() returns trigger language plpgsql as $$ begin return new; end $$;
         create trigger three before insert on genes for each row execute function two();
         create domain four as int;
         create view five as select 1::four as x;",
    );
    let files = project("app").file("viewkeeper.toml", "name = \"app\"\n");
    let export = files.migrator().export(&mut case.client, &Selection::default()).unwrap();
    assert_eq!(told(&export), "");
    assert_eq!(export.objects.len(), 4);
    // Who may only read takes the word of the schema's owner.
    case.damage("reset role");
    case.damage(&format!("create schema own authorization {app}"));
    case.damage(&format!("set role {app}; create view own.v as select 1 as id; reset role"));
    let reader = case.role("reader", &["usage on schema own"]);
    case.damage(&format!("set role {reader}"));
    let own = project("app").file("viewkeeper.toml", "name = \"app\"\nschema = \"own\"\n");
    let export = own.migrator().export(&mut case.client, &Selection::default()).unwrap();
    assert_eq!(names(&export), ["own.v"], "{}", told(&export));
    // Another one does not, and is told.
    case.damage("reset role");
    let export = own.migrator().export(&mut case.client, &Selection::default()).unwrap();
    assert!(names(&export).is_empty());
    assert!(told(&export).contains(&format!("(--owner {app})")), "{}", told(&export));
    // The owner of the database is trusted.
    let database = case.column("select quote_ident(current_database())").remove(0);
    case.damage(&format!("alter database {database} owner to {app}"));
    let export = own.migrator().export(&mut case.client, &Selection::default()).unwrap();
    assert_eq!(names(&export), ["own.v"], "{}", told(&export));
    case.damage(&format!("alter database {database} owner to current_user; drop owned by {reader}; drop role {reader}; drop owned by {app} cascade; drop role {app}"));
}

#[test]
fn an_owner_that_the_file_states_is_the_projects_word() {
    let (mut case, neighbour) = beside();
    let role = neighbour.role.clone();
    let stated = files()
        .file("views/v.sql", &format!("create view v as select 1 as id;\nalter view v owner to {role};\n"));
    case.run(&stated);
    let export = stated.migrator().export(&mut case.client, &Selection::default()).unwrap();
    assert!(names(&export).contains(&"app.v".to_owned()), "{}", told(&export));
    case.damage("create or replace view app.v as select 1 as id, 2 as more");
    let export = stated.migrator().export(&mut case.client, &Selection::default()).unwrap();
    assert!(names(&export).contains(&"app.v".to_owned()), "{}", told(&export));
    // What a hand gave away, and was changed since, is not written over its file.
    let given = files().file("views/v.sql", "create view v as select 1 as id;\n");
    let mut case = Case::applied(&given);
    case.damage(&format!("grant create, usage on schema app to {role}; alter view app.v owner to {role}"));
    let export = given.migrator().export(&mut case.client, &Selection::default()).unwrap();
    assert_eq!(names(&export), ["app.v"]);
    assert!(export.objects[0].in_project);
    case.damage(&format!(
        "set role {role}; create or replace view app.v as select 1 as id, 2 as more; reset role"
    ));
    let export = given.migrator().export(&mut case.client, &Selection::default()).unwrap();
    assert!(names(&export).is_empty());
    assert!(told(&export).contains("alter view app.v owner to current_role;"), "{}", told(&export));
}

/// Names that are paths, options, devices, or differ by their capitals alone.
#[test]
fn the_files_of_any_names_are_built_and_run() {
    let names: Vec<String> = [
        "../x",
        "..",
        ".",
        ".hidden",
        "CON",
        "con",
        "Lpt1",
        "a/b",
        "a\\b",
        "a\nb",
        "-rf",
        "--",
        "A",
        "a",
        "É",
        "é",
        "e\u{301}",
        "",
        "*",
        "a b ",
        "trailing.",
        "migrations",
        "checks",
        "~",
        "$HOME",
        "%2e%2e",
        "\u{3164}",
        "\u{1f469}",
    ]
    .iter()
    .filter(|name| !name.is_empty())
    .map(|name| (*name).to_owned())
    .chain(["n".repeat(63), "é".repeat(31)])
    .collect();
    let mut case = Case::applied(&files());
    for name in &names {
        let quoted = format!("\"{}\"", name.replace('"', "\"\""));
        case.damage(&format!(
            "create view app.{quoted} as select 1 as {quoted};
             create function app.{quoted}() returns int language sql as 'select 1';
             create schema {quoted}; create view {quoted}.{quoted} as select 1 as id;"
        ));
    }
    let folder = Folder::new(&files());
    let cli = Cli::new(&folder, &case.database);
    let said = cli.run(&["export", "--all-schemas"], 0);
    assert!(!said.contains("left out"), "{said}");
    assert!(cli.run(&["build"], 0).contains(&format!("{} objects", 3 * names.len())));
    let sql = folder.path().join("sql");
    let built = crate::support::folder("app", &sql);
    let mut paths: Vec<String> = built.files().iter().map(|(path, _)| path.to_lowercase()).collect();
    let all = paths.len();
    paths.sort();
    paths.dedup();
    assert_eq!(paths.len(), all, "a file system that knows no capitals has them all");
    let parts = paths.iter().flat_map(|path| path.trim_end_matches(".sql").split('/'));
    for part in parts {
        assert!(!part.starts_with(['.', ' ']) && !part.ends_with(['.', ' ']) && part.len() < 200, "{part}");
    }
    let report = case.run(&built);
    assert!(report.objects.iter().all(|object| object.verb == viewkeeper::report::Verb::Record), "{report}");
    // The schemas of others are made by whoever makes the tables.
    let schemas: String =
        names.iter().map(|name| format!("create schema if not exists \"{name}\";\n")).collect();
    let built = built.file("migrations/V2__schemas.sql", &schemas);
    let other = Case::applied(&built);
    other.obeys_the_laws(&built);
}
