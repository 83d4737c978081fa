//! Live objects of a neighbour under the project's names.

use viewkeeper::ErrorKind;
use viewkeeper::report::Verb;

use super::Neighbour;
use crate::support::case::{expect, only};
use crate::support::{Case, Files, project};

fn files() -> Files {
    project("adoption")
        .file("viewkeeper.toml", "schema = \"app\"\n")
        .file("functions/f.sql", "create function f(a int) returns int language sql as 'select a';\n")
        .file("views/v.sql", "create view v as select 1 as id;\n")
        .file("views/m.sql", "create materialized view m as select f(1) as id;\n")
}

/// A neighbour who may create things in the project's schema.
fn beside(case: &mut Case) -> Neighbour {
    let neighbour = Neighbour::beside(case, &[]);
    case.by_hand(&format!("grant create, usage on schema app to {}", neighbour.role));
    neighbour
}

/// Before the first run the neighbour makes something in the project's schema, and it is refused with these words.
fn refused(makes: &str, words: &[&str]) {
    let mut case = Case::new();
    case.damage("create schema app");
    let neighbour = Neighbour::beside(&mut case, &["create, usage on schema app"]);
    case.damage(&format!("set role {}; {makes}; reset role", neighbour.role));
    let error = case.refused(&files());
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
    let text = format!("{error:?}");
    for words in words.iter().chain(&[neighbour.role.as_str(), "owner to", "drop "]) {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    for other in [
        files().migrator().plan(&mut case.client).map(drop),
        files().migrator().check(&mut case.client).map(drop),
    ] {
        assert_eq!(other.unwrap_err().to_string(), error.to_string());
    }
    neighbour.came_to_nothing(&mut case);
    case.damage(&format!("drop owned by {}", neighbour.role));
    case.run(&files());
    case.obeys_the_laws(&files());
}

#[test]
fn what_a_neighbour_made_is_not_adopted() {
    refused(
        "create function app.f(a int) returns int language sql security definer as 'select a'",
        &["function \"app.f(integer)\" is not of this project's making and belongs to"],
    );
    refused("create view app.v as select 1 as id", &["view \"app.v\" is not of this project's making"]);
    refused(
        "create materialized view app.m as select 1 as id",
        &["materialized view \"app.m\" is not of this project's making"],
    );
    refused("create view app.m as select 1 as id", &["view \"app.m\" is not of this project's making"]);
}

/// To be a member is nobody's own choice: what counts is who granted it.
#[test]
fn a_role_that_made_us_its_member_is_not_trusted_for_that() {
    let mut case = Case::new();
    let database = case.column("select current_database()").remove(0);
    let neighbour = Neighbour::beside(&mut case, &[]);
    let svc = case.role("svc", &[&format!("create, temporary on database \"{database}\"")]);
    case.damage(&format!("create schema app authorization {svc}"));
    let group = case.role("group", &["create, usage on schema app"]);
    case.damage(&format!(
        "grant {group} to {0} with admin option; set role {0}; grant {group} to {svc}; reset role; \
         set role {group}; create view app.v as select 1 as id; set role {svc}",
        neighbour.role
    ));
    let error = case.refused(&files());
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
    assert!(error.to_string().contains(&format!("belongs to {group}")), "{error:?}");
    // Granted by a superuser, it is.
    case.damage(&format!(
        "reset role; set role {0}; revoke {group} from {svc}; reset role; grant {group} to {svc}; set role {svc}",
        neighbour.role
    ));
    files().migrator().check(&mut case.client).unwrap();
    case.damage(&format!(
        "reset role; drop owned by {group}; drop schema app; drop owned by {svc}; drop role {group}, {svc}"
    ));
    neighbour.came_to_nothing(&mut case);
    case.run(&files());
    case.obeys_the_laws(&files());
}

#[test]
fn what_a_neighbour_made_anew_is_not_adopted() {
    let mut case = Case::applied(&files());
    let neighbour = beside(&mut case);
    case.damage(&format!(
        "drop view app.v; set role {}; create view app.v as select 1 as id; reset role",
        neighbour.role
    ));
    let error = case.refused(&files());
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
    // Its new owner answers for it.
    case.damage("alter view app.v owner to current_user");
    case.run(&files());
    neighbour.came_to_nothing(&mut case);
    case.obeys_the_laws(&files());
}

#[test]
fn what_was_given_to_somebody_stays_the_projects() {
    let mut case = Case::applied(&files());
    let neighbour = beside(&mut case);
    let clerk = &neighbour.role;
    case.damage(&format!("alter view app.v owner to {clerk}; alter function app.f(int) owner to {clerk}"));
    let wider = files().file("views/v.sql", "create view v as select 1 as id, 2 as other;\n");
    expect(&case.run(&wider), &[(Verb::Record, "f", ""), (Verb::Replace, "v", "gains other")]);
    // As a restore does.
    case.damage(&format!(
        "drop view app.v; set role {clerk}; create view app.v as select 1 as id, 2 as other; reset role"
    ));
    case.run(&wider);
    let owner = "select relowner::regrole from pg_class where relname = 'v'";
    assert_eq!(case.column(owner), std::slice::from_ref(clerk));
    case.damage("alter view app.v owner to current_user; alter function app.f(int) owner to current_user");
    case.run(&wider);
    case.obeys_the_laws(&wider);
}

#[test]
fn what_the_file_gives_to_its_owner_is_adopted() {
    let mut case = Case::new();
    case.damage("create schema app");
    let neighbour = Neighbour::beside(&mut case, &["create, usage on schema app"]);
    let clerk = &neighbour.role;
    case.damage(&format!("set role {clerk}; create view app.v as select 1 as id; reset role"));
    let given = |clerk: &str| {
        files().file(
            "views/v.sql",
            &format!("create view v as select 1 as id;\nalter view v owner to {clerk};\n"),
        )
    };
    let report = case.run(&given(clerk));
    assert_eq!(only(&report, "v").0, Verb::Record, "{report}");
}

#[test]
fn a_schema_of_a_neighbours_is_refused() {
    let tables = files().file("migrations/V1__t.sql", "create table app.t (id int);\n");
    let mut case = Case::new();
    let neighbour = Neighbour::beside(&mut case, &[]);
    case.damage(&format!("create schema app authorization {}", neighbour.role));
    for project in [files(), tables.clone()] {
        let error = case.refused(&project);
        assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
        let words =
            format!("the project's schema \"app\" belongs to {}, a role that is not trusted", neighbour.role);
        assert_eq!(error.to_string(), words);
        let plan = project.migrator().plan(&mut case.client).unwrap_err();
        assert_eq!(plan.to_string(), words);
    }
    case.damage("alter schema app owner to current_user");
    case.run(&tables);
    case.obeys_the_laws(&tables);
}

/// Who only reads need not know the roles that the deploying one trusts.
#[test]
fn a_reader_is_not_asked_whom_he_trusts() {
    let mut case = Case::new();
    let deployer = case.role("deployer", &[]);
    let reader = case.role("reader", &[]);
    case.damage(&format!("create schema app authorization {deployer}; set role {deployer}; create view app.v as select 1 as id; reset role; grant usage on schema app to {reader}; set role {reader}"));
    let check = files().migrator().check(&mut case.client).unwrap();
    assert!(check.in_sync.iter().any(|object| object.object.name == "v"), "{check}");
}

/// A migration calls the project's functions before the objects are looked at.
#[test]
fn a_routine_of_a_neighbour_is_not_called_by_a_migration() {
    let tables = project("adoption")
        .file("viewkeeper.toml", "schema = \"app\"\n")
        .file(
            "functions/f.sql",
            "-- viewkeeper: before-migrations\ncreate function f(a int) returns int language sql immutable as 'select a';\n",
        )
        .file(
            "migrations/V1__t.sql",
            "create table app.t (id int check (f(id) > 0)); insert into app.t values (1);\n",
        );
    let mut case = Case::new();
    case.damage("create schema app");
    let neighbour = Neighbour::beside(&mut case, &["create, usage on schema app"]);
    let makes = format!(
        "create function app.f(a int) returns int immutable language plpgsql as $$ begin {} return a; end $$",
        neighbour.harm()
    );
    case.damage(&format!("set role {}; {makes}; reset role", neighbour.role));
    let error = case.refused(&tables);
    neighbour.came_to_nothing(&mut case);
    assert_eq!(error.kind(), ErrorKind::Conflict, "{error:?}");
    let text = format!("{error:?}");
    for words in
        ["function \"app.f(integer)\" is not of this project's making and belongs to", "drop function"]
    {
        assert!(text.contains(words), "{words} is not in {text}");
    }
    case.damage(&format!("drop owned by {}", neighbour.role));
    case.run(&tables);
    case.obeys_the_laws(&tables);
}
