//! The binary `viewkeeper` on a folder: what it prints, and how it exits.

mod check;
mod export;
mod facts;
mod frame;
mod golden;
mod script;
#[cfg(unix)]
pub mod terminal;
mod validate;

use std::process::Command;

use crate::support::cli::{Cli, Place};
use crate::support::folder::Folder;
use crate::support::{Files, project, server};
use serde_json::Value;

fn app() -> Files {
    project("app")
        .file("viewkeeper.toml", "name = \"app\"\n")
        .file("migrations/V1__t.sql", "create table t (id int primary key, name text);\n")
        .file("views/a.sql", "create view a as\nselect id, name from t;\n")
        .file("views/b.sql", "create view b as\nselect id from a;\n")
        .file("checks/ids_are_positive.sql", "select id, name from t where id < 0;\n")
}

/// Where another release stands, built a day from now.
fn superseded() -> Place {
    let place = Place::new(&app());
    let later = app().file("views/b.sql", "create view b as\nselect id, name from a;\n");
    let later = later.clone().built(later.moment() + 24 * 60 * 60 * 1000);
    later.migrator().run(&mut place.database.connect().unwrap()).unwrap();
    place
}

/// Times differ from run to run.
fn without_times(text: &str) -> String {
    let mut cut = String::new();
    let timed = |line: &&str| line.starts_with("  tier ") || line.starts_with("  exclusive locks ");
    for line in text.lines().filter(|line| !timed(line)) {
        cut.push_str(line.split(" (").next().unwrap());
        cut.push('\n');
    }
    cut
}

#[test]
fn build_plan_apply_and_check_work_together() {
    let folder = Folder::new(&app());
    let database = server().database().unwrap();
    let cli = Cli::new(&folder, &database);

    let built = cli.run(&["build"], 0);
    assert!(built.starts_with("app: release "), "{built}");
    assert!(
        built.ends_with("1 table migration, 2 objects, 1 check\n  tier 1: public.a\n  tier 2: public.b\n"),
        "{built}"
    );

    assert_eq!(
        cli.run(&["plan"], 1),
        "app: 1 table migration, 2 object actions\n\n\
         migrate V1__t\n  sql/migrations/V1__t.sql\n\n\
         what follows is decided again after the migrations\n\n\
         create view public.a\n  because: new in sql/views/a.sql\n  | create view public.a as\n  | select id, name from t;\n\n\
         create view public.b\n  because: new in sql/views/b.sql\n  | create view public.b as\n  | select id from a;\n"
    );
    assert_eq!(
        cli.run(&["check"], 1),
        "app: 3 differences (1 pending, 2 missing)\n  pending   V1__t\n  missing   view public.a: new in sql/views/a.sql\n  \
         missing   view public.b: new in sql/views/b.sql\n"
    );
    let applied = without_times(&cli.run(&["apply"], 0));
    assert!(applied.ends_with(
        "applied\n  migrated  V1__t\n  created   view public.a: new in sql/views/a.sql\n  created   view public.b: new in sql/views/b.sql\n"
    ), "{applied}");
    assert_eq!(without_times(&cli.run(&["apply"], 0)), "app: up to date, 2 objects\n");
    assert_eq!(cli.run(&["plan"], 0), "app: nothing to do\n");
    assert_eq!(cli.run(&["check"], 0), "app: in sync, 2 objects\n");

    let mut hand = database.connect().unwrap();
    hand.batch_execute("insert into t values (-1, 'x'); drop view b; create or replace view a as select id, upper(name) as name from t")
        .unwrap();
    assert_eq!(
        cli.run(&["check"], 1),
        "app: 3 differences (1 missing, 1 altered, 1 failed)\n  altered   view public.a: definition changed by hand\n  missing   view public.b: dropped by hand\n  \
         failed    sql/checks/ids_are_positive.sql: 1 row\n              id=-1, name=x\n"
    );
    assert_eq!(
        cli.run(&["plan"], 1),
        "app: 0 table migrations, 2 object actions\n\n\
         replace view public.a\n  because: definition changed by hand\n  lock: access exclusive on public.a, from the switch to the commit\n  \
         | create or replace view public.a as\n  | select id, name from t;\n\n\
         create view public.b\n  because: dropped by hand\n  | create view public.b as\n  | select id from a;\n"
    );
    assert_eq!(
        without_times(&cli.run(&["apply"], 0)),
        "app: healed\n  replaced  view public.a: definition changed by hand\n  created   view public.b: dropped by hand\n"
    );
}

#[test]
fn a_plan_and_a_check_change_nothing() {
    let folder = Folder::new(&app());
    let database = server().database().unwrap();
    let cli = Cli::new(&folder, &database);
    let empty = crate::support::laws::everything(&database);
    cli.run(&["plan"], 1);
    cli.run(&["check"], 1);
    assert_eq!(crate::support::laws::everything(&database), empty);
    cli.run(&["apply"], 0);
    database
        .connect()
        .unwrap()
        .batch_execute("create or replace view b as select id, 1 as one from a")
        .unwrap();
    let damaged = crate::support::laws::everything(&database);
    cli.run(&["plan"], 1);
    cli.run(&["check"], 1);
    assert_eq!(crate::support::laws::everything(&database), damaged);
}

