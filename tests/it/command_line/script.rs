//! `plan --script` while table migrations are pending, run by psql: the tables are where a start makes them.

use std::process::Command;

use viewkeeper::report::{Outcome, Verb};
use viewkeeper::testing::Database;

use crate::support::cli::Place;
use crate::support::{Files, laws, project, server};

fn app() -> Files {
    project("app")
        .file("viewkeeper.toml", "name = \"app\"\nschema = \"app\"\n")
        .file("migrations/V1__t.sql", "create table t (id int default first_id(), name text default '\\n');\n")
        .file(
            "migrations/V2__settings.sql",
            "set work_mem to '7MB';\nset search_path to public;\nset standard_conforming_strings to off;\n\
             create table app.u (x text default current_setting('work_mem'));\n",
        )
        .file(
            "migrations/V3__slow.sql",
            "-- viewkeeper: no-transaction\nset work_mem to '9MB';\n\
             create index concurrently t_name on t (name);\ninsert into t (name) values ('\\n') -- two characters",
        )
        .file("migrations/V4__w.sql", "create table w as select current_setting('work_mem') as work_mem, name from t;\n")
        .file(
            "functions/first_id.sql",
            "-- viewkeeper: before-migrations\ncreate function first_id() returns int language sql as 'select 1';\n",
        )
        .file("functions/names.sql", "create function names() returns bigint language sql as 'select count(*) from names';\n")
        .file("views/names.sql", "create view names as select name from t;\n")
}

/// A script through psql, statement by statement, in a session that searches something else.
fn psql(database: &Database, script: &str) {
    let file = std::env::temp_dir().join(format!("viewkeeper-{}-{}.sql", std::process::id(), script.len()));
    std::fs::write(&file, script).unwrap();
    let program = server().bin("psql").unwrap_or_else(|| "psql".into());
    let output = Command::new(program)
        .args(["--no-psqlrc", "--quiet", "--set", "ON_ERROR_STOP=1", "--file"])
        .arg(&file)
        .arg(database.url())
        .env("PGOPTIONS", "-c standard_conforming_strings=off -c escape_string_warning=off -c work_mem=5MB")
        .output()
        .unwrap();
    let _ = std::fs::remove_file(&file);
    assert!(output.status.success(), "{}\n{script}", String::from_utf8_lossy(&output.stderr));
}

#[test]
fn the_script_of_pending_migrations_makes_what_a_start_makes() {
    let app = app();
    let place = Place::new(&app);
    let script = place.cli().run(&["plan", "--script"], 1);
    psql(&place.database, &script);
    let mut client = place.database.connect().unwrap();
    let found = client.query_one("select work_mem, length(name) from app.w", &[]).unwrap();
    assert_eq!((found.get(0), found.get(1)), ("5MB", 2));
    let report = app.migrator().run(&mut client).unwrap();
    assert!(report.migrations.is_empty(), "{report}");
    assert!(report.objects.iter().all(|object| object.verb == Verb::Record), "{report}");
    assert_eq!(app.migrator().run(&mut client).unwrap().outcome, Outcome::UpToDate);
    laws::equals_a_fresh_install(&place.database, &app, &[]);
    laws::second_run_is_a_no_op(&place.database, &mut client, &app);
}

#[test]
fn the_script_of_a_later_migration_goes_on_with_the_history() {
    let app = app();
    let place = Place::applied(&app);
    place.folder.write("sql/migrations/V5__x.sql", "set role none;\ncreate table x (id int);\n");
    let later = app.file("migrations/V5__x.sql", "set role none;\ncreate table x (id int);\n");
    let script = place.cli().run(&["plan", "--script"], 1);
    assert!(!script.contains("create table app.refinery") && !script.contains("create schema"), "{script}");
    psql(&place.database, &script);
    let plan = place.cli().json(&["plan"], 0);
    assert_eq!(plan["migrations"], serde_json::json!([]), "{plan}");
    let mut client = place.database.connect().unwrap();
    let report = later.migrator().run(&mut client).unwrap();
    assert!(report.migrations.is_empty(), "{report}");
    laws::equals_a_fresh_install(&place.database, &later, &[]);
    laws::second_run_is_a_no_op(&place.database, &mut client, &later);
}
