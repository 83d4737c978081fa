//! `new`: files with the right names in the right folders, and the plan as a reviewed migration.

use std::fs;

use crate::from_plan::{app, files, read};
use crate::support::cli::Cli;
use crate::support::folder::Folder;
use crate::support::{Case, project, server};

/// Runs `new` in a folder, without a database.
fn run(folder: &Folder, arguments: &[&str], code: i32) -> String {
    let cli = Cli { folder, url: "postgres://nobody@127.0.0.1:1/none".to_owned() };
    cli.run(&[&["new"], arguments].concat(), code)
}

#[test]
fn an_empty_folder_becomes_a_project_that_runs() {
    let folder = Folder::new(&project("fresh"));
    fs::create_dir_all(folder.path()).unwrap();
    assert_eq!(
        run(&folder, &["migration", "create_genes"], 0),
        "created sql/viewkeeper.toml\ncreated sql/migrations/V1__create_genes.sql\n  note: write its statements before the next start: what is applied is not read again\n"
    );
    fs::write(folder.path().join("sql/migrations/V1__create_genes.sql"), "create table genes (id bigint);\n")
        .unwrap();
    assert!(run(&folder, &["view", "gene_scores"], 0).starts_with("created sql/views/gene_scores.sql\n"));
    run(&folder, &["view", "stats.\"Per Panel\""], 0);
    run(&folder, &["materialized-view", "ranking"], 0);
    run(&folder, &["function", "score"], 0);
    run(&folder, &["procedure", "tidy"], 0);
    run(&folder, &["trigger", "touch", "--on", "genes"], 0);
    run(&folder, &["migration", "more"], 0);
    for file in [
        "views/stats/Per_Panel.sql",
        "materialized_views/ranking.sql",
        "functions/score.sql",
        "procedures/tidy.sql",
        "triggers/genes.touch.sql",
        "migrations/V2__more.sql",
    ] {
        read(&folder, &format!("sql/{file}"));
    }
    let project = files(&folder, "fresh").file("migrations/V3__s.sql", "create schema stats;\n");
    let case = Case::applied(&project);
    assert_eq!(project.migrator().project().objects().len(), 7);
    case.obeys_the_laws(&project);
    // The tool knows the project's name too, from what the folder is in.
    let name = folder.path().file_name().unwrap().to_str().unwrap();
    assert_eq!(read(&folder, "sql/viewkeeper.toml"), format!("name = {name:?}\n"));
    let cli = Cli { folder: &folder, url: "postgres://nobody@127.0.0.1:1/none".to_owned() };
    assert!(cli.run(&["build"], 0).starts_with(&format!("{name}: release ")));
}

#[test]
fn a_project_beside_a_cargo_package_goes_by_the_packages_name() {
    let folder = Folder::new(&project("fresh"));
    fs::create_dir_all(folder.path()).unwrap();
    fs::write(folder.path().join("Cargo.toml"), "[package]\nname = \"genetics\"\n").unwrap();
    let created = run(&folder, &["view", "genes"], 0);
    assert!(created.starts_with("created sql/views/genes.sql\n"), "{created}");
    let cli = Cli { folder: &folder, url: "postgres://nobody@127.0.0.1:1/none".to_owned() };
    assert!(cli.run(&["build"], 0).starts_with("genetics: release "));
}

#[test]
fn files_go_where_the_project_keeps_such_objects() {
    let folder = Folder::new(
        &project("app")
            .file("migrations/V007__t.sql", "create table t (id int);\n")
            .file("objects/reports/a.sql", "create view a as select id from t;\n")
            .file("objects/reports/b.sql", "create view b as select id from t;\n")
            .file("other/c.sql", "create view c as select id from t;\n"),
    );
    assert!(run(&folder, &["view", "d"], 0).starts_with("created sql/objects/reports/d.sql\n"));
    assert!(run(&folder, &["migration", "next"], 0).starts_with("created sql/migrations/V008__next.sql\n"));
    let error = run(&folder, &["view", "c"], 2);
    assert!(error.starts_with("error: view \"public.c\" is defined already, in other/c.sql"), "{error}");
    // Of another kind, under the same name.
    assert!(run(&folder, &["materialized-view", "c"], 2).contains("view \"public.c\" is defined already"));
    fs::write(folder.path().join("sql/objects/reports/E.sql"), "-- in the making\n").unwrap();
    assert!(run(&folder, &["view", "e"], 2).contains("E.sql\" is there already"));
    let cli = Cli { folder: &folder, url: String::new() };
    let json = cli.json(&["new", "view", "f"], 0);
    assert_eq!(json["files"], serde_json::json!(["sql/objects/reports/f.sql"]));
}