#[test]
fn json_is_the_librarys_own_values() {
    let folder = Folder::new(&app());
    let database = server().database().unwrap();
    let cli = Cli::new(&folder, &database);
    let built = cli.json(&["build"], 0);
    assert_eq!(built["tiers"], serde_json::json!([["public.a"], ["public.b"]]));
    let plan = cli.json(&["plan"], 1);
    assert_eq!(
        plan["migrations"][0],
        serde_json::json!({"name": "V1__t", "file": "sql/migrations/V1__t.sql", "transactional": true})
    );
    assert_eq!(plan["actions"][0]["verb"], "create");
    assert_eq!(plan["actions"][0]["object"], "public.a");
    let report = cli.json(&["apply"], 0);
    assert_eq!(report["outcome"], "applied");
    assert_eq!(report["objects"][1]["object"], "public.b");
    assert!(report["milliseconds"].is_f64(), "{report}");
    let check = cli.json(&["check"], 0);
    assert_eq!(check["findings"], serde_json::json!([]));
}

#[test]
fn a_build_says_what_it_warns_of() {
    let refreshed = "-- viewkeeper: refresh on-run\ncreate materialized view b as\nselect id from a;\n";
    let folder = Folder::new(&app().file("views/b.sql", refreshed));
    let database = server().database().unwrap();
    let cli = Cli::new(&folder, &database);
    let built = cli.run(&["build"], 0);
    assert!(
        built.contains("tier 2: public.b\nwarning: sql/views/b.sql:1:16: \"public.b\" has no unique index"),
        "{built}"
    );
    assert_eq!(cli.json(&["build"], 0)["warnings"].as_array().unwrap().len(), 1);
}

#[test]
fn refresh_takes_all_or_the_named_ones() {
    let materialized = |name: &str, reads: &str| {
        let index = format!("create unique index {name}_id on {name} (id);\n");
        format!("create materialized view {name} as\nselect id from {reads};\n{index}")
    };
    let folder = Folder::new(
        &app().file("views/m.sql", &materialized("m", "a")).file("views/n.sql", &materialized("n", "m")),
    );
    let database = server().database().unwrap();
    let cli = Cli::new(&folder, &database);
    cli.run(&["apply"], 0);
    let mut client = database.connect().unwrap();
    client.batch_execute("insert into t values (1, 'x')").unwrap();
    let lines = |text: &str, code: i32, arguments: &[&str]| {
        let printed = cli.run(arguments, code);
        let printed: Vec<&str> = printed.lines().map(|line| line.split(" in ").next().unwrap()).collect();
        assert_eq!(without_times(&printed.join("\n")), text);
    };
    lines(
        "app: 2 materialized views refreshed\n  refreshed public.m: 1 row\n  refreshed public.n: 1 row\n",
        0,
        &["refresh"],
    );
    lines("app: 1 materialized view refreshed\n  refreshed public.n: 1 row\n", 0, &["refresh", "n"]);
    let json: Value = serde_json::from_str(&cli.run(&["--json", "refresh", "public.n"], 0)).unwrap();
    let view = &json["views"][0];
    assert_eq!((&view["object"], &view["rows"]), (&"public.n".into(), &1.into()), "{json}");
    assert_eq!(view["mode"], "concurrently", "{json}");
    let old = "app: 1 materialized view refreshed\n  refreshed public.n: 1 row\n";
    cli.run(&["refresh", "m"], 0);
    lines(old, 0, &["refresh", "--changed"]);
    lines("app: 0 materialized views refreshed\n", 0, &["refresh", "--changed"]);
    assert!(cli.run(&["refresh", "--changed", "m"], 2).contains("cannot be used with"));
    let error = cli.run(&["refresh", "mm"], 2);
    assert!(error.starts_with("error: the project has no materialized view \"public.mm\"\n"), "{error}");
    client.batch_execute("drop materialized view n").unwrap();
    lines(
        "app: 1 materialized view refreshed\n  refreshed public.m: 1 row\n  skipped   public.n: it is not there\n",
        1,
        &["refresh"],
    );
}

#[test]
fn a_schema_on_the_command_line_is_the_projects() {
    let folder = Folder::new(&app());
    let database = server().database().unwrap();
    let cli = Cli::new(&folder, &database);
    cli.run(&["apply", "--schema", "lab"], 0);
    let mut client = database.connect().unwrap();
    let count = client.query_one(
        "select count(*) from pg_class where relnamespace = 'lab'::regnamespace and relkind in ('v', 'r')",
        &[],
    );
    assert_eq!(count.unwrap().get::<_, i64>(0), 4, "two views, the table, and refinery's history");
    cli.run(&["check", "--schema", "lab"], 0);
}

