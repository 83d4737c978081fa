//! The rights that SECURITY.md names are enough.

use viewkeeper::report::{Outcome, Verb};

use crate::support::case::expect;
use crate::support::{Case, Files, project};

const PAGE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/SECURITY.md"));

/// The statements of a block of the page, for this role and this database.
fn block(place: usize, role: &str, case: &mut Case) -> String {
    let database = case.column("select quote_ident(current_database())").remove(0);
    let block =
        PAGE.split("```sql\n").nth(place + 1).and_then(|rest| rest.split("```").next()).expect("a block");
    block.replace("app_migrator", role).replace("database shop", &format!("database {database}"))
}

fn shop(score: &str) -> Files {
    project("shop")
        .file("viewkeeper.toml", "name = \"shop\"\nschema = \"app\"\n")
        .file("migrations/V1__t.sql", "create table t (id int primary key, name text);\n")
        .file(
            "functions/score.sql",
            "create function score(id int) returns int language sql as 'select id';\n",
        )
        .file(
            "functions/keep.sql",
            "create function keep() returns trigger language plpgsql as 'begin return new; end';\n",
        )
        .file(
            "triggers/kept.sql",
            "create trigger kept before insert on t for each row execute function keep();\n",
        )
        .file("views/named.sql", "create view named as select id, name from t;\n")
        .file(
            "views/scores.sql",
            &format!("create materialized view scores as select id, {score} as score from named;\n"),
        )
}

/// Runs the project with the rights of the page's first block, and of the second when `gentler`.
fn with_the_rights_of_the_page(gentler: bool) {
    let mut case = Case::new();
    let name = case
        .column("select 'migrator_' || oid from pg_database where datname = current_database()")
        .remove(0);
    let recipe = block(0, &name, &mut case);
    case.damage(&recipe);
    if gentler {
        let more = block(1, &name, &mut case);
        case.damage(&more);
    }
    case.damage(&format!("set role {name}"));
    assert_eq!(case.run(&shop("score(id)")).outcome, Outcome::Applied);
    case.damage("drop view app.named cascade; drop trigger kept on app.t");
    let report = case.run(&shop("score(id)"));
    assert_eq!((report.outcome, report.objects.len()), (Outcome::Healed, 3), "{report}");
    let report = case.run(&shop("score(id) + 1"));
    expect(&report, &[(Verb::Rebuild, "scores", "")]);
    let reader =
        case.column("select 'reader_' || oid from pg_database where datname = current_database()").remove(0);
    case.damage(&format!("reset role; create role {reader}; set role {reader}"));
    assert_eq!(case.run(&shop("score(id) + 1")).outcome, Outcome::UpToDate, "a role that may only connect");
    case.damage(&format!(
        "reset role; reassign owned by {name} to current_user; drop owned by {name}; drop role {name}, {reader}"
    ));
    case.run(&shop("score(id) + 1"));
    case.obeys_the_laws(&shop("score(id) + 1"));
}

#[test]
fn a_role_with_the_rights_of_the_page_runs_a_project() {
    with_the_rights_of_the_page(false);
}

#[test]
fn a_role_that_may_make_schemas_builds_side_by_side() {
    with_the_rights_of_the_page(true);
}
