//! Migrations that cannot share one transaction, or cannot run in any.

use viewkeeper::ErrorKind;
use viewkeeper::report::Outcome;

use crate::support::{Case, Files, project};

fn moods() -> Files {
    project("moods")
        .file(
            "migrations/V1__mood.sql",
            "create type mood as enum ('sad');\ncreate table people (id bigint primary key, mood mood);\n",
        )
        .file(
            "views/people_by_mood.sql",
            "create view people_by_mood as select mood, count(*) as n from people group by mood;\n",
        )
}

#[test]
fn an_enum_value_that_is_used_at_once_is_committed_by_itself() {
    let mut case = Case::applied(&moods());
    let project = moods()
        .file("migrations/V2__happy.sql", "alter type mood add value 'happy';\n")
        .file("migrations/V3__use.sql", "alter table people alter column mood set default 'happy';\n");
    let report = case.run(&project);
    assert_eq!(report.outcome, Outcome::Applied, "{report}");
    assert!(report.migrations.iter().all(|migration| migration.alone), "{report}");
    assert!(report.warnings[0].contains("one transaction is impossible"), "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn an_enum_value_that_a_view_uses_at_once_is_committed_first() {
    let mut case = Case::applied(&moods());
    let project = moods()
        .file("migrations/V2__happy.sql", "alter type mood add value 'happy';\n")
        .file("views/happy.sql", "create view happy as select id from people where mood = 'happy';\n");
    let report = case.run(&project);
    assert_eq!(report.migrations.len(), 1, "{report}");
    assert!(report.migrations[0].alone, "{report}");
    case.obeys_the_laws(&project);
}

#[test]
fn pending_trigger_events_are_committed_first() {
    let base = project("events").file(
        "migrations/V1__t.sql",
        "create table a (id int primary key);\ncreate table b (a int references a deferrable initially deferred);\n",
    );
    let mut case = Case::applied(&base);
    let project = base
        .file("migrations/V2__rows.sql", "insert into a values (1);\ninsert into b values (1);\n")
        .file("migrations/V3__alter.sql", "alter table b add column x int;\n");
    let report = case.run(&project);
    assert_eq!(report.migrations.len(), 2, "{report}");
    assert_eq!(case.column("select count(*) from b"), ["1"]);
    case.obeys_the_laws(&project);
}

#[test]
fn an_error_after_a_split_names_what_is_committed() {
    let mut case = Case::applied(&moods());
    let project = moods()
        .file("migrations/V2__happy.sql", "alter type mood add value 'happy';\n")
        .file("migrations/V3__use.sql", "alter table people alter column mood set default 'happy';\n")
        .file("migrations/V4__bad.sql", "create table bad (x nope);\n");
    let error = project.migrator().run(&mut case.client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Migration);
    assert!(
        format!("{error:?}").ends_with("note: committed before the error: V2__happy, V3__use"),
        "{error:?}"
    );
    let mended = project.file("migrations/V4__bad.sql", "create table bad (x int);\n");
    case.run(&mended);
    case.obeys_the_laws(&mended);
}

fn indexed() -> Files {
    moods()
        .file(
            "migrations/V2__index.sql",
            "-- viewkeeper: no-transaction\ncreate index concurrently people_mood on people (mood);\n",
        )
        .file("migrations/V3__after.sql", "create table after (id int);\n")
}

#[test]
fn an_index_is_built_concurrently_between_two_transactions() {
    let mut case = Case::new();
    let report = case.run(&indexed());
    let names: Vec<_> =
        report.migrations.iter().map(|migration| (migration.name.as_str(), migration.alone)).collect();
    assert_eq!(names, [("V1__mood", true), ("V2__index", true), ("V3__after", false)], "{report}");
    assert_eq!(
        case.column("select indisvalid from pg_index where indexrelid = 'people_mood'::regclass"),
        ["t"]
    );
    assert_eq!(case.column("select count(*) from viewkeeper.claim"), ["0"]);
    case.obeys_the_laws(&indexed());
}

#[test]
fn an_invalid_index_is_dropped_and_built_again() {
    let mut case = Case::applied(&moods());
    case.damage("insert into people values (1, 'sad'), (2, 'sad')");
    let unique = moods().file(
        "migrations/V2__index.sql",
        "-- viewkeeper: no-transaction\ncreate unique index concurrently people_mood on people (mood);\n",
    );
    let error = unique.migrator().run(&mut case.client).unwrap_err();
    assert_eq!(error.code(), Some("23505"), "{error:?}");
    assert_eq!(error.location().unwrap().to_string(), "sql/migrations/V2__index.sql:2:1");
    assert_eq!(
        case.column("select indisvalid from pg_index where indexrelid = 'people_mood'::regclass"),
        ["f"]
    );
    case.damage("delete from people where id = 2");
    case.run(&unique);
    assert_eq!(
        case.column("select indisvalid from pg_index where indexrelid = 'people_mood'::regclass"),
        ["t"]
    );
    case.obeys_the_laws(&unique);
}

#[test]
fn a_claim_of_a_dead_session_is_taken_over() {
    let mut case = Case::applied(&moods());
    case.damage(
        "insert into viewkeeper.claim values ('moods', 'public', 2, 'V2__index', 2147483647, now(), now())",
    );
    let report = case.run(&indexed());
    assert_eq!(report.migrations.len(), 2, "{report}");
    assert_eq!(case.column("select count(*) from viewkeeper.claim"), ["0"]);
    case.obeys_the_laws(&indexed());
}

#[test]
fn an_error_of_the_objects_names_what_is_committed_before_them() {
    let project = project("committed")
        .file("migrations/V1__t.sql", "create table t (x text);\n")
        .file(
            "migrations/V2__i.sql",
            "-- viewkeeper: no-transaction\ncreate index concurrently i on t (x);\n",
        )
        .file("views/v.sql", "create view v as select x from t;\n");
    let mut case = Case::new();
    case.damage("create table v (id int)");
    let text = format!("{:?}", project.migrator().run(&mut case.client).unwrap_err());
    assert!(text.ends_with("note: committed before the error: V1__t, V2__i"), "{text}");
    assert!(!text.contains("nothing was changed"), "{text}");
    case.damage("drop table v");
    case.run(&project);
    case.obeys_the_laws(&project);
}

#[test]
fn a_constraint_that_is_checked_at_the_commit_is_the_migrations() {
    let base = project("deferred").file(
        "migrations/V1__t.sql",
        "create table a (id int primary key);\ncreate table b (a int references a deferrable initially deferred);\n",
    );
    let mut case = Case::applied(&base);
    let wrong = base.clone().file("migrations/V2__bad.sql", "insert into b values (1);\n");
    let error = wrong.migrator().run(&mut case.client).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Migration, "{error:?}");
    assert_eq!(error.code(), Some("23503"), "{error:?}");
    case.obeys_the_laws(&base);
}