#[test]
fn errors_exit_with_2_and_show_no_password() {
    let folder = Folder::new(
        &app()
            .file("views/b.sql", "create view b as\nselect id frm a;\n")
            .file("views/c.sql", "create table c (id int);\n"),
    );
    let database = server().database().unwrap();
    let mut cli = Cli::new(&folder, &database);
    let problems = cli.run(&["build"], 2);
    assert!(problems.contains("sql/views/b.sql:2") && problems.contains("sql/views/c.sql:1:1"), "{problems}");

    let folder = Folder::new(&app());
    cli.folder = &folder;
    for (url, said) in [
        ("postgres://me:s3cret@127.0.0.1:1/app", "cannot connect"),
        ("postgres://me:s3cret@@:x", "the database URL cannot be read"),
    ] {
        cli.url = url.to_owned();
        let text = cli.run(&["check"], 2);
        assert!(text.contains(said) && !text.contains("s3cret"), "{text}");
        assert!(!cli.run(&["--help"], 0).contains("s3cret"));
    }
    let output = Command::new(env!("CARGO_BIN_EXE_viewkeeper"))
        .arg("apply")
        .current_dir(folder.path())
        .env_remove("DATABASE_URL")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert_eq!(
        String::from_utf8(output.stderr).unwrap(),
        "error: no database: give --database-url, or set DATABASE_URL\n"
    );
}

#[test]
fn a_migration_whose_version_is_a_timestamp_is_applied() {
    let app = project("app")
        .file("viewkeeper.toml", "name = \"app\"\nversions = \"int8\"\n")
        .file("migrations/V20240101120000__a.sql", "create table stamped (id int);\n");
    let place = Place::new(&app);
    let applied = place.cli().run(&["apply"], 0);
    assert!(applied.contains("\n  migrated  V20240101120000__a ("), "{applied}");
    place.by_hand("select id from stamped");
    place.cli().run(&["check"], 0);
}

#[test]
fn the_operators_word_decides_on_a_superseded_release() {
    let place = superseded();
    let cli = place.cli();
    let apply = |word: &str| {
        let mut command = cli.command(&["apply"]);
        let output = command.env("VIEWKEEPER_SUPERSEDED", word).output().unwrap();
        let text = if output.status.success() { output.stdout } else { output.stderr };
        (output.status.code(), String::from_utf8(text).unwrap())
    };
    let (code, text) = apply("Restore");
    assert_eq!(code, Some(2), "{text}");
    assert!(
        text.starts_with(
            "error: VIEWKEEPER_SUPERSEDED is \"Restore\", which is none of leave, refuse and restore"
        ),
        "{text}"
    );
    assert_eq!(apply("refuse").0, Some(2));
    for (word, said) in [("leave", "superseded, nothing was changed"), ("restore", " applied")] {
        let (code, text) = apply(word);
        assert_eq!(code, Some(0), "{text}");
        assert!(text.contains(said), "{text}");
    }
    assert!(!apply("restore").1.contains("VIEWKEEPER_SUPERSEDED"));
}

#[test]
fn a_superseded_binary_that_leaves_migrations_out_exits_with_1() {
    let place = superseded();
    place.folder.write("sql/migrations/V2__two.sql", "create table two (id int);\n");
    let cli = place.cli();
    let text = cli.run(&["apply"], 1);
    assert!(text.contains("superseded, nothing was changed"), "{text}");
    assert!(text.contains("warning: 1 table migration of this binary is not applied: V2__two"), "{text}");
    assert_eq!(cli.json(&["apply"], 1)["pending"], serde_json::json!(["V2__two"]));
    assert!(cli.run(&["status"], 1).contains("1 table migration of this binary is not applied"));
    let plan = cli.run(&["plan"], 1);
    assert!(plan.contains("warning: 1 table migration of this binary is not applied: V2__two"), "{plan}");
    assert_eq!(cli.json(&["plan"], 1)["pending"], serde_json::json!(["V2__two"]));
    assert!(cli.run(&["plan", "--rehearse"], 1).contains("1 table migration of this binary is not applied"));
    // Without migrations there is nothing left out.
    let place = superseded();
    assert!(place.cli().run(&["plan"], 0).contains("built later than this binary"));
}

#[test]
fn a_check_compares_whatever_the_operator_says_of_a_superseded_release() {
    let place = superseded();
    place.folder.write("sql/migrations/V2__two.sql", "create table two (id int);\n");
    let cli = place.cli();
    for word in ["", "leave", "refuse", "restore"] {
        let output = cli.command(&["check"]).env("VIEWKEEPER_SUPERSEDED", word).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(1), "{word}: {text}");
        assert!(text.contains("app: 2 differences (1 pending, 1 outdated, 1 in sync)"), "{word}: {text}");
        assert!(text.contains("built later than this binary"), "{word}: {text}");
    }
}