#[test]
fn bad_names_are_refused_with_the_right_one() {
    let folder = Folder::new(&project("app").file("views/a.sql", "create view a as select 1 as id;\n"));
    let long = "x".repeat(64);
    for (arguments, message, help) in [
        (
            &["view", "GeneScores"][..],
            "\"GeneScores\" cannot stand in SQL without quotes as it is",
            "gene_scores",
        ),
        (&["view", "gene-scores"], "\"gene-scores\" cannot stand in SQL", "gene_scores"),
        (&["view", "1st"], "\"1st\" cannot stand in SQL", "v_1st"),
        (&["view", "a.b.c"], "\"a.b.c\" is no name with at most one schema", "app.gene_scores"),
        (&["view", long.as_str()], "has 64 bytes, and PostgreSQL cuts names at 63", ""),
        (&["view", "\"a"], "its quotes do not close", ""),
        (&["migration", "add-scores"], "not \"add-scores\"", "viewkeeper new migration add_scores"),
        (&["migration", "V2__x.sql"], "not \"V2__x.sql\"", "viewkeeper new migration V2__x_sql"),
        (
            &["trigger", "app.touch", "--on", "genes"],
            "a trigger has no schema of its own",
            "new trigger touch --on genes",
        ),
    ] {
        let error = run(&folder, arguments, 2);
        assert!(error.contains(message) && error.contains(help), "{arguments:?}: {error}");
    }
    let mut all = Vec::new();
    for entry in fs::read_dir(folder.path().join("sql")).unwrap() {
        all.push(entry.unwrap().file_name().into_string().unwrap());
    }
    assert_eq!(all, ["views"], "nothing was written");
    // A reserved word is quoted where it stands.
    run(&folder, &["view", "user"], 0);
    assert!(read(&folder, "sql/views/user.sql").contains("create view \"user\" as"));
}

#[test]
fn what_a_broken_project_lacks_can_be_added() {
    let folder = Folder::new(
        &project("app")
            .file("viewkeeper.toml", "name = \"app\"\n")
            .file("views/a.sql", "-- viewkeeper: depends-on f(bigint)\ncreate view a as select 1 as id;\n"),
    );
    run(&folder, &["function", "f"], 0);
    let cli = Cli { folder: &folder, url: String::new() };
    assert!(cli.run(&["build"], 0).contains("tier 2: public.a"));
}

#[test]
fn a_reverse_belongs_to_a_migration_and_is_not_embedded() {
    let with = app().file("migrations/V1__t.reverse.sql", "drop table t;\n");
    let folder = Folder::new(&with);
    let cli = Cli { folder: &folder, url: String::new() };
    let release = |text: String| text.split(',').next().unwrap().to_owned();
    let built = release(cli.run(&["build"], 0));
    fs::rename(
        folder.path().join("sql/migrations/V1__t.reverse.sql"),
        folder.path().join("sql/migrations/V2__t.reverse.sql"),
    )
    .unwrap();
    let error = cli.run(&["build"], 2);
    assert!(error.contains("this file takes back a migration that is not there"), "{error}");
    assert!(
        error.contains("sql/migrations/V2__t.reverse.sql") && error.contains("V2__t.sql is missing"),
        "{error}"
    );
    fs::remove_file(folder.path().join("sql/migrations/V2__t.reverse.sql")).unwrap();
    assert_eq!(release(cli.run(&["build"], 0)), built);
    let _ = server();
}
