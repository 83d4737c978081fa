//! A process that is killed without a word while its statement runs: what it left is of nobody's concern, or is put right by the next run.

use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::support::cli::Cli;
use crate::support::folder::Folder;
use crate::support::{Case, Files, project};

/// A materialized view in a schema of the project's own that is built side by side, with a view on it.
fn filled(name: &str, from: &str) -> Files {
    project(name)
        .file("viewkeeper.toml", &format!("name = \"{name}\"\nschema = \"{name}\""))
        .file("migrations/V1__t.sql", &format!("create table {name}.t (id int)"))
        .file("views/m.sql", &format!("create materialized view m as select id from t{from};\n"))
        .file("views/v.sql", "create view v as select id from m;\n")
}

const SLOW: &str = " cross join pg_sleep(2)";

/// The schemas of names that are given for a while.
const SCHEMAS: &str = "select nspname from pg_namespace where nspname like 'viewkeeper\\_%' order by 1";

/// The binary applies a project, and is killed while its statement sleeps.
fn killed(case: &mut Case, project: &Files) {
    let folder = Folder::new(project);
    let cli = Cli::new(&folder, &case.database);
    let mut child: Child =
        cli.command(&["apply"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    until(
        case,
        "select count(*) from pg_stat_activity where wait_event = 'PgSleep' and datname = current_database()",
        "1",
    );
    // SIGKILL.
    child.kill().unwrap();
    child.wait().unwrap();
}

fn until(case: &mut Case, sql: &str, is: &str) {
    let began = Instant::now();
    while case.column(sql) != [is] {
        assert!(began.elapsed() < Duration::from_secs(20), "{sql}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// Its session goes when the statement ends.
fn until_gone(case: &mut Case) {
    let sessions = "select count(*) from pg_stat_activity where application_name = 'viewkeeper' and datname = current_database()";
    until(case, sessions, "0");
}

/// Schemas for what is built side by side are made, and taken away, by the transaction that fills them: nothing of them is ever
/// committed, so that there is nothing to sweep, and what has such a name is somebody's.
#[test]
fn one_that_is_killed_while_it_builds_leaves_no_schema_and_takes_none() {
    let mut case = Case::applied(&filled("first", ""));
    case.run(&filled("second", ""));
    let theirs =
        ["viewkeeper_first_1_19a2b3c4d5e_0", "viewkeeper_first_new_0", "viewkeeper_second_7_19a2b3c4d5e_0"];
    for schema in theirs {
        case.by_hand(&format!("create schema {schema}; create table {schema}.mine (id int)"));
    }
    killed(&mut case, &filled("first", SLOW));
    // Another project waits for nothing of it.
    let report = case.run(&filled("second", " where id > 0"));
    assert_eq!(report.retries, 0, "{report}");
    until_gone(&mut case);
    assert_eq!(case.column(SCHEMAS), theirs);
    let report = case.run(&filled("first", " where id > 0"));
    assert_eq!(report.objects.len(), 2, "{report}");
    assert_eq!(case.column(SCHEMAS), theirs);
    // The other project is somebody else to the laws.
    case.damage("drop schema second cascade");
    case.obeys_the_laws(&filled("first", " where id > 0"));
}

/// What is committed by itself is known to the next run: the claim, the migrations before it, and the view that one of them took
/// away and that fits again only as its file says now.
#[test]
fn the_run_after_one_that_is_killed_outside_of_a_transaction_goes_on() {
    let first = project("killed")
        .file("viewkeeper.toml", "name = \"killed\"")
        .file("migrations/V1__t.sql", "create table t (id int, name text);\n")
        .file("views/v.sql", "create view v as select id, name from t;\n");
    let mut case = Case::applied(&first);
    case.damage("grant select on v to public");
    let next = first
        .file("views/v.sql", "create view v as select id from t;\n")
        .file("migrations/V2__drop.sql", "alter table t drop column name;\n")
        .file(
            "migrations/V3__index.sql",
            "-- viewkeeper: no-transaction\nselect pg_sleep(2);\nselect pg_advisory_lock(7);\ncreate index concurrently t_id on t (id);\n",
        );
    killed(&mut case, &next);
    assert_eq!(case.column("select count(*) from viewkeeper.claim"), ["1"]);
    assert_eq!(case.column("select count(*) from viewkeeper.displaced"), ["1"]);
    // It waits for the session, and takes the claim over.
    let report = case.run(&next);
    assert!(report.migrations.iter().any(|migration| migration.name == "V3__index"), "{report}");
    assert_eq!(case.column("select count(*) from viewkeeper.claim"), ["0"]);
    assert_eq!(case.column("select count(*) from viewkeeper.displaced"), ["0"]);
    assert_eq!(case.column("select has_table_privilege('public', 'v', 'select')"), ["t"]);
    case.damage("revoke select on v from public");
    case.obeys_the_laws(&next);
}
